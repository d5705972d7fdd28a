"""Keeps the clocks of all machines together: on PostgreSQL the time is the database's.

Leases, promises and limits compare times that different machines wrote. A machine whose clock is a minute fast would
take every lease for ended, and send beside its holder; so each process learns on connecting, and the worker every
minute, how far its own clock is from the database's, and `clock.now` allows for it. On SQLite there is one machine.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from daylight.core import clock
from daylight.core.loops import Step, log

WORTH_A_WORD = timedelta(seconds=2)
"""A machine this far off is told so in its log."""


def compare(wrapper: BaseDatabaseWrapper) -> timedelta | None:
    """How far the database's clock is ahead of this machine's; None where they are one. Half a round trip exact."""
    if wrapper.vendor != "postgresql":
        return None
    before = datetime.now(UTC)
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [theirs] = cursor.fetchone()
    after = datetime.now(UTC)
    ahead: timedelta = theirs - before - (after - before) / 2
    # Within the doubt of the measurement nothing is known to have changed, and time should not jump about.
    return clock.correction() if abs(ahead - clock.correction()) <= (after - before) / 2 else ahead


def follow(wrapper: BaseDatabaseWrapper) -> None:
    """Take the database's time from now on."""
    ahead = compare(wrapper)
    if ahead is not None and ahead != clock.correction():
        if abs(ahead - clock.correction()) > WORTH_A_WORD:
            log.warning("This machine's clock is %.1f s off the database's, which is used.", -ahead.total_seconds())
        clock.correct(ahead)


def on_connecting(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of Django's `connection_created`; the default database alone tells the time."""
    if connection.alias == DEFAULT_DB_ALIAS:
        follow(connection)


def step(now: datetime) -> Step:
    """Look again: clocks drift, and machines are set right while they run."""
    follow(connection)
    return Step(handled=0)
