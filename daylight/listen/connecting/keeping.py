"""Keeps, switches and forgets the connections of far ends."""

import secrets
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
    """Keep a new connection, or other settings of one; what is asked by us is asked at once."""
    row = before or Connection(source=source.name, made_at=at)
    made = {"secret": new_secret()} if connects.makes_secret and not settings.get("secret") else {}
    row.name, row.settings, row.problem = name, {**settings, **made}, ""
    row.due_at = at if connects.fetch and row.is_active else None
    row.save()
    return row


def renew_secret(row: Connection) -> None:
    """Another secret from now on; the old one is believed no more."""
    row.settings = {**(row.settings or {}), "secret": new_secret()}
    row.save(update_fields=["settings"])


def switch(row: Connection, connects: Connects, *, is_on: bool, at: datetime) -> None:
    """Hear it again, or no longer; its settings stay."""
    due_at = at if is_on and connects.fetch else None
    Connection.objects.filter(pk=row.pk).update(is_active=is_on, due_at=due_at, problem="")


def new_secret() -> str:
    """A secret that nobody guesses, of letters, digits, dashes and lines."""
    return secrets.token_urlsafe(32)
