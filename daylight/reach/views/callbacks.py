"""What every address shares that machines call: how a request is read, and how it is turned away."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

from daylight.core.limits import Limit, TooMany, caller, take
from daylight.reach.channels.inbound import Answer, InboundRequest, NotGenuine, NotUnderstood

LARGEST = 5 * 1024 * 1024
"""Bytes of one request; the largest batches of providers are below two million."""

HEARD = Limit("receipts", times=6_000, per=timedelta(minutes=1))
REFUSED = Limit("receipts refused", times=60, per=timedelta(minutes=10))

log = logging.getLogger("daylight.inbound")

Word = TypeVar("Word")


class TurnedAway(Exception):
    """The request is not taken: `status` and `why` are what its sender is told."""

    def __init__(self, why: str, *, status: int) -> None:
        super().__init__(why)
        self.why, self.status = why, status


def understand(
    request: HttpRequest, read: Callable[[InboundRequest], Word], *, of: str, at: datetime, largest: int = LARGEST
) -> Word:
    """What a request to the address `of` says. Raises TurnedAway, and TooMany when it calls too often."""
    if _length(request) > largest:
        raise TurnedAway("This is more than we take at once.", status=413)
    take(HEARD, of, at=at)
    try:
        return read(inbound_request(request, at=at))
    except NotGenuine as problem:
        log.warning("A request for %s was not genuine: %s", of, problem)
        raise TurnedAway("The signature is wrong.", status=403) from problem
    except (NotUnderstood, LookupError, TypeError, ValueError, AttributeError, RecursionError) as problem:
        # All but the first are what reading nonsense runs into; our own mistakes show in the log in the same way.
        log.warning("A request for %s was not understood.", of, exc_info=problem)
        raise TurnedAway("This is not understood.", status=400) from problem


def inbound_request(request: HttpRequest, *, at: datetime) -> InboundRequest:
    """The request without anything of the web framework, at the address that the world knows."""
    return InboundRequest(
        method=request.method or "",
        url=f"{settings.SITE_URL}{request.get_full_path()}",
        headers=dict(request.headers),
        body=request.body,
        received_at=at,
        fields=_pairs(request.POST),
        parameters=_pairs(request.GET),
    )


def answered(answer: Answer) -> HttpResponse:
    """What its sender wants to hear."""
    return HttpResponse(answer.body, content_type=answer.content_type, status=answer.status)


def refuse(request: HttpRequest, why: str, *, status: int, at: datetime) -> HttpResponse:
    """Say why not; whoever is refused often is no longer answered for a while."""
    try:
        take(REFUSED, caller(request), at=at)
    except TooMany as problem:
        return too_many(problem)
    return HttpResponse(f"{why}\n", content_type="text/plain; charset=utf-8", status=status)


def too_many(problem: TooMany) -> HttpResponse:
    """Come back later, and when."""
    wait = {"Retry-After": str(int(problem.wait.total_seconds()) + 1)}
    return HttpResponse(f"{problem}\n", content_type="text/plain; charset=utf-8", status=429, headers=wait)


def _length(request: HttpRequest) -> int:
    written = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(written) if written.isascii() and written.isdigit() else 0


def _pairs(given: QueryDict) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, values in given.lists() for value in values)
