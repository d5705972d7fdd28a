"""What every loop promises: a name of its room, nothing to do on an empty database, and the age of its oldest row."""

from datetime import timedelta

import pytest

from conftest import HandClock
from daylight.core.loops import Loop, Step
from daylight.worker.registry import LOOPS

EVERY = pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: loop.name)


def test_no_two_loops_bear_one_name() -> None:
    names = [loop.name for loop in LOOPS]

    assert len(names) == len(set(names))


@EVERY
def test_the_name_says_the_room(loop: Loop) -> None:
    room, act = loop.name.split(".", 1)

    assert act
    assert loop.step.__module__.startswith((f"daylight.{room}.", "functools", "daylight.core"))


@EVERY
@pytest.mark.django_db
def test_nothing_waits_on_an_empty_database(loop: Loop, clock: HandClock) -> None:
    first = loop.step(clock.now)
    second = loop.step(clock.move(seconds=1))

    assert isinstance(first, Step)
    assert second.handled == 0
    oldest = loop.oldest_due(clock.now)
    assert oldest is None or oldest >= clock.now - loop.late_after


@EVERY
def test_pauses_are_sensible(loop: Loop) -> None:
    assert timedelta(0) < loop.rest <= timedelta(days=1)
    assert loop.late_after > timedelta(0)
    assert loop.quiet_after >= timedelta(seconds=30)
