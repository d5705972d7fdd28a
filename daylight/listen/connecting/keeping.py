"""Keeps the connections of far ends."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from daylight.listen.models import Connection
from daylight.listen.sources.base import Connects, Source


def keep(
    source: Source,
    connects: Connects,
    settings: Mapping[str, Any],
    *,
    name: str,
    at: datetime,
    before: Connection | None = None,
) -> Connection:
    """Keep a new connection, or other settings of one."""
    row = before or Connection(source=source.name, made_at=at)
    row.enter(settings, name=name, makes_secret=connects.makes_secret, is_asked=connects.is_asked, at=at)
    return row
