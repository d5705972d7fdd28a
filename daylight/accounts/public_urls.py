"""Addresses of the room for whoever is not signed in yet."""

from django.urls import include, path
from django.views.generic import RedirectView

from daylight.accounts.asking import anyone
from daylight.accounts.views import invitation, links

own = [
    path("link/<str:token>/", links.sign_in_link, name="sign-in-link"),
    path("invitation/<str:token>/", invitation.accept, name="invitation"),
]

urlpatterns = [
    path("", include((own, "accounts-public"))),
    # A member has one address, changed on the profile; the library's own page would know of several.
    path("email/", anyone(RedirectView.as_view(pattern_name="accounts:email"))),
    path("", include("allauth.urls")),
]
