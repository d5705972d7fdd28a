"""How warm a topic is: this week against what is usual of it.

A sign for a topic or a group of customers, never a mark of a customer.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from daylight.core.parts import in_parts
from daylight.watch.models import Topic, TopicDay
from daylight.watch.series import by_hour

SHOWN = 28
WIDTH, HEIGHT = 112, 24
GROWS, SHRINKS = 1.5, 0.66
FEWEST = 3


@dataclass(frozen=True)
class Heat:
    """A topic with the different writers of this week, of a usual week, and a small picture of the last four."""

    topic: Topic
    week: int
    usual: float
    line: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def trend(self) -> str:
        """In a word."""
        if self.week >= FEWEST and self.week > GROWS * self.usual:
            return "growing"
        if self.usual >= FEWEST and self.week < SHRINKS * self.usual:
            return "falling"
        return "as usual"


def of(topics: Sequence[Topic], *, now: datetime, zone: ZoneInfo) -> list[Heat]:
    """The heat of some topics, in their order."""
    days: dict[int, list[TopicDay]] = defaultdict(list)
    since = (now - timedelta(days=SHOWN + 7)).date()
    for part in in_parts(topic.pk for topic in topics):
        for row in TopicDay.objects.filter(topic__in=part, day__gte=since):
            days[row.topic_id].append(row)
    return [_heat(topic, days[topic.pk], now, zone) for topic in topics]


def _heat(topic: Topic, rows: Sequence[TopicDay], now: datetime, zone: ZoneInfo) -> Heat:
    days = by_hour(rows, until=now, zone=zone).series("D")
    counts = [0] * SHOWN + [int(count) for count in days.counts]
    shown = counts[-SHOWN:]
    week, before = sum(shown[-7:]), shown[:-7]
    top = max(3, *shown)
    points = (
        f"{number * WIDTH / (SHOWN - 1):.1f},{HEIGHT - 2 - count * (HEIGHT - 4) / top:.1f}"
        for number, count in enumerate(shown)
    )
    return Heat(topic, week, sum(before) / len(before) * 7, " ".join(points))
