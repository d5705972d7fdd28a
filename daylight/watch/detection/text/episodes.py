"""From strength to score: 1 means alarm; a topic that has alarmed is heard again only when it grows beyond itself."""

from collections import deque
from dataclasses import dataclass

import numpy as np

from daylight.watch.detection.text.memory import DAY, Floats
from daylight.watch.detection.text.scan import Finding

SAME, QUIET = 0.6, 10 * DAY
QUIETER = 0.99
REMEMBERED = 400
LEAST, MOST = 21.0, 57.0
AT_TWENTY, PER_E_FOLD, LARGE, PER_E_FOLD_MORE = 23.0, 10.0, 40, 17.0
"""The threshold of a stream of twenty messages a day, what is added when there are 2.7 times as many, and how much more
of that from forty a day on.

Life makes surges in proportion to the stream: the storm that brings five messages to the small one brings fifty here.
"""
RATE_DAYS = 30


@dataclass
class Episode:
    """One alarm and what followed: its middle, when it was last strong, its highest score, and its messages."""

    centre: Floats
    last: float
    highest: float
    names: set[int]


class Unrest:
    """The threshold of today, from the messages a day of the last thirty."""

    def __init__(self) -> None:
        self.counts: deque[float] = deque([0.0], maxlen=RATE_DAYS + 1)
        self.day: int | None = None
        self.threshold = AT_TWENTY

    def tell(self, at: float) -> float:
        """Note one message; the strength that is an alarm today."""
        day = int(at // DAY)
        if self.day is None or day > self.day:
            self._turn(day)
        self.counts[-1] += 1
        return self.threshold

    def _turn(self, day: int) -> None:
        """A new day: the threshold is set from the days before it."""
        if self.day is not None:
            self.threshold = self._by_rate()
            for _ in range(min(day - self.day, RATE_DAYS + 1)):
                self.counts.append(0.0)
        self.day = day

    def _by_rate(self) -> float:
        rate = max(1.0, float(np.mean(list(self.counts)[1:] or list(self.counts))))
        large = PER_E_FOLD_MORE * np.log(max(rate, LARGE) / LARGE)
        return float(np.clip(AT_TWENTY + PER_E_FOLD * np.log(rate / 20) + large, LEAST, MOST))


class Episodes:
    """The alarms that are going on."""

    def __init__(self) -> None:
        self.open: list[Episode] = []
        self.unrest = Unrest()

    def score(self, at: float, finding: Finding | None) -> float:
        """The score of a message: 1 or more opens an episode, or says that an open one reached a new height."""
        threshold = self.unrest.tell(at)
        if finding is None:
            return 0.0
        self.open = [one for one in self.open if at - one.last < QUIET]
        score, episode = finding.strength / threshold, self._of(finding)
        if episode is not None:
            return self._again(episode, at, score, finding)
        if score >= 1:
            self.open.append(Episode(finding.centre, at, score, set(finding.members.tolist())))
        return score

    def _again(self, episode: Episode, at: float, score: float, finding: Finding) -> float:
        """More of what has alarmed: heard only above its height so far."""
        if score >= 0.5:
            episode.last = at
        if len(episode.names) < REMEMBERED:
            episode.names.update(finding.members[:50].tolist())
        if score > episode.highest:
            episode.highest = score
            return score
        return min(score, QUIETER)

    def _of(self, finding: Finding) -> Episode | None:
        """The episode that a finding continues: the same middle, or half of its messages."""
        names = finding.members[:30].tolist()
        for episode in self.open:
            if float(episode.centre @ finding.centre) >= SAME:
                return episode
            if sum(name in episode.names for name in names) * 2 >= len(names):
                return episode
        return None
