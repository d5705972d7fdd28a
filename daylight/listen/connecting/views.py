"""Set-up of far ends, and the address to which each of them posts."""

from datetime import datetime

from django.conf import settings as django_settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from daylight.accounts.asking import MemberRequest, anyone, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.core.limits import TooMany
from daylight.listen.connecting import bringing, hearing, keeping, setting_up
from daylight.listen.connecting.forms import NameForm
from daylight.listen.connecting.setting_up import Kind, Place
from daylight.listen.models import Connection
from daylight.listen.sources.base import Connects, Heard, Settings, Source
from daylight.listen.sources.registry import SOURCES
from daylight.reach.channels.inbound import InboundRequest
from daylight.reach.views.callbacks import TurnedAway, answered, refuse, too_many, understand

HERE = Place("listening:connection", "listen/connecting", posts_to="listen")


@anyone
@csrf_exempt
@never_cache
def heard(request: HttpRequest, token: str) -> HttpResponse:
    """Hear what a far end says: 403 when it is not genuine, 400 when not understood, 404 for nobody's address."""
    now = clock.now()
    row = Connection.by_token(token)
    source = SOURCES.get(row.source) if row else None
    connects = source.connects if source else None
    if row is None or connects is None or not connects.hears:
        return refuse(request, "There is no such address.", status=404, at=now)
    try:
        said = _brought(request, row, connects, at=now) if connects.brings else _said(request, row, connects, at=now)
    except TurnedAway as problem:
        row.note_problem(f"{problem.why} {problem.__cause__ or ''}".strip())
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
    return _set_up(request, *_source(name), before=None)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
@never_cache
def connection(request: MemberRequest, pk: int) -> HttpResponse:
    """One connection: how it fares, its address and secret, and other settings."""
    row = get_object_or_404(Connection, pk=pk)
    return _set_up(request, *_source(row.source), before=row)


@members_only(Act.SET_UP)
@require_POST
def act(request: MemberRequest, pk: int, what: str) -> HttpResponse:
    """Switch a connection on or off, make it a new secret, or ask it now."""
    row = get_object_or_404(Connection, pk=pk)
    return setting_up.act(request, HERE, _source(row.source)[1], row, what, at=clock.now())


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Asks once, then forgets the connection with its secrets."""
    return setting_up.remove(request, HERE, get_object_or_404(Connection, pk=pk), at=clock.now())


def _set_up(request: MemberRequest, source: Source, kind: Kind, *, before: Connection | None) -> HttpResponse:
    now, name = clock.now(), NameForm(setting_up.posted(request), source=source, before=before)

    def keep(settings: Settings) -> Connection:
        called = name.cleaned_data["connection_name"]
        return keeping.keep(source, kind.connects, settings, name=called, at=now, before=before)

    return setting_up.set_up(request, HERE, kind, name=name, before=before, at=now, keep=keep)


def _source(name: str) -> tuple[Source, Kind]:
    source = SOURCES.get(name)
    if source is None or source.connects is None:
        raise Http404
    connects = source.connects
    return source, Kind(source.name, source.label, connects, connects.hears, connects.is_asked)
