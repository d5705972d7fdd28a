"""Set-up of far ends, and the address to which each of them posts."""

from datetime import datetime

from django.conf import settings as django_settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, anyone, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.core.limits import TooMany
from daylight.listen.connecting import bringing, hearing, keeping, names
from daylight.listen.connecting.forms import NameForm, SettingsForm
from daylight.listen.models import Connection
from daylight.listen.sources.base import Connects, Heard, Source
from daylight.listen.sources.registry import SOURCES
from daylight.reach.channels.inbound import InboundRequest
from daylight.reach.views.callbacks import TurnedAway, answered, refuse, too_many, understand


@anyone
@csrf_exempt
@never_cache
def heard(request: HttpRequest, token: str) -> HttpResponse:
    """Hear what a far end says: 403 when it is not genuine, 400 when not understood, 404 for nobody's address."""
    now = clock.now()
    row = names.by_token(token)
    source = SOURCES.get(row.source) if row else None
    connects = source.connects if source else None
    if row is None or connects is None or not connects.hears:
        return refuse(request, "There is no such address.", status=404, at=now)
    try:
        said = _brought(request, row, connects, at=now) if connects.brings else _said(request, row, connects, at=now)
    except TurnedAway as problem:
        hearing.note_problem(row, f"{problem.why} {problem.__cause__ or ''}".strip())
        return refuse(request, problem.why, status=problem.status, at=now)
    except TooMany as problem:
        return too_many(problem)
    hearing.keep(row, said.said, at=now, look=said.look)
    return answered(said.answer)


def _said(request: HttpRequest, row: Connection, connects: Connects, *, at: datetime) -> Heard:
    """What a far end says of itself. Raises TurnedAway and TooMany."""
    reads, settings = connects.read, row.settings or {}

    def read(asked: InboundRequest) -> Heard:
        return reads(asked, settings) if reads else Heard()

    return understand(request, read, of=f"connection {row.pk}", at=at)


def _brought(request: HttpRequest, row: Connection, connects: Connects, *, at: datetime) -> Heard:
    """What a mail provider brings: mails, which are kept beside those that came by the wire. Raises likewise."""
    url = f"{django_settings.SITE_URL}{request.get_full_path()}"
    if connects.brings and request.method == "POST":  # Some look whether the address is there before they use it.
        bringing.bring(row, connects.brings, url=url, headers=dict(request.headers), read=request.read, at=at)
    return Heard()


@members_only(Act.READ_CUSTOMERS)
def ways(request: MemberRequest) -> HttpResponse:
    """Every way in which customers may speak to us."""
    context = {"site": django_settings.SITE_URL, "may_set_up": request.member.may(Act.SET_UP)}
    return TemplateResponse(request, "listen/ways/ways.html", context)


@members_only(Act.SET_UP)
def connections(request: MemberRequest) -> HttpResponse:
    """The far ends that are connected, and those that may be."""
    rows = list(Connection.objects.order_by("name", "pk"))
    context = {
        "rows": [(row, SOURCES.get(row.source)) for row in rows],
        "offered": sorted((one for one in SOURCES.values() if one.connects), key=lambda one: one.label.casefold()),
    }
    return TemplateResponse(request, "listen/connecting/list.html", context)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
@never_cache
def add(request: MemberRequest, name: str) -> HttpResponse:
    """Enter the settings of a new connection."""
    source, connects = _source(name)
    return _set_up(request, source, connects, before=None)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
@never_cache
def connection(request: MemberRequest, pk: int) -> HttpResponse:
    """One connection: how it fares, its address and secret, and other settings."""
    row = get_object_or_404(Connection, pk=pk)
    source, connects = _source(row.source)
    return _set_up(request, source, connects, before=row)


@members_only(Act.SET_UP)
@require_POST
def act(request: MemberRequest, pk: int, what: str) -> HttpResponse:
    """Switch a connection on or off, make it a new secret, or ask it now."""
    row = get_object_or_404(Connection, pk=pk)
    _, connects = _source(row.source)
    if what == "secret" and connects.makes_secret:
        keeping.renew_secret(row)
        messages.success(request, "The secret is a new one. Enter it at the far end.")
    elif what in {"on", "off"}:
        keeping.switch(row, connects, is_on=what == "on", at=clock.now())
        messages.success(request, f"{row.name} is switched {what}.")
    elif what == "ask" and connects.fetch and row.is_active:
        Connection.objects.filter(pk=pk, leased_until__isnull=True).update(due_at=clock.now())
        messages.success(request, f"{row.name} is asked now.")
    else:
        raise Http404
    _note(request, f"connection.{what}", row)
    return redirect("listening:connection", pk)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Asks once, then forgets the connection with its secrets."""
    row = get_object_or_404(Connection, pk=pk)
    if request.method != "POST":
        return TemplateResponse(request, "listen/connecting/remove.html", {"row": row})
    _note(request, "connection.remove", row)
    row.delete()
    messages.success(request, f"{row.name} is no longer heard, and its secrets are forgotten.")
    return redirect("listening:connections")


def _set_up(request: MemberRequest, source: Source, connects: Connects, *, before: Connection | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    name = NameForm(posted, source=source, before=before)
    form = SettingsForm(connects, posted, before=before.settings if before else None)
    if posted is not None and all([name.is_valid(), form.is_valid()]):
        called = name.cleaned_data["connection_name"]
        row = keeping.keep(source, connects, form.settings, name=called, at=clock.now(), before=before)
        _note(request, "connection.keep", row)
        messages.success(request, f"{row.name} is kept.")
        return redirect("listening:connection", row.pk)
    context = {
        "source": source,
        "connects": connects,
        "row": before,
        "name": name,
        "form": form.fields,
        "help": f"listen/connecting/help/{source.name}.html",
        "address": f"{django_settings.SITE_URL}/listen/{names.token(before)}/" if before else "",
        "secret": (before.settings or {}).get("secret", "") if before and connects.makes_secret else "",
    }
    return TemplateResponse(request, "listen/connecting/one.html", context, status=200 if posted is None else 422)


def _source(name: str) -> tuple[Source, Connects]:
    source = SOURCES.get(name)
    if source is None or source.connects is None:
        raise Http404
    return source, source.connects


def _note(request: MemberRequest, act: str, row: Connection) -> None:
    audit.record(at=clock.now(), actor=request.member.name, act=act, subject=f"{row.source}: {row.name}"[:200])
