"""The door of /v1/: who may come in, how much at once, which call it is, and how failures are answered."""

import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_exempt

from daylight.accounts import keys
from daylight.accounts.models import ApiKey, Member
from daylight.accounts.roles import Act
from daylight.api.statuspage.given import Given, body_of
from daylight.api.statuspage.refusals import Missing, Refusal, refused
from daylight.api.v1.door import ALLOWANCE
from daylight.api.v1.problems import MEDIA_TYPE
from daylight.api.v1.repeats import once
from daylight.core import clock, limits
from daylight.incidents.failures import IncidentFailure, NotReady
from daylight.pages.models import Page

log = logging.getLogger("daylight.api")

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
STRANGER = "Could not authenticate: send an API key of Daylight as 'Authorization: OAuth KEY'."


@dataclass(frozen=True)
class Call:
    """One call that was let in: by which key, at what time, with which names in its address and what it carries."""

    key: ApiKey
    now: datetime
    ids: dict[str, str]
    query: Given
    request: HttpRequest = field(repr=False)

    @property
    def by(self) -> Member:
        """The member in whose name the key acts."""
        return self.key.made_by

    @property
    def page(self) -> Page:
        """The page that the address names. Raises Missing."""
        found = Page.objects.filter(public_id=self.ids["page"]).first()
        if found is None:
            raise Missing("There is no page of this name; GET /v1/pages lists them.")
        return found

    def need(self, act: Act) -> None:
        """Go no further unless the key may do this too. Raises Refusal."""
        if not self.key.may(act):
            raise forbidden(act)

    def given(self, container: str) -> Given:
        """What the call carries, with or without its envelope."""
        return body_of(self.request, container)


Answer = Any
Run = Callable[[Call], Answer]


@dataclass(frozen=True)
class Status:
    """An answer with another status than 200."""

    status: int
    said: Answer = None


@dataclass(frozen=True)
class Route:
    """One call of the API: its method and address, the act it needs, and who answers it."""

    method: str
    path: str
    act: Act
    run: Run
    pattern: re.Pattern[str]


ROUTES: list[Route] = []


def call(methods: str, path: str, act: Act) -> Callable[[Run], Run]:
    """Answer `methods` (a word or several) at `path`, whose names stand in braces; the key must carry `act`."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[A-Za-z0-9_.-]{1,64})", path))

    def add(run: Run) -> Run:
        ROUTES.extend(Route(method, path, act, run, pattern) for method in methods.split())
        return run

    return add


def forbidden(act: Act) -> Refusal:
    """The refusal of a key that may not do this."""
    return Refusal(403, f"This needs a key with the scope {act.value}.")


@csrf_exempt
def enter(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer any call below /v1/."""
    try:
        key = _key(request)
        limits.take(ALLOWANCE, str(key.pk), at=clock.now())
        route, ids = _route("GET" if request.method == "HEAD" else request.method or "GET", rest, key)
    except Refusal as refusal:
        return refused(refusal.status, str(refusal))
    except limits.TooMany as too_many:
        seconds = max(1, round(too_many.wait.total_seconds()))
        return refused(429, str(too_many), headers={"Retry-After": str(seconds)})
    made = Call(key, clock.now(), ids, _query(request), request)

    def run(_: HttpRequest) -> HttpResponse:
        return _answered(route, made)

    response = once(run)(request) if request.method in CHANGES else run(request)
    return _in_our_form(response)


enter.access_rule = "API key"  # type: ignore[attr-defined]


def _key(request: HttpRequest) -> ApiKey:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() not in {"oauth", "bearer"}:
        token = request.GET.get("api_key", "")
    try:
        return keys.key_for(token.strip().strip('"'), clock.now())
    except keys.KeyRefused:
        raise Refusal(401, STRANGER) from None


def _route(method: str, rest: str, key: ApiKey) -> tuple[Route, dict[str, str]]:
    """The call of an address, with or without ".json" at its end, if this key may make it."""
    path = rest.rstrip("/").removesuffix(".json")
    there = [(route, match) for route in ROUTES if (match := route.pattern.fullmatch(path))]
    for route, match in there:
        if route.method == method and not key.may(route.act):
            raise forbidden(route.act)
        if route.method == method:
            return route, match.groupdict()
    if there:
        allowed = ", ".join(sorted({route.method for route, _ in there}))
        raise Refusal(405, f"This address answers to {allowed}, not to {method}.")
    raise Missing


def _query(request: HttpRequest) -> Given:
    lists: MultiValueDict[str, str] = request.GET
    return Given({name: values[-1] for name, values in lists.lists()})


def _answered(route: Route, made: Call) -> HttpResponse:
    try:
        with transaction.atomic():
            said = route.run(made)
    except Refusal as refusal:
        return refused(refusal.status, str(refusal))
    except Http404:
        return refused(404, str(Missing()))
    except NotReady as problem:
        return refused(422, str(problem))
    except IncidentFailure as problem:
        return refused(409, str(problem))
    except Exception:
        log.exception("The API failed on %s %s.", made.request.method, made.request.path)
        return refused(500, "This is our fault and has been logged. Nothing was changed by this request.")
    status = said.status if isinstance(said, Status) else 200
    said = said.said if isinstance(said, Status) else said
    return HttpResponse(status=204) if status == 204 else JsonResponse(said, status=status, safe=False)


def _in_our_form(response: HttpResponse) -> HttpResponse:
    """What stands before the calls answers with problem documents; here they have the form of Statuspage."""
    if response.headers.get("Content-Type") != MEDIA_TYPE:
        return response
    return refused(response.status_code, Given(_json(response)).text("detail"))


def _json(response: HttpResponse) -> dict[str, Any]:
    said = json.loads(response.content)
    return said if isinstance(said, dict) else {}
