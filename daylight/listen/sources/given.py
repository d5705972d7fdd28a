"""Reads what a far end gave in JSON, where anything may be missing or of another kind than it should be."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from daylight.reach.channels.inbound import InboundRequest, NotGenuine, NotUnderstood

LATEST_SECONDS = 10_000_000_000
"""A number of seconds beyond this is one of thousandths."""


def part(given: Any, *path: str | int) -> Any:
    """What lies at a path of names and positions; None where the path ends early."""
    for step in path:
        if isinstance(given, Mapping):
            given = given.get(step)
        elif isinstance(given, list) and isinstance(step, int):
            given = given[step] if -len(given) <= step < len(given) else None
        else:
            return None
    return given


def words(given: Any, *path: str | int) -> str:
    """A text, or a number as text, at a path; empty for anything else."""
    found = part(given, *path)
    if isinstance(found, str):
        return found.strip()
    return str(found) if isinstance(found, int | float) and not isinstance(found, bool) else ""


def listed(given: Any, *path: str | int) -> list[Any]:
    """A list at a path; empty for anything else."""
    found = part(given, *path)
    return found if isinstance(found, list) else []


def facts(given: Any, *path: str | int, most: int = 20) -> dict[str, str]:
    """Texts and numbers by name at a path."""
    found = part(given, *path)
    named = found.items() if isinstance(found, Mapping) else ()
    return {str(name): said for name, value in list(named)[:most] if (said := words(value))}


def moment(given: Any, *path: str | int, otherwise: datetime) -> datetime:
    """A time as ISO 8601 or as seconds or thousandths since 1970, in a number or a text."""
    found = words(given, *path)
    try:
        seconds = float(found)
    except ValueError:
        return _iso(found, otherwise)
    try:
        return datetime.fromtimestamp(seconds / 1000 if seconds > LATEST_SECONDS else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return otherwise


def object_in(request: InboundRequest) -> dict[str, Any]:
    """The JSON object in a request. Raises NotUnderstood."""
    given = request.json()
    if not isinstance(given, dict):
        raise NotUnderstood("This is not an object in JSON.")
    return given


def made_name(*said: str) -> str:
    """A name for what has none: the same words make the same name."""
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:40]


def check_sealed(request: InboundRequest, header: str, secret: str, *, by: str = "sha256", before: str = "") -> None:
    """Whether a header holds the seal of the body in hexadecimal, behind `before`. Raises NotGenuine."""
    if not secret:
        raise NotGenuine("No secret is set up, so nothing that comes in can be believed.")
    theirs = request.header(header).strip().removeprefix(before).lower()
    ours = hmac.new(secret.encode(), request.body, by).hexdigest()
    if not hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "replace")):
        raise NotGenuine(f"{header} is not the seal of this body.")


def check_same(theirs: str, secret: str, what: str) -> None:
    """Whether a secret word is ours. Raises NotGenuine."""
    if not secret:
        raise NotGenuine("No secret is set up, so nothing that comes in can be believed.")
    if not hmac.compare_digest(secret.encode(), theirs.encode("utf-8", "replace")):
        raise NotGenuine(f"{what} is not the one that was agreed.")


def _iso(written: str, otherwise: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return otherwise
    return found if found.tzinfo else found.replace(tzinfo=UTC)
