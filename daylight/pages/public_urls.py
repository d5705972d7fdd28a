"""Addresses of the room for the world; in production the front answers them before Django is asked."""

from django.urls import path, re_path

from daylight.pages import views

app_name = "pages-public"
IN_A_LANGUAGE = r"(?:(?:en|de|fr|es)/)?"
UNDER_A_SLUG = r"(?:pages/[-a-z0-9_]+/)?"
FOLDERS = r"(?:incidents/[^/]+/|embed/)?"
KINDS = r"(?:atom|css|html|ics|js|json|png|rss|svg|xml)"

urlpatterns = [
    path("", views.public, name="now"),
    path("status.json", views.public, name="status-json"),
    path("history/", views.public, name="history"),
    path("history/<str:name>/", views.public, name="month"),
    path("incidents/<str:name>/", views.public, name="incident"),
    path("assets/<str:name>", views.public, name="asset"),
    re_path(rf"^{UNDER_A_SLUG}{IN_A_LANGUAGE}{FOLDERS}[\w-]+\.{KINDS}$", views.public, name="file"),
    re_path(rf"^{UNDER_A_SLUG}{IN_A_LANGUAGE}(?:(?:history|incidents)/(?:[^/]+/)?)?$", views.public, name="page"),
]
