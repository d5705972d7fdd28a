"""Keeps what monitors say: one alert from its beginning to its end, however often it is said."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from daylight.core.loops import Step
from daylight.core.parts import in_parts
from daylight.watch.alerts.base import SaidAlert
from daylight.watch.alerts.mapping import Components
from daylight.watch.alerts.registry import KINDS
from daylight.watch.models import Alert, Monitor
from daylight.watch.words import SEVERITIES

FLAPS = timedelta(minutes=30)
"""What begins again so soon after its end is the same alert."""

OLDEST = timedelta(days=366)


@transaction.atomic
def take(monitor: Monitor, said: Sequence[SaidAlert], *, at: datetime, is_all: bool = False) -> int:
    """Keep what was said; returns how many alerts began. With `is_all`, those that were not named are over."""
    # Written first: who writes this row takes alerts of this monitor, and everybody else waits.
    Monitor.objects.filter(pk=monitor.pk).update(last_heard_at=at, problem="")
    by_name = {_line(one.fingerprint, 200): one for one in said}
    known, components = _known(monitor, list(by_name), at), Components(monitor)
    if is_all:
        over = Alert.objects.firing().filter(monitor=monitor).exclude(fingerprint__in=by_name)
        over.update(ended_at=at)
    began = 0
    for name, one in by_name.items():
        row = known.get(name)
        if row is None and not one.is_firing:
            continue
        row = row or Alert(monitor=monitor, fingerprint=name, started_at=_begin(one, at), times=0, ended_at=at)
        began += _move(row, one, at)
        row.save()
        if one.is_firing:
            row.components.set(components.of(one.labels))
    return began


def expire(now: datetime) -> Step:
    """End alerts of which nothing was heard for long; returns how many."""
    ended = 0
    for monitor in Monitor.objects.all():
        kind = KINDS.get(monitor.kind)
        if kind is not None:
            silent = Alert.objects.firing().filter(monitor=monitor, heard_at__lt=now - kind.lasts)
            ended += silent.update(ended_at=now)
    return Step(handled=ended)


def _known(monitor: Monitor, names: list[str], at: datetime) -> dict[str, Alert]:
    """The alerts of these names that go on, or ended so lately that they may go on."""
    found: dict[str, Alert] = {}
    for part in in_parts(names):
        rows = Alert.objects.since(at - FLAPS).filter(monitor=monitor, fingerprint__in=part)
        for row in rows.order_by("began_at", "pk"):
            if row.is_firing or not (row.fingerprint in found and found[row.fingerprint].is_firing):
                found[row.fingerprint] = row
    return found


def _move(row: Alert, said: SaidAlert, at: datetime) -> int:
    """Take what was said into the row; 1 when the alert began with it."""
    if not said.is_firing:
        row.ended_at = row.ended_at or max(min(said.at, at), row.began_at)
        return 0
    begins = not row.is_firing
    if begins:
        row.began_at, row.ended_at, row.times = _begin(said, at), None, row.times + 1
    row.title, row.text, row.address = _line(said.title, 300), _readable(said.text)[:1000], _link(said.address)
    row.severity = max(said.severity, row.severity if not begins else "", key=_badness)
    row.labels, row.heard_at = {_readable(key): _readable(value) for key, value in said.labels.items()}, at
    return int(begins)


def _badness(severity: str) -> int:
    return SEVERITIES.index(severity) if severity else -1


def _begin(said: SaidAlert, at: datetime) -> datetime:
    """When it began: not in the future, and not in the year 1, which is how some say that they do not know."""
    return min(said.at, at) if said.at > at - OLDEST else at


def _line(text: str, most: int) -> str:
    return " ".join(_readable(text).split())[:most] or "Alert"


def _readable(text: str) -> str:
    """Without what no database keeps in a text."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _link(address: str) -> str:
    """An address that may stand in a link."""
    return _readable(address) if address.startswith(("https://", "http://")) and len(address) <= 500 else ""
