"""Declaring, parts, severity, visibility, the end and the reopening of an incident."""

from datetime import timedelta

import pytest

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.incidents import declaring
from daylight.incidents.failures import (
    AlreadyResolved,
    CannotLead,
    ExerciseStaysInside,
    SaysWhy,
    StillLeaving,
    StillOpen,
)
from daylight.incidents.models import Incident, Promise, Reminder
from daylight.incidents.tests.makers import a_component, a_draft, an_incident, an_update

pytestmark = pytest.mark.django_db


def test_declaring_starts_the_clock_of_the_first_word(ana: Member, clock: HandClock) -> None:
    incident = an_incident(severity=1, lead=ana)

    assert incident.is_open
    assert incident.lead == ana
    assert incident.first_word_due_at == clock.now + timedelta(minutes=15)
    assert list(incident.reminders.order_by("planned_for").values_list("kind", "rung")) == [
        ("first_word", 50),
        ("first_word", 80),
        ("first_word", 100),
        ("escalation", 1),
        ("escalation", 2),
    ]
    assert AuditEntry.objects.filter(act="incident.declare", subject=incident.public_id).exists()


def test_the_four_times_are_four_facts(ana: Member, clock: HandClock) -> None:
    began, knew = clock.now - timedelta(hours=3), clock.now - timedelta(hours=1)
    incident = an_incident(lead=ana, occurred_at=began, aware_at=knew)

    assert (incident.occurred_at, incident.aware_at, incident.classified_at) == (began, knew, clock.now)
    assert incident.confirmed_at is None


def test_a_new_lead_ends_the_former_leads_part(ana: Member, bela: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    other = an_incident().opened_by

    incident.assign(role="lead", member=other, by=ana, at=clock.move(minutes=5))

    assert incident.lead == other
    assert incident.assignments.get(member=ana).until == clock.now
    with pytest.raises(CannotLead):
        incident.assign(role="lead", member=bela, by=ana, at=clock.now)


def test_without_a_lead_the_absence_is_a_fact(clock: HandClock, db: None) -> None:
    assert an_incident().lead is None


def test_a_milder_severity_never_slows_the_rhythm_and_a_worse_one_quickens_it(ana: Member, clock: HandClock) -> None:
    incident = an_incident(severity=2, lead=ana)
    incident.judge(severity=3, by=ana, at=clock.now, reason="A way round exists.")
    assert incident.cadence.between == timedelta(minutes=60)

    incident.judge(severity=1, by=ana, at=clock.now, reason="The way round fails too.")
    assert incident.cadence.between == timedelta(minutes=30)
    assert [change.reason for change in incident.severity_changes.order_by("pk")] == [
        "A way round exists.",
        "The way round fails too.",
    ]
    with pytest.raises(SaysWhy):
        incident.judge(severity=2, by=ana, at=clock.now, reason=" ")


def test_public_only_by_a_member_and_never_for_an_exercise(ana: Member, clock: HandClock) -> None:
    private = an_incident(lead=ana, public=False)
    drill = an_incident(lead=ana, is_exercise=True)

    assert list(Incident.objects.public()) == []
    with pytest.raises(ExerciseStaysInside):
        drill.make_public(by=ana, at=clock.now)
    private.make_public(by=ana, at=clock.now)
    assert private.made_public_by == ana
    assert list(Incident.objects.public()) == [private]


def test_resolving_without_word_breaks_the_promise_on_record(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=ana)
    incident.resolve(by=ana, at=clock.move(minutes=5), summary="Over.")

    assert Promise.objects.get().state == "missed"
    assert not Reminder.objects.waiting().exists()
    with pytest.raises(AlreadyResolved):
        incident.resolve(by=ana, at=clock.now, summary="Again.")


def test_reopening_says_why_and_owes_a_first_word_again(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    with pytest.raises(StillOpen):
        incident.reopen(by=ana, at=clock.now, reason="No.")
    incident.resolve(by=ana, at=clock.now, summary="Over.")
    with pytest.raises(SaysWhy):
        incident.reopen(by=ana, at=clock.now, reason="")

    incident.reopen(by=ana, at=clock.move(minutes=30), reason="It failed again.")

    assert incident.is_open
    assert incident.resolution is None
    assert incident.first_word_due_at == clock.now + timedelta(minutes=15)
    incident.resolve(by=ana, at=clock.move(minutes=30), summary="Over for good.")
    assert incident.resolutions.count() == 2


def test_an_end_without_a_word_waits_for_a_word_on_its_way_and_frees_the_components(
    ana: Member, clock: HandClock
) -> None:
    incident, component = an_incident(lead=ana), a_component("Checkout")
    an_update(incident, by=ana, impacts={component.key: "major_outage"})
    component.refresh_from_db()
    assert component.state == "major_outage"

    leaving = a_draft(incident, by=ana, at=clock.now)
    leaving.send_off(by=ana, at=clock.now)
    with pytest.raises(StillLeaving):
        declaring.end_untold(incident, by=ana, at=clock.now, because="Nobody noticed.")
    leaving.take_back(by=ana, at=clock.now)
    with pytest.raises(SaysWhy):
        declaring.end_untold(incident, by=ana, at=clock.now, because=" ")

    declaring.end_untold(incident, by=ana, at=clock.now, because="Nobody noticed.")
    component.refresh_from_db()
    assert component.state == "operational"
