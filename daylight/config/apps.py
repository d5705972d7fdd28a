"""The room that puts the others together."""

from django.apps import AppConfig


class ConfigRoom(AppConfig):
    """Settings, addresses, base templates and static files."""

    name = "daylight.config"
    label = "config"
