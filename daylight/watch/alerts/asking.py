"""Asks suppliers' pages what is wrong there."""

from datetime import datetime, timedelta

from daylight.core.due import work_through
from daylight.core.loops import Step, log
from daylight.listen.sources.base import CannotFetch
from daylight.watch.alerts import raising, taking
from daylight.watch.alerts.registry import KINDS
from daylight.watch.models import Monitor

LEASE = timedelta(minutes=2)


def step(now: datetime) -> Step:
    """Ask those whose time has come."""
    return work_through(Monitor.objects.filter(is_active=True), now, _ask, lease=LEASE)


def oldest_due(now: datetime) -> datetime | None:
    """When the page that waits longest should have been asked."""
    return Monitor.objects.filter(is_active=True).oldest_due_at()


def conclude(now: datetime) -> Step:
    """What fires becomes evidence or a signal; what nobody speaks of any more is over."""
    return Step(handled=taking.expire(now).handled + raising.step(now).handled)


def _ask(row: Monitor, now: datetime) -> None:
    kind = KINDS.get(row.kind)
    if kind is None or kind.look is None:
        row.finish()
        return
    try:
        alerts = kind.look(row.settings or {}, now)
    except CannotFetch as problem:
        log.warning("Monitor %s gave nothing: %s", row.pk, problem)
        row.put_off(until=now + (problem.after or kind.connects.every), problem=str(problem))
        return
    taking.take(row, alerts, at=now, is_all=True)
    row.put_off(until=now + kind.connects.every)
