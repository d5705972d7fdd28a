"""Addresses of the room for the world."""

from django.urls import URLPattern, URLResolver

app_name = "pages-public"
urlpatterns: list[URLPattern | URLResolver] = []
