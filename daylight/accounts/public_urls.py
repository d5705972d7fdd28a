"""Addresses of the room for whoever is not signed in yet."""

from django.urls import include, path

from daylight.accounts.views import links

own = [
    path("link/<str:token>/", links.sign_in_link, name="sign-in-link"),
]

urlpatterns = [
    path("", include((own, "accounts-public"))),
    path("", include("allauth.urls")),
]
