"""A question that is asked again and again in the same words: its SQL is made once.

An idle loop asks every half second whether there is anything to do. The database answers within microseconds; making
a query with several parts out of Python objects takes milliseconds each time.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Standing:
    """Whether there are any of `rows()`; nothing in it may depend on the time or on who asks."""

    def __init__(self, rows: Callable[[], QuerySet[Any]]) -> None:
        self._rows = rows
        self._made: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def exists(self) -> bool:
        """Ask the database now."""
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = self._rows().order_by().query.exists().sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(*made)
            return cursor.fetchone() is not None
