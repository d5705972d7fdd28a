"""What monitors say is one alert from beginning to end, finds its component, and becomes evidence or a signal."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from conftest import START
from daylight.accounts.models import Member
from daylight.customers.tests.makers import a_customer
from daylight.incidents.models import Component, ComponentUse
from daylight.reach.models import Alarm
from daylight.watch import proposing
from daylight.watch.alerts import asking, raising, taking
from daylight.watch.alerts.base import SaidAlert
from daylight.watch.models import Alert, LabelRule, Monitor, Signal, Topic
from daylight.watch.words import EvidenceKind, Outcome, Severity, SignalStage, TopicKind

pytestmark = pytest.mark.django_db


def minutes(number: float) -> datetime:
    return START + timedelta(minutes=number)


def a_monitor(kind: str = "alertmanager", name: str = "Prometheus") -> Monitor:
    settings: Any = {"secret": "s3cret"}
    return Monitor.objects.create(kind=kind, name=name, settings=settings, made_at=START)


def a_component(name: str = "Checkout") -> Component:
    return Component.objects.create(key=name.lower(), name=name)


def said(name: str = "HighErrorRate", *, at: float = 0, **more: Any) -> SaidAlert:
    given = {"title": name, "labels": {"component": "checkout"}, "severity": Severity.WARNING} | more
    return SaidAlert(name, at=minutes(at), **given)


def told(monitor: Monitor, *alerts: SaidAlert, at: float, **more: Any) -> int:
    return taking.take(monitor, alerts, at=minutes(at), **more)


def test_an_alert_is_one_row_from_its_beginning_to_its_end() -> None:
    monitor, checkout = a_monitor(), a_component()

    began = [told(monitor, said(), at=1), told(monitor, said(), said(at=1), at=5)]
    told(monitor, said(at=8, is_firing=False), at=9)

    assert began == [1, 0]
    alert = Alert.objects.get()
    assert (alert.began_at, alert.heard_at, alert.ended_at) == (START, minutes(5), minutes(8))
    assert (alert.times, list(alert.components.all())) == (1, [checkout])
    monitor.refresh_from_db()
    assert monitor.last_heard_at == minutes(9)


def test_an_end_without_a_beginning_is_nothing() -> None:
    assert told(a_monitor(), said(is_firing=False), at=1) == 0
    assert not Alert.objects.exists()


def test_what_flaps_is_one_alert_that_counts() -> None:
    monitor = a_monitor()
    for number in range(4):
        told(monitor, said(at=10 * number), at=10 * number)
        told(monitor, said(at=10 * number + 2, is_firing=False), at=10 * number + 2)

    told(monitor, said(at=90), at=90)

    first, later = Alert.objects.order_by("began_at")
    assert (first.times, first.ended_at) == (4, minutes(32))
    assert (later.times, later.is_firing) == (1, True)


def test_the_same_fingerprint_at_two_monitors_is_two_alerts() -> None:
    for name in ("one", "two"):
        told(a_monitor(name=name), said(), at=1)

    assert Alert.objects.firing().count() == 2


def test_a_page_that_no_longer_names_something_says_that_it_is_over() -> None:
    monitor = a_monitor("statuspage")
    told(monitor, said("a"), said("b"), at=1, is_all=True)
    told(monitor, said("b"), at=3, is_all=True)

    assert list(Alert.objects.order_by("fingerprint").values_list("ended_at", flat=True)) == [minutes(3), None]


def test_an_alert_that_nobody_speaks_of_any_more_is_over() -> None:
    told(a_monitor("sentry"), said(), at=0)

    taking.expire(minutes(119))
    assert Alert.objects.firing().exists()
    taking.expire(minutes(121))
    assert not Alert.objects.firing().exists()


@pytest.mark.parametrize("value", ["checkout", "Checkout Service", "web-3"])
def test_labels_find_the_component_by_key_by_name_or_by_a_rule(value: str) -> None:
    Component.objects.create(key="search", name="Search")
    checkout = Component.objects.create(key="checkout", name="Checkout service")
    LabelRule.objects.create(label="host", value="web-*", component=checkout)

    told(a_monitor(), said(labels={"host": value, "team": "shop"}), at=1)

    assert list(Alert.objects.get().components.all()) == [checkout]


def test_a_suppliers_alert_is_about_what_depends_on_it() -> None:
    checkout, _search = a_component(), a_component("Search")
    monitor = a_monitor("statuspage")
    monitor.components.add(checkout)

    told(monitor, said(labels={"component": "Search"}), at=1)

    assert list(Alert.objects.get().components.all()) == [checkout]


def test_one_critical_alert_opens_a_signal_once_and_others_join_it() -> None:
    a_component()
    monitor = a_monitor()
    told(monitor, said(severity=Severity.CRITICAL, address="https://prometheus.example/1"), at=1)
    raising.step(minutes(1))
    told(monitor, said("Latency", at=40), at=40)
    raising.step(minutes(40))
    raising.step(minutes(41))

    signal = Signal.objects.get()
    assert (signal.headline, signal.stage, signal.warned_at) == ("Checkout: HighErrorRate", "warn", minutes(1))
    evidence = signal.evidence.order_by("at")
    assert [(row.kind, row.text) for row in evidence] == [("alert", "HighErrorRate"), ("alert", "Latency")]
    assert evidence[0].address == "https://prometheus.example/1"
    assert Alert.objects.filter(signal=signal).count() == 2


def test_whoever_leads_is_alarmed_once_of_what_is_critical(ana: Member) -> None:
    a_component()
    monitor = a_monitor()
    told(monitor, said("a"), said("b"), at=0)
    raising.step(START)
    assert not Alarm.objects.exists()

    for name in ("c", "d"):
        told(monitor, said(name, severity=Severity.CRITICAL, text="No byte left."), at=1)
        raising.step(minutes(1))

    [alarm] = Alarm.objects.all()
    assert (alarm.member, alarm.subject) == (ana, "Prometheus: Checkout: a")
    assert "No byte left." in alarm.text


def test_a_signal_of_machines_suggests_those_who_use_the_component() -> None:
    checkout = a_component()
    ComponentUse.objects.create(component=checkout, customer=a_customer("Ada"))
    a_customer("Grace")
    told(a_monitor(), said(severity=Severity.CRITICAL), at=0)
    raising.step(START)

    [suggestion] = proposing.propose(Signal.objects.get()).suggestions

    assert (suggestion.label, suggestion.customers, suggestion.silent) == ("Everybody who uses Checkout", 1, 1)


@pytest.mark.parametrize(("apart", "signals"), [(9, 1), (11, 0)])
def test_two_alerts_on_one_component_within_ten_minutes_are_a_signal(apart: int, signals: int) -> None:
    a_component()
    monitor = a_monitor()
    told(monitor, said("a"), at=0)
    raising.step(START)
    told(monitor, said("b", at=apart), at=apart)
    raising.step(minutes(apart))

    assert list(Signal.objects.values_list("stage", flat=True)) == [SignalStage.WATCH] * signals
    assert Alert.objects.filter(signal__isnull=False).count() == 2 * signals


def test_alerts_on_two_components_are_no_signal() -> None:
    a_component(), a_component("Search")
    monitor = a_monitor()
    told(monitor, said("a"), said("b", labels={"component": "search"}), at=0)
    raising.step(START)

    assert not Signal.objects.exists()


def test_what_an_update_has_said_already_needs_no_signal() -> None:
    Component.objects.create(key="checkout", name="Checkout", state="major_outage")
    told(a_monitor(), said(severity=Severity.CRITICAL), at=0)
    raising.step(START)

    assert not Signal.objects.exists()


def test_a_supplier_on_whom_nothing_depends_opens_no_signal() -> None:
    told(a_monitor("statuspage"), said(severity=Severity.CRITICAL), at=0)
    raising.step(START)

    assert not Signal.objects.exists()


def test_a_signal_of_machines_fades_when_all_its_alerts_are_over_for_a_while() -> None:
    a_component()
    monitor = a_monitor()
    told(monitor, said("a"), said("b"), at=0)
    raising.step(START)
    told(monitor, said("a", at=5, is_firing=False), at=5)
    told(monitor, said("b", at=20, is_firing=False), at=20)

    raising.step(minutes(34))
    assert Signal.objects.open().exists()
    raising.step(minutes(35))
    assert Signal.objects.get().outcome == Outcome.FADED


def test_an_alert_whose_signal_a_member_ended_opens_no_other() -> None:
    a_component()
    monitor = a_monitor()
    told(monitor, said(severity=Severity.CRITICAL), at=0)
    raising.step(START)
    Signal.objects.get().end(outcome=Outcome.KNOWN, at=minutes(1))
    told(monitor, said(severity=Severity.CRITICAL), at=2)
    raising.step(minutes(2))

    assert Signal.objects.count() == 1


def test_alerts_stand_beside_a_surge_on_their_component_or_at_its_time_when_critical() -> None:
    a_component()
    topic = Topic.objects.create(
        kind=TopicKind.FACETS, key="p", name="Checkout", product="Checkout", first_said_at=START, last_said_at=START
    )
    surge = Signal.objects.create(
        topic=topic,
        headline="Checkout",
        stage=SignalStage.WARN,
        gravest=SignalStage.WARN,
        **dict.fromkeys(("opened_at", "noticed_at", "last_seen_at", "since"), minutes(30)),
    )
    supplier = a_monitor("statuspage", name="PayBridge")
    supplier.components.add(Component.objects.get())
    told(supplier, said("Card payments fail"), at=5)
    told(a_monitor(), said("Disk", labels={}), said("Host", labels={}, severity=Severity.CRITICAL), at=30)
    old = said("Old", at=-200)
    told(a_monitor(name="x"), old, at=-200)
    told(a_monitor(name="y"), said("Gone", at=-180, is_firing=False), at=-180)
    taking.take(Monitor.objects.get(name="x"), [], at=minutes(-100), is_all=True)

    raising.step(minutes(31))
    raising.step(minutes(32))

    beside = surge.evidence.order_by("-weight")
    assert [(row.kind, row.text) for row in beside] == [
        (EvidenceKind.SUPPLIER, "Card payments fail"),
        (EvidenceKind.ALERT, "Host"),
    ]


def test_a_monitor_of_a_kind_that_is_no_more_is_left_alone() -> None:
    row = a_monitor("gone")
    Monitor.objects.update(due_at=START)

    assert asking.step(START).handled == 1
    row.refresh_from_db()
    assert row.due_at is None
