"""Tells the loops of all machines that something happened, so that they need not wait for their next look.

On PostgreSQL a notification goes out with the commit; on SQLite the process itself is told. A wake that is lost
costs nothing but the rest of a loop, since every loop looks by itself anyway.
"""

from collections.abc import Callable
from functools import partial

from django.db import connection, transaction

NAME = "daylight_wake"
"""The channel of PostgreSQL's LISTEN and NOTIFY."""

Listener = Callable[[str], None]
_listeners: list[Listener] = []


def wake(event: str) -> None:
    """Once this commits, wake the loops that wait for this event (`Loop.woken_by`)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [NAME, event])
    else:
        transaction.on_commit(partial(ring, event))


def ring(event: str) -> None:
    """Tell whoever listens in this process."""
    for listener in _listeners:
        listener(event)


def listen(listener: Listener) -> Callable[[], None]:
    """Have `listener` called with each event; returns how to end that."""
    _listeners.append(listener)
    return partial(_listeners.remove, listener)
