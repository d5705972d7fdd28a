"""Registers the room with Django."""

from django.apps import AppConfig


class RegimesRoom(AppConfig):
    """The room `regimes`; its README says what happens here."""

    name = "daylight.regimes"
    label = "regimes"
