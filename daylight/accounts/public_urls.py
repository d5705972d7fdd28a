"""Addresses of the room: sign-in, members, keys, the audit trail."""

from django.urls import include, path

urlpatterns = [
    path("", include("allauth.urls")),
]
