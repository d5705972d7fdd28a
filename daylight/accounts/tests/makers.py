"""Makers of this room for every test."""

from django.test import Client

from daylight.accounts.models import Member


def signed_in(member: Member) -> Client:
    """A browser in which `member` is signed in."""
    client = Client()
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    return client
