"""Clocks of the law stand on Today while they need somebody, and go with their cause."""

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.desk import regime_items
from daylight.desk.items import Scene
from daylight.desk.standing import standings
from daylight.incidents.tests.makers import an_incident
from daylight.incidents.words import Kind
from daylight.regimes import answering, settling
from daylight.regimes.tests.makers import a_breach, the_clock


def on_the_list(member: Member, clock: HandClock) -> list[str]:
    rows = standings(member)
    scene = Scene(member, clock.now, rows, [row.incident.pk for row in rows])
    return [f"{item.word}: {item.text}" for question in regime_items.QUESTIONS for item in question(scene)]


def test_a_breach_asks_until_somebody_answers(ana: Member, clock: HandClock) -> None:
    incident = an_incident(kind=Kind.DATA_BREACH, lead=ana)
    [said] = on_the_list(ana, clock)
    assert "questions tell which clocks" in said

    answering.answer(incident, {"eu_people": True, "personal_data": True}, by=ana, at=clock.now)
    assert on_the_list(ana, clock) == []


def test_an_outage_is_left_in_peace(ana: Member, clock: HandClock) -> None:
    an_incident(lead=ana)

    assert on_the_list(ana, clock) == []


def test_a_clock_is_shown_when_it_is_near_its_end_and_until_it_is_settled(ana: Member, clock: HandClock) -> None:
    incident = a_breach(lead=ana)
    clock.move(hours=58)
    assert on_the_list(ana, clock) == ["soon: Notify the data protection authority: is owed"]

    clock.move(hours=15)
    assert on_the_list(ana, clock) == ["late: Notify the data protection authority: was owed"]

    settling.meet(the_clock(incident, "authority"), done_at=clock.now, proof="No. 9", by=ana, at=clock.now)
    assert on_the_list(ana, clock) == []


def test_a_clock_that_nobody_can_start_is_asked_for(ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    answering.answer(incident, {"us_listed": True, "cyber_incident": True}, by=ana, at=clock.now)

    assert on_the_list(ana, clock) == ["say when: 1 clock of the law cannot start before somebody says when."]
