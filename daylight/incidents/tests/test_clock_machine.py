"""The promise clock under random publishing, taking back, downtime and resolving: what must always hold."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from conftest import START, a_member, examples_of
from daylight.accounts.models import Member
from daylight.accounts.roles import Role
from daylight.incidents import promises
from daylight.incidents.models import Incident, Promise, Reminder, Update
from daylight.incidents.tests.makers import a_draft, an_incident, turn_the_loops
from daylight.incidents.words import Stage

DECIDED = {"kept", "kept_late", "missed"}


class ClockMachine(RuleBasedStateMachine):
    """One incident, one writer, a worker that is sometimes down."""

    @initialize(holding=st.booleans())
    def declare(self, holding: bool) -> None:
        self.now = START
        self.writer = Member.objects.filter(email="machine@firm.example").first() or a_member("machine", Role.OWNER)
        self.incident = an_incident(lead=self.writer, holding_update_allowed=holding)
        self.decided: dict[int, str] = {}
        self.fired: dict[int, object] = {}
        self.closed_number: int | None = None

    @property
    def is_open(self) -> bool:
        return Incident.objects.get(pk=self.incident.pk).is_open

    def leaving(self) -> Update | None:
        return Update.objects.leaving().filter(incident=self.incident).first()

    @rule(minutes=st.integers(0, 45), seconds=st.integers(0, 59))
    def time_passes_while_the_worker_is_down(self, minutes: int, seconds: int) -> None:
        self.now += timedelta(minutes=minutes, seconds=seconds)

    @rule(turns=st.integers(1, 3))
    def the_worker_turns(self, turns: int) -> None:
        for _ in range(turns):
            turn_the_loops(self.now)

    @rule(minutes=st.integers(1, 30))
    def the_worker_watches_minute_by_minute(self, minutes: int) -> None:
        for _ in range(minutes):
            self.now += timedelta(minutes=1)
            turn_the_loops(self.now)

    @precondition(lambda self: self.leaving() is None and self.is_open)
    @rule(in_minutes=st.integers(1, 30), ends=st.integers(0, 9))
    def press_the_button(self, in_minutes: int, ends: int) -> None:
        stage = Stage.RESOLVED if ends == 0 else Stage.INVESTIGATING
        draft = a_draft(self.incident, by=self.writer, at=self.now, next_in=timedelta(minutes=in_minutes), stage=stage)
        told = self.incident.updates.published().with_news().last()
        draft.write(draft.statement(), by=self.writer, at=self.now, read=told)
        draft.send_off(by=self.writer, at=self.now)

    @precondition(lambda self: self.leaving() is not None)
    @rule()
    def take_it_back(self) -> None:
        leaving = self.leaving()
        if leaving is not None and leaving.due_at is not None and leaving.due_at > self.now:
            leaving.take_back(by=self.writer, at=self.now)

    @precondition(lambda self: self.is_open)
    @rule(allowed=st.booleans())
    def the_lead_allows_or_forbids(self, allowed: bool) -> None:
        self.incident.refresh_from_db()
        promises.allow_holding(self.incident, allowed=allowed, by=self.writer, at=self.now)

    @precondition(lambda self: self.is_open and self.leaving() is None)
    @rule()
    def end_without_word(self) -> None:
        self.incident.refresh_from_db()
        self.incident.resolve(by=self.writer, at=self.now, summary="Over.")

    @invariant()
    def at_most_one_promise_waits(self) -> None:
        assert Promise.objects.filter(incident=self.incident).undecided().count() <= (1 if self.is_open else 0)

    @invariant()
    def a_promise_ends_in_exactly_one_state(self) -> None:
        for promise in Promise.objects.filter(incident=self.incident):
            if promise.state in DECIDED:
                assert self.decided.setdefault(promise.pk, promise.state) == promise.state
                assert promise.decided_at is not None
                assert not promise.reminders.waiting().exists()
            else:
                assert promise.pk not in self.decided

    @invariant()
    def each_reminder_fires_at_most_once(self) -> None:
        for reminder in Reminder.objects.fired().filter(incident=self.incident):
            assert self.fired.setdefault(reminder.pk, reminder.fired_at) == reminder.fired_at
            assert reminder.fired_at is not None
            assert reminder.fired_at >= reminder.planned_for

    @invariant()
    def kept_means_word_came_in_time(self) -> None:
        for promise in Promise.objects.filter(incident=self.incident).select_related("kept_by"):
            if promise.state == "kept":
                assert promise.kept_by is not None
                assert promise.kept_by.sent_off_at is not None
                assert promise.kept_by.sent_off_at <= promise.promised_for
                assert promise.late_at is None

    @invariant()
    def nothing_is_said_after_the_end(self) -> None:
        published = Update.objects.published().filter(incident=self.incident)
        if not self.is_open:
            count = published.count()
            if self.closed_number is None:
                self.closed_number = count
            assert count == self.closed_number
        numbers = [update.number for update in published]
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.django_db
@pytest.mark.slow
def test_the_clock_keeps_its_word_whatever_happens() -> None:
    run_state_machine_as_test(
        ClockMachine,
        settings=settings(
            max_examples=examples_of(12), stateful_step_count=15, suppress_health_check=list(HealthCheck)
        ),
    )
