"""Registers the room with Django."""

from django.apps import AppConfig


class IncidentsRoom(AppConfig):
    """The room `incidents`; its README says what happens here."""

    name = "daylight.incidents"
    label = "incidents"
