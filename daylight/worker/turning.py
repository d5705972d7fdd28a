"""Turns the loops: each in a thread of its own, so that a long step of one never delays another.

A loop that fails is turned again after a growing wait; so the worker outlives our bugs and an absent database.
The main thread writes the heartbeats, all in one statement every few seconds.
"""

import gc
import platform
import sys
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta

from django.db import connections, transaction

from daylight.core import clock, going_first, waking
from daylight.core.loops import Loop, log
from daylight.core.models import Heartbeat
from daylight.worker import listening

SWITCH_EVERY = 0.001
"""Seconds after which a busy thread lets another have Python's lock, instead of 5 ms: each answer of the database has
its thread wait for that lock, and a loop that asks twenty questions beside a busy sender would wait 100 ms for it."""

PULSE = timedelta(seconds=5)
"""Pause between two heartbeats."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=30)
"""How long a loop that failed rests: at first, and at most."""


class Turner:
    """Turns one loop and remembers how that went."""

    def __init__(self, loop: Loop, *, since: datetime) -> None:
        self.loop = loop
        self.turned_at = since
        self.problem = ""
        self.woken = threading.Event()
        self._failures = 0

    def turn(self, now: datetime) -> timedelta:
        """Turn once; returns how long to rest before the next turn."""
        try:
            with going_first.first() if self.loop.goes_first else nullcontext():
                step = self.loop.step(now)
        except Exception as problem:  # The worker outlives whatever a loop does.
            return self._failed(problem)
        self._succeeded()
        return timedelta() if step.handled else self.loop.rest

    def keep_turning(self, stop: threading.Event) -> None:
        """Turn until `stop` (which comes with a wake); the present step is always finished."""
        while not stop.is_set():
            self.woken.clear()
            rest = self.turn(clock.now())
            if rest:
                self.woken.wait(rest.total_seconds())

    def hear(self, event: str) -> None:
        """Something happened that may concern this loop."""
        if event in self.loop.woken_by:
            self.woken.set()

    def heartbeat(self, now: datetime) -> Heartbeat:
        """The sign of life to be written at `now`."""
        oldest = self.loop.oldest_due(now)
        return Heartbeat(
            loop=self.loop.name,
            turned_at=self.turned_at,
            quiet_at=self.turned_at + self.loop.rest + self.loop.quiet_after,
            oldest_due_at=oldest,
            is_late=oldest is not None and oldest + self.loop.late_after < now,
            problem=self.problem,
            host=platform.node()[:120],
        )

    def _succeeded(self) -> None:
        if self._failures:
            log.info("%s turns again after %d failures.", self.loop.name, self._failures)
        self.turned_at, self.problem, self._failures = clock.now(), "", 0

    def _failed(self, problem: Exception) -> timedelta:
        self.turned_at = clock.now()
        sentence = f"{type(problem).__name__}: {problem}"[:500]
        if sentence == self.problem:  # The same trouble again: a line, not a page.
            log.error("%s failed again: %s", self.loop.name, sentence)
        else:
            log.error("%s failed.", self.loop.name, exc_info=problem)
        self.problem = sentence
        self._failures += 1
        _let_go_of_broken_connections()
        return min(FIRST_WAIT * (1 << min(self._failures - 1, 10)), LONGEST_WAIT)


def _let_go_of_broken_connections() -> None:
    """Let this thread connect anew where its connection is of no more use."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def beat(turners: Sequence[Turner], now: datetime) -> None:
    """Write the heartbeat of every loop; a database that is away is logged and tried again at the next beat."""
    try:
        rows = [turner.heartbeat(now) for turner in turners]
        with transaction.atomic():
            Heartbeat.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["loop"],
                update_fields=["turned_at", "quiet_at", "oldest_due_at", "is_late", "problem", "host"],
            )
    except Exception as problem:  # As above: the worker outlives an absent database.
        log.error("No heartbeat could be written: %s: %s", type(problem).__name__, problem)
        _let_go_of_broken_connections()


def _spare_the_collector() -> None:
    """Look for garbage less often, and never among what was there from the start.

    A batch is thousands of objects that live for a moment and hold no circles; looking through them, and through all
    of Django, again and again would take a twentieth of a sender's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def turn_all(loops: Sequence[Loop], stop: threading.Event, *, pulse: timedelta = PULSE) -> None:
    """Turn `loops` until `stop` is set, then let each finish its present step."""
    _spare_the_collector()
    sys.setswitchinterval(SWITCH_EVERY)
    began = clock.now()
    turners = [Turner(loop, since=began) for loop in loops]
    threads = [threading.Thread(target=turner.keep_turning, args=(stop,), name=turner.loop.name) for turner in turners]
    for thread in threads:
        thread.start()
    silences = [waking.listen(turner.hear) for turner in turners]
    ear = listening.start(stop)
    log.info("The worker turns %d loops: %s.", len(loops), ", ".join(loop.name for loop in loops))
    beat(turners, clock.now())
    while not stop.wait(pulse.total_seconds()):
        beat(turners, clock.now())
    for turner, silence in zip(turners, silences, strict=True):
        silence()
        turner.woken.set()
    for thread in threads:
        if thread.is_alive():
            log.info("Stopping: %s finishes its step.", thread.name)
        thread.join()
    if ear is not None:
        ear.join()
