"""What machines and suppliers say, those who say it, what their labels mean; and the address to which each posts."""

from collections import Counter
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, anyone, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.core.limits import TooMany
from daylight.listen.connecting import setting_up
from daylight.listen.connecting.setting_up import Kind, Place
from daylight.listen.sources.base import Settings
from daylight.reach.channels.inbound import Answer, InboundRequest
from daylight.reach.views.callbacks import TurnedAway, answered, refuse, too_many, understand
from daylight.watch.alerts import keeping, mapping, taking
from daylight.watch.alerts.base import Heard, MonitorKind
from daylight.watch.alerts.forms import LabelForm, MonitorForm
from daylight.watch.alerts.registry import KINDS
from daylight.watch.models import Alert, LabelRule, Monitor

HERE = Place("alerts:monitor", "watch/alerts", posts_to="alerts")
PAGE = 50
LATELY = timedelta(days=7)
LOOKED_AT, SHOWN = 500, 12


@anyone
@csrf_exempt
@never_cache
def heard(request: HttpRequest, token: str) -> HttpResponse:
    """Hear what a monitor says: 403 when it is not genuine, 400 when not understood, 404 for nobody's address."""
    now = clock.now()
    row = Monitor.by_token(token)
    kind = KINDS.get(row.kind) if row else None
    if row is None or kind is None or kind.read is None:
        return refuse(request, "There is no such address.", status=404, at=now)
    reads, settings = kind.read, row.settings or {}

    def read(asked: InboundRequest) -> Heard:
        return reads(asked, settings)

    try:
        said = understand(request, read, of=f"monitor {row.pk}", at=now)
    except TurnedAway as problem:
        row.note_problem(f"{problem.why} {problem.__cause__ or ''}".strip())
        return refuse(request, problem.why, status=problem.status, at=now)
    except TooMany as problem:
        return too_many(problem)
    taking.take(row, said.alerts, at=now)
    return answered(Answer(status=202))


@require_GET
@members_only(Act.READ)
def alerts(request: MemberRequest) -> HttpResponse:
    """What fires now, the gravest first; then what did before, page by page."""
    rows = Alert.objects.select_related("monitor", "signal").prefetch_related("components")
    firing = sorted(rows.firing(), key=lambda row: (row.severity != "critical", -row.began_at.timestamp()))
    over = rows.filter(ended_at__isnull=False).order_by("-began_at", "-pk")
    context = {
        "firing": firing[:LOOKED_AT],
        "over": Paginator(over, PAGE).get_page(request.GET.get("page")),
        "has_monitors": Monitor.objects.exists(),
        "may_set_up": request.member.may(Act.SET_UP),
    }
    return TemplateResponse(request, "watch/alerts/list.html", context)


@require_GET
@members_only(Act.SET_UP)
def monitors(request: MemberRequest) -> HttpResponse:
    """Those that tell of alerts, and those that may."""
    rows = Monitor.objects.prefetch_related("components").order_by("name", "pk")
    context = {
        "rows": [(row, KINDS.get(row.kind)) for row in rows],
        "offered": [kind for kind in KINDS.values() if not kind.is_supplier],
        "suppliers": [kind for kind in KINDS.values() if kind.is_supplier],
    }
    return TemplateResponse(request, "watch/alerts/monitors.html", context)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
@never_cache
def add(request: MemberRequest, name: str) -> HttpResponse:
    """Enter the settings of a new monitor."""
    return _set_up(request, _kind(name), before=None)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
@never_cache
def monitor(request: MemberRequest, pk: int) -> HttpResponse:
    """One monitor: how it fares, its address and secret, and other settings."""
    row = get_object_or_404(Monitor, pk=pk)
    return _set_up(request, _kind(row.kind), before=row)


@members_only(Act.SET_UP)
@require_POST
def act(request: MemberRequest, pk: int, what: str) -> HttpResponse:
    """Switch a monitor on or off, make it a new secret, or ask it now."""
    row = get_object_or_404(Monitor, pk=pk)
    return setting_up.act(request, HERE, _as_far_end(_kind(row.kind)), row, what, at=clock.now())


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Asks once, then forgets the monitor with its secrets and alerts."""
    return setting_up.remove(request, HERE, get_object_or_404(Monitor, pk=pk), at=clock.now())


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def labels(request: MemberRequest) -> HttpResponse:
    """What labels mean, and which came lately without meaning anything."""
    form = LabelForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        rule = form.save()
        mapping.look_again()
        audit.record(at=clock.now(), actor=request.member.name, act="label.mean", subject=str(rule)[:200])
        messages.success(request, f"{rule.label} {rule.value} means {rule.component} from now on.")
        return redirect("alerts:labels")
    context = {
        "rules": LabelRule.objects.select_related("component").order_by("label", "value"),
        "form": form,
        "unknown": _unknown_labels(),
    }
    return TemplateResponse(request, "watch/alerts/labels.html", context, status=422 if form.errors else 200)


@members_only(Act.SET_UP)
@require_POST
def forget_label(request: MemberRequest, pk: int) -> HttpResponse:
    """A rule that holds no longer."""
    rule = get_object_or_404(LabelRule, pk=pk)
    audit.record(at=clock.now(), actor=request.member.name, act="label.forget", subject=str(rule)[:200])
    rule.delete()
    messages.success(request, f"{rule} means nothing any more.")
    return redirect("alerts:labels")


def _unknown_labels() -> list[tuple[str, str, int]]:
    """Labels of the last week's alerts without a component, the most frequent first."""
    rows = Alert.objects.filter(components__isnull=True, began_at__gte=clock.now() - LATELY).order_by("-began_at")
    counted: Counter[tuple[str, str]] = Counter()
    for found in rows.values_list("labels", flat=True)[:LOOKED_AT]:
        counted.update((name, value) for name, value in found.items() if name != "alertname")
    return [(name, value, count) for (name, value), count in counted.most_common(SHOWN)]


def _set_up(request: MemberRequest, kind: MonitorKind, *, before: Monitor | None) -> HttpResponse:
    now, name = clock.now(), MonitorForm(setting_up.posted(request), kind=kind, before=before)

    def keep(settings: Settings) -> Monitor:
        called, chosen = name.cleaned_data["monitor_name"], name.cleaned_data.get("components", ())
        return keeping.keep(kind, settings, name=called, components=chosen, at=now, before=before)

    return setting_up.set_up(request, HERE, _as_far_end(kind), name=name, before=before, at=now, keep=keep)


def _kind(name: str) -> MonitorKind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _as_far_end(kind: MonitorKind) -> Kind:
    return Kind(kind.name, kind.label, kind.connects, hears=kind.read is not None, is_asked=kind.is_supplier)
