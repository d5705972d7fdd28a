"""The promise clock: warned, held, late, kept late, missed, once each."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import START, HandClock, a_member
from daylight.accounts.models import Member
from daylight.accounts.roles import Role
from daylight.incidents import failures, promises
from daylight.incidents.models import EscalationRung, Incident, Promise, Reminder, Update
from daylight.incidents.tests.makers import a_draft, a_resolution, an_incident, an_update, turn_the_loops

pytestmark = pytest.mark.django_db


def promised(ana: Member, **facts: Any) -> Incident:
    """An incident of severity 1 whose first update at 12:00 promised the next word by 12:30."""
    incident = an_incident(severity=1, lead=ana, **facts)
    an_update(incident, by=ana)
    return incident


def fired() -> list[str]:
    return list(Reminder.objects.fired().order_by("planned_for", "rung").values_list("kind", flat=True))


def run(clock: HandClock, minutes: int) -> None:
    for _ in range(minutes):
        turn_the_loops(clock.move(minutes=1))


def test_the_lead_is_warned_at_50_80_and_100_percent_then_the_ladder_is_climbed(ana: Member, clock: HandClock) -> None:
    promised(ana)
    seen: dict[tuple[str, int], int] = {}
    for minute in range(1, 50):
        turn_the_loops(clock.move(minutes=1))
        for row in Reminder.objects.fired():
            seen.setdefault((row.kind, row.rung), minute)
    assert seen == {
        ("warn_50", 0): 15,
        ("warn_80", 0): 24,
        ("warn_100", 0): 30,
        ("escalation", 1): 35,
        ("escalation", 2): 45,
    }


def test_silence_is_late_and_a_further_rhythm_of_it_is_missed(ana: Member, clock: HandClock) -> None:
    promised(ana)
    run(clock, 30)
    promise = Promise.objects.get()
    assert (promise.state, promise.late_at) == ("late", START + timedelta(minutes=30))

    run(clock, 30)

    promise.refresh_from_db()
    assert (promise.state, promise.decided_at) == ("missed", START + timedelta(minutes=60))


def test_word_after_the_time_keeps_it_late(ana: Member, clock: HandClock) -> None:
    incident = promised(ana)
    run(clock, 40)
    update = an_update(incident, by=ana, at=clock.now)

    first = Promise.objects.order_by("pk")[0]
    assert (first.state, first.kept_by) == ("kept_late", update)
    assert not first.reminders.waiting().exists()


def test_word_of_the_promised_instant_is_in_time_though_the_loop_came_first(ana: Member, clock: HandClock) -> None:
    incident = promised(ana)
    promise = Promise.objects.get()
    run(clock, 30)
    promise.refresh_from_db()
    was = promise.state, clock.now
    an_update(incident, by=ana, at=clock.now)
    promise.refresh_from_db()

    assert was == ("late", promise.promised_for)
    assert (promise.state, promise.late_at) == ("kept", None)


def test_the_holding_update_speaks_honestly_and_promises_again(ana: Member, clock: HandClock) -> None:
    promised(ana, holding_update_allowed=True)
    run(clock, 30)

    holding = Update.objects.get(kind="holding")
    text = holding.texts.get()
    assert text.doing == (
        "We promised word by 12:30. We have nothing new yet. We are still at this: We are working with the bank to"
        " restore payments. Next word by 13:00 (UTC time)."
    )
    assert (holding.number, holding.written_by, holding.sent_off_by) == (2, None, None)
    states = list(Promise.objects.order_by("pk").values_list("state", "promised_for"))
    assert states == [("kept", START + timedelta(minutes=30)), ("open", START + timedelta(minutes=60))]
    assert fired() == ["warn_50", "warn_80", "warn_100"]


def test_daylight_speaks_by_itself_three_times_in_a_row_and_then_a_person_must(ana: Member, clock: HandClock) -> None:
    incident = promised(ana, holding_update_allowed=True)
    run(clock, 150)
    assert Update.objects.filter(kind="holding").count() == 3
    assert incident.open_promise is None or incident.open_promise.is_late

    an_update(incident, by=ana, at=clock.now)
    run(clock, 30)
    assert Update.objects.filter(kind="holding").count() == 4


def test_an_update_in_its_take_back_seconds_prevents_the_holding_update(ana: Member, clock: HandClock) -> None:
    incident = promised(ana, holding_update_allowed=True)
    clock.move(minutes=29, seconds=55)
    draft = a_draft(incident, by=ana, at=clock.now)
    draft.send_off(by=ana, at=clock.now)
    turn_the_loops(clock.move(seconds=5))
    turn_the_loops(clock.move(seconds=5))
    turn_the_loops(clock.move(seconds=5))

    assert not Update.objects.filter(kind="holding").exists()
    assert Promise.objects.order_by("pk")[0].state == "kept"


def test_taken_back_at_the_due_time_the_holding_update_goes_after_all(ana: Member, clock: HandClock) -> None:
    incident = promised(ana, holding_update_allowed=True)
    clock.move(minutes=29, seconds=55)
    draft = a_draft(incident, by=ana, at=clock.now)
    draft.send_off(by=ana, at=clock.now)
    turn_the_loops(clock.move(seconds=5))
    draft.take_back(by=ana, at=clock.now)
    turn_the_loops(clock.move(seconds=20))

    assert Update.objects.filter(kind="holding").count() == 1
    assert Promise.objects.order_by("pk")[0].state == "kept"


def test_a_worker_that_was_down_catches_up_in_order_and_once(ana: Member, clock: HandClock) -> None:
    promised(ana)
    clock.move(hours=5)
    for _ in range(3):
        turn_the_loops(clock.now)

    promise = Promise.objects.get()
    assert promise.state == "missed"
    assert promise.late_at == START + timedelta(minutes=30)
    assert promise.decided_at == START + timedelta(minutes=60)
    assert fired() == ["warn_50", "warn_80", "warn_100", "escalation", "escalation"]


def test_a_holding_update_after_a_downtime_says_that_it_is_late(ana: Member, clock: HandClock) -> None:
    promised(ana, holding_update_allowed=True)
    clock.move(minutes=45)
    turn_the_loops(clock.now)

    assert "did not keep that" in Update.objects.get(kind="holding").texts.get().doing
    assert list(Promise.objects.order_by("pk").values_list("state", flat=True)) == ["kept_late", "open"]


def test_word_sent_in_time_counts_though_the_worker_was_down(ana: Member, clock: HandClock) -> None:
    incident = promised(ana)
    draft = a_draft(incident, by=ana, at=clock.move(minutes=20))
    draft.send_off(by=ana, at=clock.now)
    clock.move(hours=2)
    promises.promise_step(clock.now)
    promises.release_step(clock.now)

    assert Promise.objects.order_by("pk")[0].state == "kept"


def test_each_step_by_two_workers_acts_once(ana: Member, clock: HandClock) -> None:
    promised(ana, holding_update_allowed=True)
    clock.move(minutes=30)
    mine, theirs = Promise.objects.get(), Promise.objects.get()
    promises._decide(mine, clock.now)
    promises._decide(theirs, clock.now)
    reminder = Reminder.objects.order_by("planned_for")[0]
    assert Update.objects.filter(kind="holding").count() == 1
    assert not reminder.fire(at=clock.now)


def test_nothing_happens_after_a_resolution(ana: Member, clock: HandClock) -> None:
    incident = promised(ana, holding_update_allowed=True)
    a_resolution(incident, by=ana, at=clock.move(minutes=10))
    run(clock, 120)

    assert not Update.objects.filter(kind="holding").exists()
    assert Promise.objects.get().state == "kept"
    assert fired() == []


def test_the_ladder_names_members_when_one_is_set(ana: Member, bela: Member, clock: HandClock) -> None:
    EscalationRung.objects.create(position=1, member=bela, after=3)
    promised(ana)
    run(clock, 33)
    assert [row.recipients() for row in Reminder.objects.fired().filter(kind="escalation")] == [[bela]]


def test_the_last_usual_rung_wakes_everybody_who_may_lead(ana: Member, bela: Member, clock: HandClock) -> None:
    other = a_member("Erin", Role.LEAD)
    promised(ana)
    run(clock, 45)
    first, second = Reminder.objects.fired().filter(kind="escalation").order_by("rung")
    assert first.recipients() == [ana]
    assert second.recipients() == [ana, other]


def test_allowing_a_holding_update_mends_a_late_promise_at_once(ana: Member, clock: HandClock) -> None:
    incident = promised(ana)
    run(clock, 35)
    promises.allow_holding(incident, allowed=True, by=ana, at=clock.now)
    turn_the_loops(clock.now)
    assert Promise.objects.order_by("pk")[0].state == "kept_late"


def test_a_rhythm_is_quickened_at_any_time_and_slowed_by_no_switch(ana: Member, clock: HandClock) -> None:
    incident = promised(ana)
    promises.quicken(incident, minutes=20, by=ana, at=clock.now)
    assert incident.cadence.between == timedelta(minutes=20)
    with pytest.raises(failures.RhythmOnlyByUpdate):
        promises.quicken(incident, minutes=25, by=ana, at=clock.now)
