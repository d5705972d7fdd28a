"""Addresses of the room for the crew."""

from django.urls import URLPattern, URLResolver, path

from daylight.accounts.views import audit, keys, organisation, profile, team, welcome

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", team.team, name="team"),
    path("welcome/", welcome.welcome, name="welcome"),
    path("invite/", team.invite, name="invite"),
    path("invitations/<int:pk>/withdraw/", team.withdraw, name="withdraw"),
    path("members/<int:pk>/", team.member, name="member"),
    path("members/<int:pk>/deactivate/", team.deactivate, name="deactivate"),
    path("members/<int:pk>/reactivate/", team.reactivate, name="reactivate"),
    path("me/", profile.me, name="me"),
    path("me/email/", profile.email, name="email"),
    path("me/contacts/", profile.add_contact, name="add-contact"),
    path("me/contacts/<int:pk>/remove/", profile.remove_contact, name="remove-contact"),
    path("me/contacts/<int:pk>/first/", profile.first_contact, name="first-contact"),
    path("keys/", keys.keys, name="keys"),
    path("keys/new/", keys.make, name="key-new"),
    path("keys/<int:pk>/revoke/", keys.revoke, name="key-revoke"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("audit/", audit.audit_trail, name="audit"),
]
