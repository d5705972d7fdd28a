"""Hears the notifications of PostgreSQL and rings the loops of this worker."""

import threading

from django.db import connection

from daylight.core import waking
from daylight.core.loops import log

PATIENCE = 0.5
"""Seconds between two looks whether the worker is to end; ten times that before another try to connect."""


def start(stop: threading.Event) -> threading.Thread | None:
    """Listen until `stop` is set, in a thread of its own; None on SQLite, where the process tells itself."""
    if connection.vendor != "postgresql":
        return None
    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if name in parameters}
    thread = threading.Thread(target=_listen, args=(stop, wanted), name="listening", daemon=True)
    thread.start()
    return thread


def _listen(stop: threading.Event, wanted: dict[str, str]) -> None:
    import psycopg  # Ten megabytes that a worker on SQLite need not carry.

    while not stop.is_set():
        try:
            with psycopg.connect(**wanted, autocommit=True) as session:  # type: ignore[arg-type]
                session.execute(f"LISTEN {waking.NAME}")
                while not stop.is_set():
                    for notification in session.notifies(timeout=PATIENCE):
                        waking.ring(notification.payload)
        except psycopg.Error as problem:  # The loops look by themselves meanwhile.
            log.warning("No notifications from the database just now: %s", problem)
            stop.wait(10 * PATIENCE)
