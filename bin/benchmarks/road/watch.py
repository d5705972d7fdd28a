"""Watches a run from the published update to the last reply, and makes the trouble that is asked for."""

import os
import random
import time
from dataclasses import dataclass, field

from django.db import Error, connection

from benchmarks.road import counting, processes
from benchmarks.road.workers import Worker, one_at_work
from benchmarks.sinks import Sink

LOOK_EVERY = 0.02
STUCK_AFTER = 300.0
"""Seconds without any progress after which the run is given up."""


@dataclass
class Times:
    """Seconds since 1970: published, the first message, the ledger complete, the last reply."""

    began: float
    first: float = 0.0
    written: float = 0.0
    last: float = 0.0


@dataclass
class Trouble:
    """Workers to be killed and databases to be crashed, spread by chance over the messages; and what came of it."""

    kills: int
    crashes: int
    seed: int
    size: int
    killed: int = 0
    crashed: int = 0
    open_at_kill: int = 0
    open_at_crash: int = 0
    _marks: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311  # Trouble that can be repeated, no secret.
        acts = ["kill"] * self.kills + ["crash"] * self.crashes
        self._marks = sorted((self._chance.randrange(1, max(2, self.size * 98 // 100)), act) for act in acts)

    def make(self, count: int, workers: list[Worker], port: int) -> None:
        """Whatever is due at this count of messages."""
        if not self._marks or count < self._marks[0][0]:
            return
        act = self._marks[0][1]
        if act == "kill":
            worker, connections = one_at_work(workers, port, self._chance)
            if worker is None:
                return
            self.open_at_kill += connections
            self.killed += 1
            worker.kill()
        else:
            crash_database(workers, port, self)
        self._marks.pop(0)

    @property
    def is_over(self) -> bool:
        """Whether everything asked for has happened."""
        return not self._marks


def crash_database(workers: list[Worker], port: int, trouble: Trouble) -> None:
    """Ask the parent, which holds the server, for a crash, and wait until it is done."""
    trouble.crashed += 1
    trouble.open_at_crash += sum(processes.connections_to(port, worker.pid) for worker in workers)
    connection.close()
    print("crash", flush=True)
    if input() != "crashed":
        raise SystemExit("The database was not crashed.")


def until_told(sink: Sink, workers: list[Worker], trouble: Trouble, *, recipients: int, began: float) -> Times:
    """Look until everything is in the ledger and at the sink; raises SystemExit when nothing moves any more."""
    times = Times(began)
    moved_at, seen, asked_at = time.monotonic(), 0, 0.0
    while True:
        time.sleep(LOOK_EVERY)
        count = sink.count()
        if count != seen:
            moved_at, seen = time.monotonic(), count
        trouble.make(count, workers, sink.port)
        if not times.written and _true(counting.is_written):
            times.written = time.time()
        is_near = not sink.keeps_record or count >= recipients or time.monotonic() - moved_at > 1
        if times.written and is_near and trouble.is_over and time.monotonic() - asked_at > 0.25:
            asked_at = time.monotonic()
            if _true(counting.is_finished):
                break
        _give_up_when_stuck(workers, moved_at, f"{count} of {recipients}", recorded=sink.keeps_record)
    _read_arrivals(sink, times)
    return times


def _true(question: object) -> bool:
    """The answer of the database; no while it is away."""
    try:
        return bool(question())  # type: ignore[operator]
    except Error:
        connection.close()
        return False


def _give_up_when_stuck(workers: list[Worker], moved_at: float, how_far: str, *, recorded: bool) -> None:
    patience = STUCK_AFTER if recorded else STUCK_AFTER * 10
    if time.monotonic() - moved_at > patience or any(worker.has_ended for worker in workers):
        raise SystemExit(f"stuck at {how_far}; load {os.getloadavg()[0]:.1f}")


def _read_arrivals(sink: Sink, times: Times) -> None:
    first = last = 0
    for line in sink.lines():
        if line.came:
            first, last = min(first or line.at, line.at), max(last, line.at)
    if sink.keeps_record:
        times.first, times.last = first / 1e9, last / 1e9 + sink.latency / 1000
    else:  # Known only to the ledger.
        times.first = times.last = time.time()
