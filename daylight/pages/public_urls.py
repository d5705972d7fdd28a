"""Addresses of the room for the world; in production the front answers them before Django is asked."""

from django.urls import path

from daylight.pages import views

app_name = "pages-public"
urlpatterns = [
    path("", views.public, name="now"),
    path("status.json", views.public, name="status-json"),
    path("history/", views.public, name="history"),
    path("history/<str:name>/", views.public, name="month"),
    path("incidents/<str:name>/", views.public, name="incident"),
    path("assets/<str:name>", views.public, name="asset"),
]
