"""The public address of each provider: here it tells what became of messages, and what readers wrote back."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from daylight.accounts.asking import anyone
from daylight.core import clock
from daylight.core.limits import Limit, TooMany, caller, take
from daylight.core.links import LinkRefused
from daylight.reach import links, providers
from daylight.reach.channels.inbound import Answer, InboundChannel, InboundRequest, NotGenuine, NotUnderstood
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.inbound import taking_in
from daylight.reach.models import Provider

LARGEST = 5 * 1024 * 1024
"""Bytes of one request; the largest batches of providers are below two million."""

HEARD = Limit("receipts", times=6_000, per=timedelta(minutes=1))
REFUSED = Limit("receipts refused", times=60, per=timedelta(minutes=10))

log = logging.getLogger("daylight.inbound")


@anyone
@csrf_exempt
@never_cache
def receipts(request: HttpRequest, token: str) -> HttpResponse:
    """Hear what a provider says: 403 when it is not genuine, 400 when not understood, 404 for nobody's address."""
    now = clock.now()
    provider = _provider(token)
    channel = CHANNELS.get(provider.channel) if provider else None
    if provider is None or not isinstance(channel, InboundChannel):
        return _refuse(request, "There is no such address.", status=404, at=now)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return _refuse(request, "This is more than we take at once.", status=413, at=now)
    try:
        take(HEARD, token, at=now)
        heard = channel.inbound(provider.kind, providers.settings_of(provider), inbound_request(request, at=now))
    except TooMany as problem:
        return _too_many(problem)
    except NotGenuine as problem:
        log.warning("A request for provider %s was not genuine: %s", provider.pk, problem)
        return _refuse(request, "The signature is wrong.", status=403, at=now)
    except (NotUnderstood, LookupError, TypeError, ValueError, AttributeError) as problem:
        # The last four are what reading nonsense runs into; our own mistakes show in the log in the same way.
        log.warning("A request for provider %s was not understood.", provider.pk, exc_info=problem)
        return _refuse(request, "This is not understood.", status=400, at=now)
    taking_in.take_in(heard.said, provider=provider, at=now)
    return _answer(heard.answer)


def _provider(token: str) -> Provider | None:
    """Whose address it is; one that is no longer used may still speak of what it carried."""
    try:
        return Provider.objects.filter(pk=links.read_receipts(token)).first()
    except LinkRefused:
        return None


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


def _pairs(given: QueryDict) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, values in given.lists() for value in values)


def _answer(answer: Answer) -> HttpResponse:
    return HttpResponse(answer.body, content_type=answer.content_type, status=answer.status)


def _refuse(request: HttpRequest, why: str, *, status: int, at: datetime) -> HttpResponse:
    """Say why not; whoever is refused often is no longer answered for a while."""
    try:
        take(REFUSED, caller(request), at=at)
    except TooMany as problem:
        return _too_many(problem)
    return HttpResponse(f"{why}\n", content_type="text/plain; charset=utf-8", status=status)


def _too_many(problem: TooMany) -> HttpResponse:
    wait = {"Retry-After": str(int(problem.wait.total_seconds()) + 1)}
    return HttpResponse(f"{problem}\n", content_type="text/plain; charset=utf-8", status=429, headers=wait)
