"""From strength to score: 1 means alarm; a topic that has alarmed is heard again only when it grows beyond itself."""

from dataclasses import dataclass

from daylight.watch.detection.text.memory import DAY, Floats
from daylight.watch.detection.text.scan import Finding

ALARM = 34.0
"""The strength at which the default alarms: about one false alarm a year in a whole stream of messages."""
SAME, QUIET = 0.6, 10 * DAY
QUIETER = 0.99
REMEMBERED = 400


@dataclass
class Episode:
    """One alarm and what followed: its middle, when it was last strong, its highest score, and its messages."""

    centre: Floats
    last: float
    highest: float
    names: set[int]


class Episodes:
    """The alarms that are going on."""

    def __init__(self) -> None:
        self.open: list[Episode] = []

    def score(self, at: float, strength: float, finding: Finding | None) -> float:
        """The score of a message: 1 or more opens an episode, or says that an open one reached a new height."""
        score = strength / ALARM
        self.open = [one for one in self.open if at - one.last < QUIET]
        if finding is None:
            return min(score, QUIETER)
        episode = self._of(finding)
        if episode is None:
            if score >= 1:
                self.open.append(Episode(finding.centre, at, score, set(finding.members.tolist())))
            return score
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
