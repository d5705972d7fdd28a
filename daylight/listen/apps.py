"""Registers the room with Django."""

from django.apps import AppConfig


class ListenRoom(AppConfig):
    """The room `listen`; its README says what happens here."""

    name = "daylight.listen"
    label = "listen"
