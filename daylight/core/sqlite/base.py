"""Django's SQLite, where whoever waits for the one writer looks for their turn every few milliseconds.

SQLite itself looks ever less often, at last every 100 ms; beside somebody who writes one transaction after the other,
as a sender does, who waits so would come upon a free moment only by luck.
"""

import sqlite3
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.backends.sqlite3 import base

PATIENCE = 20.0
"""Seconds after which who waited is told that the database is locked."""

LOOK_EVERY = 0.003
"""Seconds between two looks."""

_KINDS = 0xFF
"""An extended code of SQLite says in its last byte which kind of trouble it is."""


class Cursor(base.SQLiteCursorWrapper):
    """A cursor that waits for its turn; within a transaction the turn is its own already."""

    def execute(self, query: str, params: Any = None) -> Any:
        """Run one statement. Raises sqlite3.OperationalError when there was no turn in time."""
        return self._in_turn(partial(super().execute, query, params))

    def executemany(self, query: str, param_list: Any) -> Any:
        """Run one statement for many parameters: all or none, so that none is run again after a turn was lost."""
        if self.connection.in_transaction:
            return super().executemany(query, param_list)
        self.execute("BEGIN IMMEDIATE")
        with self.connection:
            return super().executemany(query, param_list)

    def _in_turn(self, work: Callable[[], Any]) -> Any:
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                return work()
            except sqlite3.OperationalError as problem:
                code: int = getattr(problem, "sqlite_errorcode", 0)  # Python's own complaints have none.
                is_busy = code & _KINDS == sqlite3.SQLITE_BUSY
                if not is_busy or self.connection.in_transaction or time.monotonic() > ends:
                    raise
            time.sleep(LOOK_EVERY)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to SQLite whose statements take their turn soon."""

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor; SQLite knows no named ones."""
        return self.connection.cursor(factory=Cursor)
