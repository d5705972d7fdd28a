"""Registers the room with Django."""

from django.apps import AppConfig


class AccountsRoom(AppConfig):
    """The room `accounts`; its README says what happens here."""

    name = "daylight.accounts"
    label = "accounts"
