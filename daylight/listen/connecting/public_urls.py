"""Addresses of the ways in, for the world."""

from django.urls import path

from daylight.listen.connecting import views

app_name = "listening-public"
urlpatterns = [
    path("listen/<str:token>/", views.heard, name="heard"),
]
