"""What chaos does to a run: workers killed, databases crashed, hosts cut off, disks filled, each at its own moment."""

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection

from benchmarks.road import processes
from benchmarks.road.disks import Ballast
from benchmarks.road.hosts import Host
from benchmarks.road.workers import Worker

CUT_FOR = 75.0
"""Seconds, so that the leases of the host end meanwhile."""

FULL_FOR = 5.0

MOMENTS = 98
"""Trouble falls within the first so many hundredths of the messages."""


@dataclass
class Happened:
    """What came of it: how often each was done, and how many connections were open to the sink at that moment."""

    kills: int = 0
    crashes: int = 0
    cuts: int = 0
    full_disks: int = 0
    open_then: int = 0


@dataclass
class Troubles:
    """So much of each trouble, spread by chance over the messages, the same for the same seed."""

    wanted: Happened
    seed: int
    size: int
    workers: list[Worker]
    port: int
    hosts: list[Host] = field(default_factory=list)
    ballast: Ballast | None = None

    def __post_init__(self) -> None:
        self.happened = Happened()
        self._chance = random.Random(self.seed)  # noqa: S311  # Trouble that can be repeated, no secret.
        acts: list[Callable[[], bool]] = [self._kill] * self.wanted.kills + [self._crash] * self.wanted.crashes
        acts += [self._cut] * self.wanted.cuts + [self._fill] * self.wanted.full_disks
        last = max(2, self.size * MOMENTS // 100)
        self._due = sorted(((self._chance.randrange(1, last), act) for act in acts), key=lambda due: due[0])
        self.mended_at = 0.0
        self._mending: list[tuple[float, Callable[[], None]]] = []

    @property
    def is_over(self) -> bool:
        """Whether everything wanted has happened, and is mended."""
        return not self._due and not self._mending

    def make(self, count: int) -> None:
        """Whatever is due at this count of messages, and the end of what has lasted long enough."""
        for ends, mend in list(self._mending):
            if time.monotonic() > ends:
                self._mending.remove((ends, mend))
                mend()
                self.mended_at = time.monotonic()
        if self._due and count >= self._due[0][0] and self._due[0][1]():
            self._due.pop(0)

    def _kill(self) -> bool:
        """Any worker at work; not yet when none is."""
        worker, connections = self._one_at_work(range(len(self.workers)))
        if worker is None:
            return False
        self.happened.kills += 1
        self.happened.open_then += connections
        self.workers[worker].kill()
        return True

    def _crash(self) -> bool:
        """The parent holds the server: ask it, and wait until it is done."""
        self.happened.crashes += 1
        self.happened.open_then += sum(self._connections(number) for number in range(len(self.workers)))
        connection.close()
        print("crash", flush=True)
        if sys.stdin.readline().strip() != "crashed":
            raise SystemExit("The database was not crashed.")
        return True

    def _cut(self) -> bool:
        """A host at work loses its network; one at a time."""
        if any(host.is_cut for host in self.hosts):
            return False
        worker, connections = self._one_at_work(range(len(self.hosts)))
        if worker is None:
            return False
        self.happened.cuts += 1
        self.happened.open_then += connections
        self.hosts[worker].cut()
        self._mending.append((time.monotonic() + CUT_FOR, self.hosts[worker].mend))
        return True

    def _fill(self) -> bool:
        if self.ballast is None:
            raise SystemExit("There is no disk that could be filled.")
        self.happened.full_disks += 1
        self.happened.open_then += sum(self._connections(number) for number in range(len(self.workers)))
        self.ballast.fill()
        self._mending.append((time.monotonic() + FULL_FOR, self.ballast.free))
        return True

    def _one_at_work(self, among: range) -> tuple[int | None, int]:
        """Any worker that has connections open to the sink, and how many."""
        busy = [(number, self._connections(number)) for number in among]
        busy = [(number, connections) for number, connections in busy if connections]
        return self._chance.choice(busy) if busy else (None, 0)

    def _connections(self, number: int) -> int:
        return processes.connections_to(self.port, self.workers[number].pid)
