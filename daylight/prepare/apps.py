"""Registers the room with Django."""

from django.apps import AppConfig


class PrepareRoom(AppConfig):
    """The room `prepare`; its README says what happens here."""

    name = "daylight.prepare"
    label = "prepare"
