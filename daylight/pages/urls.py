"""Addresses of the room for the crew."""

from django.urls import path

from daylight.pages import views

app_name = "pages"
urlpatterns = [
    path("", views.page_settings, name="settings"),
]
