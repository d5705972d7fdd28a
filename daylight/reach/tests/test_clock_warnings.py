"""Warnings of regime clocks reach the people of the incident, each once, by their own ways."""

from datetime import timedelta

import pytest

from conftest import START, HandClock
from daylight.accounts.models import Member
from daylight.reach import clock_warning
from daylight.reach.models import Alarm
from daylight.regimes import settling, warning
from daylight.regimes.tests.makers import a_breach, the_clock

HOUR = timedelta(hours=1)


def turn(clock: HandClock) -> list[str]:
    before = set(Alarm.objects.values_list("pk", flat=True))
    warning.warn_step(clock.now)
    clock_warning.step(clock.now)
    return [f"{alarm.member.name}: {alarm.subject}" for alarm in Alarm.objects.exclude(pk__in=before).order_by("pk")]


def test_the_lead_hears_at_half_of_the_time_and_once(ana: Member, bela: Member, clock: HandClock) -> None:
    incident = a_breach(lead=ana)
    assert turn(clock) == []

    clock.move(hours=36)
    assert turn(clock) == [
        "Ana: Notify the data protection authority: due in 1 day 12 h: A file with addresses was taken"
    ]
    assert turn(clock) == []
    [alarm] = Alarm.objects.all()
    assert alarm.path == f"/desk/regimes/incident/{incident.public_id}/#clock-{the_clock(incident, 'authority').pk}"
    assert "7 May, 12:00 (UTC)" in alarm.text


def test_after_the_end_everybody_who_may_lead_hears_that_it_is_late(
    ana: Member, bela: Member, clock: HandClock
) -> None:
    incident = a_breach(lead=ana)
    incident.assign(role="writer", member=bela, by=ana, at=START)
    clock.move(hours=58)
    assert {said.split(":")[0] for said in turn(clock)} == {"Ana", "Bela"}

    clock.move(hours=15)
    said = turn(clock)
    assert said
    assert all("1 h 0 min late" in each for each in said)
    assert not any(each.startswith("Bela") for each in said)


def test_what_is_settled_alarms_nobody_though_its_warning_fired(ana: Member, clock: HandClock) -> None:
    incident = a_breach(lead=ana)
    warning.warn_step(clock.move(hours=36))
    settling.meet(the_clock(incident, "authority"), done_at=clock.now, proof="No. 9", by=ana, at=clock.now)

    assert clock_warning.oldest_due(clock.now) == clock.now
    clock_warning.step(clock.now)

    assert not Alarm.objects.exists()
    assert clock_warning.oldest_due(clock.now) is None


@pytest.mark.usefixtures("bela")
def test_an_exercise_says_so(ana: Member, clock: HandClock) -> None:
    a_breach(lead=ana, is_exercise=True)
    clock.move(hours=36)

    [said] = turn(clock)
    assert said.startswith("Ana: [EXERCISE]")
