"""Surges become signals, quietly, once an episode; what is usual, known or past alarms nobody."""

from datetime import timedelta

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.incidents.tests.makers import an_incident
from daylight.reach.models import Alarm
from daylight.watch.models import IncidentTopic, Lookout, Signal, Topic
from daylight.watch.tests.makers import a_surge, calm_weeks, heard, turn
from daylight.watch.words import EvidenceKind, Outcome, SignalStage

pytestmark = pytest.mark.django_db

BILLING = {"category": "Billing", "region": "North"}


def test_ordinary_weeks_raise_nothing(clock: HandClock, ana: Member) -> None:
    heard(*calm_weeks(clock.now, facts={"category": "Orders"}), at=clock.now)

    assert list(Signal.objects.all()) == []


def test_a_surge_is_one_signal_with_its_evidence(clock: HandClock, ana: Member) -> None:
    heard(*calm_weeks(clock.now, facts={"category": "Orders"}), at=clock.now)
    heard(*a_surge(clock.move(minutes=1), facts=BILLING), at=clock.now)

    [signal] = Signal.objects.open()
    assert signal.stage in {SignalStage.WARN, SignalStage.CRISIS}
    assert signal.customers == 12
    assert signal.expected < 3
    assert "charge" in signal.headline.lower()
    assert signal.evidence.filter(kind=EvidenceKind.MESSAGE).count() >= 3
    assert signal.evidence.filter(kind=EvidenceKind.TERM).exists()
    assert clock.now - signal.since < timedelta(hours=3)


def test_a_new_firm_without_any_past_is_warned_too(clock: HandClock, ana: Member) -> None:
    heard(*a_surge(clock.now, facts=BILLING), at=clock.now)

    assert Signal.objects.open().filter(stage__in=[SignalStage.WARN, SignalStage.CRISIS]).count() == 1


def test_one_angry_writer_is_no_surge(clock: HandClock, ana: Member) -> None:
    flood = a_surge(clock.now, size=30, facts=BILLING)
    heard(*(type(one)(**{**vars(one), "address": "angry@mail.example"}) for one in flood), at=clock.now)

    assert list(Signal.objects.all()) == []


def test_each_stage_alarms_once(clock: HandClock, ana: Member) -> None:
    heard(*calm_weeks(clock.now, facts={"category": "Orders"}), at=clock.now)
    heard(*a_surge(clock.move(minutes=1), size=6, facts=BILLING), at=clock.now)
    heard(*a_surge(clock.move(minutes=5), size=6, facts=BILLING), at=clock.now)
    heard(*a_surge(clock.move(minutes=5), size=60, facts=BILLING), at=clock.now)
    turn(clock.move(minutes=20))

    [signal] = Signal.objects.open()
    keys = list(Alarm.objects.filter(member=ana).values_list("key", flat=True))
    assert len(keys) == len(set(keys))
    assert f"signal-{signal.pk}-{SignalStage.CRISIS}" in keys


def test_a_warning_goes_to_those_who_keep_watch_alone(clock: HandClock, ana: Member, bela: Member) -> None:
    Lookout.objects.create(member=bela, since=clock.now)
    heard(*calm_weeks(clock.now, facts={"category": "Orders"}), at=clock.now)
    heard(*a_surge(clock.move(minutes=1), size=14, facts=BILLING), at=clock.now)

    assert Signal.objects.open().get().stage == SignalStage.WARN
    assert set(Alarm.objects.values_list("member__name", flat=True)) == {bela.name}


def test_what_an_open_incident_explains_raises_nothing(clock: HandClock, ana: Member) -> None:
    heard(*a_surge(clock.now, size=1, facts=BILLING), at=clock.now)
    incident = an_incident(lead=ana)
    topic = Topic.objects.get(name="Billing")
    IncidentTopic.objects.create(incident=incident, topic=topic, linked_by=ana, linked_at=clock.now)
    heard(*a_surge(clock.move(minutes=5), size=30, facts=BILLING), at=clock.now)

    assert list(Signal.objects.all()) == []


def test_a_past_that_is_brought_in_alarms_nobody(clock: HandClock, ana: Member) -> None:
    long_ago = clock.now - timedelta(days=90)
    heard(*calm_weeks(long_ago, facts={"category": "Orders"}), at=clock.now)
    heard(*a_surge(long_ago, size=40, facts=BILLING), at=clock.now)

    assert list(Alarm.objects.all()) == []
    assert list(Signal.objects.present()) == []


def test_a_muted_topic_says_nothing(clock: HandClock, ana: Member) -> None:
    heard(*a_surge(clock.now, size=1, facts={"category": "Billing"}), at=clock.now)
    Topic.objects.update(muted_until=clock.now + timedelta(days=7))
    heard(*a_surge(clock.move(minutes=5), size=30, facts={"category": "Billing"}), at=clock.now)

    assert not Signal.objects.filter(topic__name="Billing").exists()


def test_a_signal_fades_when_nobody_complains_any_more(clock: HandClock, ana: Member) -> None:
    heard(*calm_weeks(clock.now, facts={"category": "Orders"}), at=clock.now)
    heard(*a_surge(clock.move(minutes=1), facts=BILLING), at=clock.now)
    for days in (12, 2, 2):
        heard(*calm_weeks(clock.move(days=days), days=1, facts={"category": "Orders"}), at=clock.now)

    [signal] = Signal.objects.filter(part_of__isnull=True)
    assert signal.outcome == Outcome.FADED
