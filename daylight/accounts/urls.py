"""Addresses of the room for the crew."""

from django.urls import URLPattern, URLResolver, path

from daylight.accounts.views import welcome

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("welcome/", welcome.welcome, name="welcome"),
]
