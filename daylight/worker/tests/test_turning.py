"""The worker turns every loop, outlives what fails, and tells how it goes."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError

from conftest import HandClock
from daylight.core import going_first
from daylight.core.loops import Loop, Step
from daylight.core.models import Heartbeat
from daylight.worker.turning import LONGEST_WAIT, Turner, beat, turn_all

DEADLINE = 20
"""Seconds after which a test that waits for a thread gives up."""


def rests(now: datetime) -> Step:
    return Step(handled=0)


def fails(now: datetime) -> Step:
    raise OperationalError("server closed the connection unexpectedly")


def a_loop(step: Callable[[datetime], Step] = rests, *, name: str = "test.loop", due: datetime | None = None) -> Loop:
    return Loop(name, step, lambda now: due)


def test_a_turn_that_found_work_is_followed_at_once_and_one_that_found_none_by_a_rest(clock: HandClock) -> None:
    assert Turner(a_loop(lambda now: Step(handled=3)), since=clock.now).turn(clock.now) == timedelta()
    assert Turner(a_loop(), since=clock.now).turn(clock.now) == timedelta(seconds=1)


@pytest.mark.parametrize("goes_first", [True, False])
def test_others_give_way_to_a_loop_that_goes_first_while_it_is_at_work(clock: HandClock, goes_first: bool) -> None:
    seen: list[bool] = []

    def step(now: datetime) -> Step:
        seen.append(going_first.is_wanted())
        raise OperationalError("even when it fails")

    Turner(replace(a_loop(step), goes_first=goes_first), since=clock.now).turn(clock.now)

    assert seen == [goes_first]
    assert not going_first.is_wanted()


@pytest.mark.django_db
def test_a_failing_loop_rests_longer_each_time_says_why_and_recovers(clock: HandClock) -> None:
    outcomes = [fails] * 10 + [rests]

    def step(now: datetime) -> Step:
        return outcomes.pop(0)(now)

    turner = Turner(a_loop(step), since=clock.now)

    assert [turner.turn(clock.now).total_seconds() for _ in range(3)] == [1, 2, 4]
    assert [turner.turn(clock.now) for _ in range(7)][-1] == LONGEST_WAIT
    assert "server closed" in turner.problem
    beat([turner], clock.now)
    assert list(Heartbeat.objects.red(clock.now)) == [Heartbeat(loop="test.loop")]

    turner.turn(clock.now)
    beat([turner], clock.now)
    assert not Heartbeat.objects.red(clock.now).exists()


@pytest.mark.django_db
def test_the_heartbeat_is_late_when_the_oldest_work_waits_too_long(clock: HandClock) -> None:
    turner = Turner(a_loop(due=clock.now), since=clock.now)

    beat([turner], clock.now)
    assert not Heartbeat.objects.red(clock.now).exists()
    clock.move(seconds=61)
    turner.turn(clock.now)
    beat([turner], clock.now)

    [heartbeat] = Heartbeat.objects.red(clock.now)
    assert heartbeat.worries(clock.now) == ["Its oldest work was due 1 minute ago."]


@pytest.mark.django_db
def test_a_loop_that_stopped_turning_is_red(clock: HandClock) -> None:
    beat([Turner(a_loop(), since=clock.now)], clock.now)
    clock.move(seconds=62)

    [heartbeat] = Heartbeat.objects.red(clock.now)
    assert heartbeat.worries(clock.now) == ["It last turned 1 minute ago: is the worker running?"]


@pytest.mark.django_db
def test_an_absent_database_does_not_end_the_worker(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(now: datetime) -> datetime | None:
        raise OperationalError("could not connect")

    beat([Turner(Loop("test.loop", fails, away), since=clock.now)], clock.now)

    assert Heartbeat.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_long_step_delays_no_other_loop_and_is_finished_before_the_end() -> None:
    stop, long_step_may_end, quick_turned = threading.Event(), threading.Event(), threading.Event()
    turned: list[str] = []

    def long(now: datetime) -> Step:
        if "long began" in turned:
            return Step(handled=0)
        turned.append("long began")
        long_step_may_end.wait(DEADLINE)
        turned.append("long ended")
        return Step(handled=0)

    def quick(now: datetime) -> Step:
        turned.append("quick")
        if turned.count("quick") >= 3 and "long began" in turned:
            quick_turned.set()
        return Step(handled=0)

    loops = [a_loop(long, name="test.long"), Loop("test.quick", quick, lambda now: None, rest=timedelta(0, 0, 1000))]
    worker = threading.Thread(target=turn_all, args=(loops, stop), kwargs={"pulse": timedelta(milliseconds=50)})
    worker.start()

    assert quick_turned.wait(DEADLINE)
    assert "long ended" not in turned
    stop.set()
    long_step_may_end.set()
    worker.join(DEADLINE)
    assert not worker.is_alive()
    assert "long ended" in turned
    assert Heartbeat.objects.count() == 2
