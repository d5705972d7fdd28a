"""Registers the room with Django."""

from django.apps import AppConfig


class WatchRoom(AppConfig):
    """The room `watch`; its README says what happens here."""

    name = "daylight.watch"
    label = "watch"
