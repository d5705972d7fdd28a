"""Planned work begins and ends by itself where a program asked for that, and only there."""

from datetime import timedelta

import pytest

from conftest import START, HandClock
from daylight.accounts.models import Member
from daylight.incidents.models import Carried, Incident
from daylight.incidents.tests.makers import a_component, an_incident, an_update, turn_the_loops
from daylight.reach.statuspage import moving

WISHED = {moving.BEGINS: True, moving.ENDS: True}


def planned_work(ana: Member, facts: dict[str, bool]) -> Incident:
    """Work from 13:00 to 13:30 that was told."""
    begins = START + timedelta(hours=1)
    work = an_incident(
        kind="maintenance",
        severity="slight",
        lead=ana,
        title="New disk",
        planned_from=begins,
        planned_until=begins + timedelta(minutes=30),
    )
    a_component("Shop")
    an_update(work, stage="scheduled", next_update_by=begins, impacts={"shop": "maintenance"})
    Carried.objects.create(incident=work, facts=facts)
    return work


def test_it_begins_and_ends_at_its_time(clock: HandClock, ana: Member) -> None:
    work = planned_work(ana, WISHED)
    clock.move(minutes=59)
    assert moving.step(clock.now).handled == 0
    clock.move(seconds=45)
    assert moving.step(clock.now).handled == 1
    assert moving.step(clock.now).handled == 0
    clock.move(seconds=20)
    turn_the_loops(clock.now)

    begun = work.updates.published().last()
    assert begun is not None
    assert (begun.stage, begun.impacts.get().component.state) == ("in_progress", "maintenance")
    text = begun.texts.get()
    assert (text.what, text.doing) == ("Payments by card are refused.", "We are doing the work.")
    assert [promise.state for promise in work.promises.order_by("pk")] == ["kept", "open"]

    clock.move(minutes=30)
    assert moving.step(clock.now).handled == 1
    work.refresh_from_db()
    assert not work.is_open
    assert work.updates.published().count() == 3


@pytest.mark.parametrize("facts", [{}, {moving.BEGINS: False}, {moving.ENDS: True}])
def test_it_waits_for_somebody_where_nobody_asked(clock: HandClock, ana: Member, facts: dict[str, bool]) -> None:
    planned_work(ana, facts)
    clock.move(hours=2)

    assert moving.step(clock.now).handled == 0
