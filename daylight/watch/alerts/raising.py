"""Alerts become evidence beside the signals of the same time, and open a signal of their own when they are bad enough.

One critical alert is enough, or two alerts on one component within ten minutes. What an update has said of a component
already needs no signal, and each alert opens or joins one only once.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse

from daylight.core.loops import Step
from daylight.incidents.models import Component
from daylight.incidents.words import ComponentState
from daylight.reach import alarms
from daylight.watch.alerts.registry import KINDS
from daylight.watch.models import Alert, Evidence, Signal
from daylight.watch.raising import to_tell
from daylight.watch.words import EvidenceKind, Outcome, Severity, SignalStage, rank

TOGETHER = timedelta(minutes=10)
CALM = timedelta(minutes=15)
"""A signal of machines ends when all its alerts have been over for so long."""

BEFORE = timedelta(hours=1)
"""Alerts that ended so long before a surge began may still be its cause."""

MOST = 200
_LOUD = {Severity.WARNING, Severity.CRITICAL}


def step(now: datetime) -> Step:
    """Look at all that fires; returns how many signals were opened, joined or ended."""
    waiting = Alert.objects.firing().filter(signal__isnull=True, severity__in=_LOUD)
    rows = waiting.select_related("monitor").prefetch_related("components").order_by("began_at", "pk")[:MOST]
    moved = sum(_consider(alert, now) for alert in rows)
    _stand_beside(now)
    return Step(handled=moved + _end_calm(now))


@transaction.atomic
def _consider(alert: Alert, now: datetime) -> bool:
    """Whether the alert opened a signal or joined one."""
    components = [one for one in alert.components.all() if one.state == ComponentState.OPERATIONAL]
    if not components and (alert.components.exists() or KINDS[alert.monitor.kind].is_supplier):
        return False
    signal = _open_signal(components)
    if signal is None:
        others = _others(alert, components)
        if alert.severity != Severity.CRITICAL and not others:
            return False
        signal = _open(alert, components, now)
        for other in others:
            _join(signal, other, now)
    _join(signal, alert, now)
    return True


def _open_signal(components: list[Component]) -> Signal | None:
    """The signal that machines have opened for one of these components, while it goes on."""
    open_ = Signal.objects.open().filter(topic__isnull=True, alerts__components__in=components)
    return open_.order_by("opened_at").first() if components else None


def _others(alert: Alert, components: list[Component]) -> list[Alert]:
    """Other alerts on the same components that began about the same time and have no signal yet."""
    around = (alert.began_at - TOGETHER, alert.began_at + TOGETHER)
    rows = Alert.objects.filter(components__in=components, began_at__range=around, signal__isnull=True)
    found = rows.filter(severity__in=_LOUD).exclude(pk=alert.pk).select_related("monitor").distinct()
    return list(found.exclude(monitor=alert.monitor, fingerprint=alert.fingerprint))


def _open(alert: Alert, components: list[Component], now: datetime) -> Signal:
    where = ", ".join(one.name for one in components[:3])
    return Signal.objects.create(
        headline=(f"{where}: {alert.title}" if where else alert.title)[:200],
        stage=SignalStage.WATCH,
        gravest=SignalStage.WATCH,
        opened_at=alert.began_at,
        noticed_at=now,
        last_seen_at=now,
        since=alert.began_at,
    )


def _join(signal: Signal, alert: Alert, now: datetime) -> None:
    """The alert is part of the signal; a critical one makes it a warning."""
    Alert.objects.filter(pk=alert.pk).update(signal=signal)
    Evidence.objects.bulk_create([_evidence(signal, alert, weight=2)], ignore_conflicts=True)
    signal.last_seen_at, signal.since = now, min(signal.since, alert.began_at)
    rises = alert.severity == Severity.CRITICAL and rank(signal.stage) < rank(SignalStage.WARN)
    if rises:
        signal.stage = signal.gravest = SignalStage.WARN
        signal.warned_at = now
    signal.save(update_fields=["last_seen_at", "since", "stage", "gravest", "warned_at"])
    if rises:
        _tell(signal, alert, now)


def _tell(signal: Signal, alert: Alert, now: datetime) -> None:
    """One alarm for the signal, to those who hear of warnings."""
    context = {"signal": signal, "alert": alert}
    alarms.alarm(
        to_tell(SignalStage.WARN),
        key=f"signal-{signal.pk}-{SignalStage.WARN}",
        subject=render_to_string("watch/alarms/machine_subject.txt", context).strip(),
        text=render_to_string("watch/alarms/machine_text.txt", context).strip(),
        at=now,
        path=reverse("watch:signal", args=[signal.public_id]),
    )


def _stand_beside(now: datetime) -> None:
    """Alerts are evidence of a surge where its topic is a component's, or where they are critical at that time."""
    surges = list(Signal.objects.present().filter(topic__isnull=False).select_related("topic"))
    if not surges:
        return
    since = min(signal.since for signal in surges) - BEFORE
    rows = Alert.objects.since(since).filter(severity__in=_LOUD).order_by("-began_at", "-pk")
    alerts = list(rows.select_related("monitor").prefetch_related("components")[:MOST])
    found = [row for signal in surges for row in _beside(signal, alerts)]
    Evidence.objects.bulk_create(found, ignore_conflicts=True)


def _beside(signal: Signal, alerts: list[Alert]) -> Iterator[Evidence]:
    topic = signal.topic
    facets = (topic.category, topic.product, topic.region, topic.name) if topic else ()
    about = {facet.casefold() for facet in facets if facet}
    for alert in alerts:
        if alert.ended_at is not None and alert.ended_at < signal.since - BEFORE:
            continue
        names = {name.casefold() for one in alert.components.all() for name in (one.key, one.name)}
        if names & about:
            yield _evidence(signal, alert, weight=2)
        elif alert.severity == Severity.CRITICAL:
            yield _evidence(signal, alert, weight=1)


def _evidence(signal: Signal, alert: Alert, *, weight: float) -> Evidence:
    is_supplier = KINDS[alert.monitor.kind].is_supplier
    return Evidence(
        signal=signal,
        kind=EvidenceKind.SUPPLIER if is_supplier else EvidenceKind.ALERT,
        name=f"alert-{alert.pk}",
        text=alert.title,
        address=alert.address,
        facts={"monitor": alert.monitor.name, "severity": alert.severity},
        weight=weight,
        at=alert.began_at,
    )


def _end_calm(now: datetime) -> int:
    """End signals of machines whose alerts are all over."""
    goes_on = Q(ended_at__isnull=True) | Q(ended_at__gt=now - CALM)
    open_ = Signal.objects.open().filter(topic__isnull=True, alerts__isnull=False)
    calm = open_.exclude(alerts__in=Alert.objects.filter(goes_on, signal__isnull=False)).distinct()
    for signal in calm:
        signal.end(outcome=Outcome.FADED, at=now)
    return len(calm)
