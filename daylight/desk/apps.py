"""Registers the room with Django."""

from django.apps import AppConfig


class DeskRoom(AppConfig):
    """The room `desk`; its README says what happens here."""

    name = "daylight.desk"
    label = "desk"
