"""Keeps monitors."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from daylight.incidents.models import Component
from daylight.watch.alerts.base import MonitorKind
from daylight.watch.models import Monitor


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
    """Keep a new monitor, or other settings of one."""
    row = before or Monitor(kind=kind.name, made_at=at)
    row.enter(settings, name=name, makes_secret=kind.connects.makes_secret, is_asked=kind.is_supplier, at=at)
    row.components.set(components)
    return row
