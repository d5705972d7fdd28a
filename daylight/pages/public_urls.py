"""Addresses of the room for the world; in production the front answers them before Django is asked."""

from django.urls import path, re_path

from daylight.pages import views
from daylight.pages.addresses import ON_A_PAGE
from daylight.pages.banner import views as banner_views
from daylight.pages.on_hold.views import calls

app_name = "pages-public"
FOLDERS = r"(?:incidents/[^/]+/|embed/)?"
KINDS = r"(?:atom|css|html|ics|js|json|png|rss|svg|xml)"

urlpatterns = [
    path("on-hold/pressed/", calls.pressed, name="on-hold-pressed"),
    path("on-hold/lines/<str:token>/heartbeat", calls.heartbeat, name="line-heartbeat"),
    path("on-hold/lines/<str:token>/pressed/", calls.line_pressed, name="line-pressed"),
    path("on-hold/lines/<str:token>/<str:name>", calls.line_file, name="line-file"),
    re_path(rf"{ON_A_PAGE}on-hold/[\w.]+$", views.public, name="on-hold"),
    path("", views.public, name="now"),
    path("banner/affected", banner_views.affected, name="affected"),
    path("status.json", views.public, name="status-json"),
    path("history/", views.public, name="history"),
    path("history/<str:name>/", views.public, name="month"),
    path("incidents/<str:name>/", views.public, name="incident"),
    path("assets/<str:name>", views.public, name="asset"),
    re_path(rf"{ON_A_PAGE}{FOLDERS}[\w-]+\.{KINDS}$", views.public, name="file"),
    re_path(rf"{ON_A_PAGE}(?:how-we-tell/|(?:history|incidents)/(?:[^/]+/)?)?$", views.public, name="page"),
]
