"""Keeps, switches and forgets monitors."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from daylight.incidents.models import Component
from daylight.listen.connecting.keeping import new_secret
from daylight.watch.alerts.base import MonitorKind
from daylight.watch.models import Alert, Monitor


@transaction.atomic
def keep(
    kind: MonitorKind,
    settings: Mapping[str, Any],
    *,
    name: str,
    components: Iterable[Component] = (),
    at: datetime,
    before: Monitor | None = None,
) -> Monitor:
    """Keep a new monitor, or other settings of one; what is asked by us is asked at once."""
    row = before or Monitor(kind=kind.name, made_at=at)
    made = {"secret": new_secret()} if kind.connects.makes_secret and not settings.get("secret") else {}
    kept: Any = {**settings, **made}
    row.name, row.settings, row.problem = name, kept, ""
    row.due_at = at if kind.look and row.is_active else None
    row.save()
    row.components.set(components)
    return row


def renew_secret(row: Monitor) -> None:
    """Another secret from now on; the old one is believed no more."""
    kept: Any = {**(row.settings or {}), "secret": new_secret()}
    row.settings = kept
    row.save(update_fields=["settings"])


@transaction.atomic
def switch(row: Monitor, kind: MonitorKind, *, is_on: bool, at: datetime) -> None:
    """Hear it again, or no longer; then what it said last is over, because nobody would say so."""
    due_at = at if is_on and kind.look else None
    Monitor.objects.filter(pk=row.pk).update(is_active=is_on, due_at=due_at, problem="")
    if not is_on:
        Alert.objects.firing().filter(monitor=row).update(ended_at=at)
