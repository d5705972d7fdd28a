"""An event ends the rest of the loops that wait for it, across processes on PostgreSQL."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connections, transaction

from daylight.core import waking
from daylight.core.loops import Loop, Step
from daylight.worker import turning


class Sleeper:
    """A loop that would rest for an hour, and remembers its turns."""

    def __init__(self) -> None:
        self.turned = threading.Semaphore(0)
        self.loop = Loop("test.sleeper", self.step, lambda now: None, rest=timedelta(hours=1), woken_by=("bell",))

    def step(self, now: datetime) -> Step:
        self.turned.release()
        return Step(handled=0)

    def turns(self, *, within: float) -> bool:
        """Whether it turned (again) within so many seconds."""
        return self.turned.acquire(timeout=within)


@pytest.fixture
def sleeper():  # type: ignore[no-untyped-def]
    sleeper, stop = Sleeper(), threading.Event()

    def work() -> None:
        turning.turn_all([sleeper.loop], stop)
        connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    yield sleeper
    stop.set()
    worker.join()


@pytest.mark.django_db(transaction=True)
def test_a_loop_is_woken_when_the_event_commits(sleeper: Sleeper) -> None:
    assert sleeper.turns(within=20)

    woken = False
    for _ in range(20):  # The worker may still be connecting to hear: an event before that is lost, as it may be.
        with transaction.atomic():
            waking.wake("bell")
        if sleeper.turns(within=1):
            woken = True
            break
    assert woken


@pytest.mark.django_db(transaction=True)
def test_an_event_that_is_rolled_back_or_of_others_wakes_nobody(sleeper: Sleeper) -> None:
    assert sleeper.turns(within=20)

    with transaction.atomic():
        waking.wake("bell")
        transaction.set_rollback(True)
    waking.wake("another bell")

    assert not sleeper.turns(within=0.5)
