"""Registers the room with Django."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class CoreRoom(AppConfig):
    """The room `core`; its README says what happens here."""

    name = "daylight.core"
    label = "core"

    def ready(self) -> None:
        """Learn the time of the database with each connection to it."""
        from daylight.core import database_clock

        connection_created.connect(database_clock.on_connecting, dispatch_uid="daylight.database_clock")
