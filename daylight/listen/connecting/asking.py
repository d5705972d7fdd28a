"""Asks the far ends that do not post to us by themselves."""

import logging
from datetime import datetime, timedelta

from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.listen import accepting
from daylight.listen.connecting import names
from daylight.listen.models import Connection
from daylight.listen.sources.base import CannotFetch
from daylight.listen.sources.registry import SOURCES

LEASE = timedelta(minutes=5)

log = logging.getLogger("daylight.listen")


def step(now: datetime) -> Step:
    """Ask those whose time has come."""
    return work_through(Connection.objects.filter(is_active=True), now, _ask, lease=LEASE)


def oldest_due(now: datetime) -> datetime | None:
    """When the far end that waits longest should have been asked."""
    return Connection.objects.filter(is_active=True).oldest_due_at()


def _ask(row: Connection, now: datetime) -> None:
    source = SOURCES.get(row.source)
    connects = source.connects if source else None
    if connects is None or connects.fetch is None:
        row.finish()
        return
    try:
        fetched = connects.fetch(row.settings or {}, row.state, now)
    except CannotFetch as problem:
        log.warning("Connection %s gave nothing: %s", row.pk, problem)
        row.put_off(until=now + (problem.after or connects.every), problem=str(problem))
        return
    if fetched.is_over:
        row.finish()
        return
    accepting.accept(names.of_connection(row, fetched.said), at=now)
    heard_at = now if fetched.said else row.last_heard_at
    until = now if fetched.has_more else now + connects.every
    row.put_off(until=until, state=dict(fetched.state), last_heard_at=heard_at)
