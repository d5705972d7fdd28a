"""Registers the room with Django."""

from django.apps import AppConfig


class ReachRoom(AppConfig):
    """The room `reach`; its README says what happens here."""

    name = "daylight.reach"
    label = "reach"
