"""Surges in a stream of messages, found as they come, without any list of topics."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from daylight.watch.detection.text.episodes import Episodes
from daylight.watch.detection.text.heard import Heard
from daylight.watch.detection.text.memory import FACETS, Memory, Rows
from daylight.watch.detection.text.repeats import Writers, counting
from daylight.watch.detection.text.scan import Block, Finding
from daylight.watch.detection.text.vectors import Middle, vectors

TOGETHER = 64
"""Messages that are looked at in one go; each still sees only those before it."""


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
        self.writers = Writers()
        self.kinds: dict[str, int] = {}
        self.middle = Middle()
        self.count = 0
        self.now = -np.inf

    def take(
        self, messages: Sequence[Heard], names: Sequence[int] | None = None, *, quiet: bool = False
    ) -> list[Reading]:
        """Take in messages in order of time; `names` are yours for them. `quiet` only learns."""
        called = list(names) if names is not None else list(range(self.count, self.count + len(messages)))
        readings: list[Reading] = []
        for start in range(0, len(messages), TOGETHER):
            part = list(messages[start : start + TOGETHER])
            readings += self._block(part, called[start : start + TOGETHER], quiet)
        return readings

    def _block(self, messages: list[Heard], names: list[int], quiet: bool) -> list[Reading]:
        fresh = self._rows(messages, names)
        self.memory.age(float(fresh.times[0]))
        fresh.weights[:] = counting(messages, fresh, self.memory.recent, self.writers)
        self.memory.add(fresh)
        strengths, found = (np.zeros(len(fresh)), {}) if quiet else Block(self.memory, len(fresh)).findings()
        readings = []
        for place, name in enumerate(names):
            at, finding = float(fresh.times[place]), found.get(place)
            score = self.episodes.score(at, float(strengths[place]), finding)
            readings.append(Reading(name, at, score, finding))
        return readings

    def _rows(self, messages: list[Heard], names: list[int]) -> Rows:
        """Messages as rows: points around the middle of the stream as it was before them, times that never go back."""
        points = self.middle.around(vectors([message.text for message in messages]))
        times = np.maximum.accumulate(np.array([self.now, *(message.at for message in messages)]))[1:]
        self.now, self.count = float(times[-1]), self.count + len(messages)
        facets = np.array([self._facets(message) for message in messages], np.int64).reshape(-1, FACETS)
        return Rows(points, times, np.ones(len(messages), np.float32), np.array(names, np.int64), facets)

    def _facets(self, message: Heard) -> list[int]:
        """The given facts as numbers, each kind in its own column; the first four kinds that come are kept."""
        row = [0] * FACETS
        for key, value in message.facets.items():
            if key not in self.kinds and len(self.kinds) < FACETS:
                self.kinds[key] = len(self.kinds)
            if key in self.kinds:
                row[self.kinds[key]] = zlib.crc32(value.encode("utf-8", "replace")) + 1
        return row
