"""Secrets that a screen shows once: kept in the member's session between the form and the screen after it."""

from typing import Any

from django.http import HttpRequest

PREFIX = "accounts.once."


def keep_for_once(request: HttpRequest, name: str, value: dict[str, Any]) -> None:
    """Keep `value` for the next screen that asks for it."""
    request.session[PREFIX + name] = value


def shown_once(request: HttpRequest, name: str) -> dict[str, Any] | None:
    """What was kept, for the last time; None when there is nothing or it was shown."""
    kept: dict[str, Any] | None = request.session.pop(PREFIX + name, None)
    return kept
