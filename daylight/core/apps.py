"""Registers the room with Django."""

from django.apps import AppConfig


class CoreRoom(AppConfig):
    """The room `core`; its README says what happens here."""

    name = "daylight.core"
    label = "core"
