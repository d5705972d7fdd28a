"""Registers the room with Django."""

from django.apps import AppConfig


class PagesRoom(AppConfig):
    """The room `pages`; its README says what happens here."""

    name = "daylight.pages"
    label = "pages"
