"""Why a call is not done, in the form of Statuspage: {"message": …, "error": …}."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse


class Refusal(Exception):
    """The call cannot be done: a status of HTTP and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Invalid(Refusal):
    """What was sent is at fault."""

    def __init__(self, message: str) -> None:
        super().__init__(422, message)


class Missing(Refusal):
    """There is no such thing, or this key may not see it."""

    def __init__(self, what: str = "There is nothing at this address, or this key may not see it.") -> None:
        super().__init__(404, what)


class NotKept(Refusal):
    """Statuspage keeps this and we do not: saying yes would be a lie."""

    def __init__(self, what: str, instead: str = "") -> None:
        super().__init__(422, " ".join(filter(None, (f"Daylight keeps no {what}.", instead))))


def refused(status: int, message: str, *, headers: Mapping[str, Any] | None = None) -> HttpResponse:
    """The answer to a call that is not done; both words, because clients read one or the other."""
    return JsonResponse({"message": message, "error": message}, status=status, headers=dict(headers or {}))
