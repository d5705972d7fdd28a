"""Surges in a stream of messages, found as they come, without any list of topics."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from daylight.watch.detection.text.episodes import Episodes
from daylight.watch.detection.text.heard import Heard
from daylight.watch.detection.text.memory import Memory, Rows
from daylight.watch.detection.text.neighbours import Neighbours
from daylight.watch.detection.text.repeats import Copies, Writers, counting
from daylight.watch.detection.text.scan import SEED, WORTH, Block, Finding
from daylight.watch.detection.text.usage import FACT, Rise, Usage
from daylight.watch.detection.text.vectors import Floats, Middle, unit, vectors

TOGETHER, READ = 64, 256
"""Messages that are looked at in one go, each seeing only those before it; and that are made points in one go."""
MOVED = 0.02
"""How far the middle may move, where points lie at 1, before points are seen anew."""


@dataclass(frozen=True)
class Reading:
    """What one message showed: a score, 1 or more is an alarm, and the finding behind it when there is one."""

    name: int
    at: float
    score: float
    finding: Finding | None


class Surges:
    """Listens to one stream. `take` gives a reading for each message; memory is bounded."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.episodes = Episodes()
        self.writers, self.copies = Writers(), Copies()
        self.usage = Usage()
        self.middle = Middle()
        self.count = 0
        self.seen_from = self.middle.mean
        self.now = -np.inf

    def take(
        self, messages: Sequence[Heard], names: Sequence[int] | None = None, *, quiet: bool = False
    ) -> list[Reading]:
        """Take in messages in order of time; `names` are yours for them. `quiet` only learns."""
        called = list(names) if names is not None else list(range(self.count, self.count + len(messages)))
        readings: list[Reading] = []
        for start in range(0, len(messages), TOGETHER):
            end = start + TOGETHER
            if start % READ == 0:
                raw = vectors([message.cleaned for message in messages[start : start + READ]], cleaned=True)
            part = raw[start % READ : start % READ + TOGETHER]
            readings += self._block(list(messages[start:end]), part, called[start:end], quiet)
        return readings

    def _block(self, messages: list[Heard], raw: Floats, names: list[int], quiet: bool) -> list[Reading]:
        self._settle()
        fresh = self._rows(messages, raw, names)
        self.memory.age(float(fresh.times[0]))
        self.memory.add(fresh)
        near = Neighbours.among(self.memory.recent, len(fresh), SEED)
        fresh.weights[:] = counting(messages, fresh.points, near, self.writers, self.copies)
        self.memory.recent.weights[near.first :] = fresh.weights
        rises = self.usage.rises(messages, fresh, quiet=quiet)
        found = {} if quiet else Block(self.memory, near).findings()
        readings = []
        for place, name in enumerate(names):
            at, finding, rise = float(fresh.times[place]), found.get(place), rises.get(place)
            if rise and rise.strength > max(finding.strength if finding else 0.0, WORTH):
                finding = self._of_term(rise)
            readings.append(Reading(name, at, self.episodes.score(at, finding), finding))
        return readings

    def _settle(self) -> None:
        """When the middle has moved, what is remembered is seen anew from where it is now.

        Else the snow of last winter would not be known again after a summer.
        """
        if np.linalg.norm(self.middle.mean - self.seen_from) > MOVED:
            self.memory.seen_from(self.middle)
            self.seen_from = self.middle.mean

    def _of_term(self, rise: Rise) -> Finding:
        """A rising term as a finding: the messages that hold it, those nearest to their middle first."""
        rows = self.memory.named(rise.names)
        centre = unit(rows.points.sum(0, keepdims=True))[0]
        order = np.argsort(-(rows.points @ centre), kind="stable")
        return Finding(
            rise.strength, rise.days, rise.seen, rise.expected, centre, rows.names[order], rise.term.lstrip(FACT)
        )

    def _rows(self, messages: list[Heard], raw: Floats, names: list[int]) -> Rows:
        """Messages as rows: points around the middle of the stream as it was before them, times that never go back."""
        points = self.middle.around(raw)
        times = np.maximum.accumulate(np.array([self.now, *(message.at for message in messages)]))[1:]
        self.now, self.count = float(times[-1]), self.count + len(messages)
        return Rows(raw, points, times, np.ones(len(messages), np.float32), np.array(names, np.int64))
