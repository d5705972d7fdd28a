"""The counts of a topic as a row of equal buckets up to a moment, in the firm's own time of day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from django.db.models import Min

from daylight.accounts.holidays import NONE, Holidays
from daylight.core.parts import in_parts
from daylight.watch.models import Teaching, Topic, TopicDay
from daylight.watch.words import TopicKind

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
HOURLY_FROM = 50.0
"""Writers a day from which on each hour says something by itself."""

YOUNG = timedelta(days=7)
"""How long an installation is young: nobody knows what is usual before."""

DAYS, HOURLY_DAYS, LATELY = 400, 84, 28
SILENT = 60
"""Days before its first message that a topic is taken to have been silent, as far as we listened."""


@dataclass(frozen=True)
class Series:
    """Different writers by bucket; of the last one `part` has passed. `start` is the clock on the wall.

    `excluded` are buckets that must not teach, since somebody said what they were; on `days_off` less is said.
    """

    counts: Counts
    freq: Literal["D", "H"]
    start: datetime
    excluded: Mask
    part: float = 1.0
    days_off: tuple[date, ...] = ()

    @property
    def length(self) -> timedelta:
        """Of a bucket."""
        return timedelta(days=1) if self.freq == "D" else timedelta(hours=1)

    def begins(self, bucket: int) -> datetime:
        """When a bucket begins."""
        return self.start + bucket * self.length


@dataclass(frozen=True)
class Hours:
    """Hour by hour from a midnight on the wall to the hour that goes on, with those that must not teach."""

    counts: Counts
    start: datetime
    excluded: Mask
    until: datetime
    days_off: tuple[date, ...] = ()

    def series(self, freq: Literal["D", "H"]) -> Series:
        """By the hour, the last weeks of them; or by the day."""
        if freq == "H":
            dropped = max(0, len(self.counts) - 24 * HOURLY_DAYS) // 24 * 24
            start = self.start + timedelta(hours=dropped)
            part = self.until.minute / 60
            return Series(self.counts[dropped:], "H", start, self.excluded[dropped:], part, self.days_off)
        part = (len(self.counts) % 24 or 24) / 24
        days = np.concatenate([self.counts, np.zeros(-len(self.counts) % 24, np.int64)]).reshape(-1, 24).sum(axis=1)
        left_out = np.concatenate([self.excluded, np.zeros(-len(self.excluded) % 24, bool)])
        excluded: Mask = left_out.reshape(-1, 24).max(axis=1)
        return Series(days, "D", self.start, excluded, part, self.days_off)

    def best(self) -> Series:
        """By hours where there is enough to count, else by days."""
        recent = self.counts[-24 * LATELY :]
        a_day = recent.sum() / max(1.0, len(recent) / 24)
        return self.series("H" if a_day >= HOURLY_FROM else "D")


class Days:
    """What was counted of some topics, and which times are not part of what is usual."""

    def __init__(self, topics: Sequence[Topic], *, until: datetime, zone: ZoneInfo, days_off: Holidays = NONE) -> None:
        self._until, self._zone, self._days_off = until, zone, days_off
        self._days: dict[int, list[TopicDay]] = {topic.pk: [] for topic in topics}
        self._taught: dict[int, list[Teaching]] = {topic.pk: [] for topic in topics}
        self._known_since = known_since() or until
        since = (until - timedelta(days=DAYS)).date()
        for part in in_parts(self._days):
            for row in TopicDay.objects.filter(topic__in=part, day__gte=since).order_by("day"):
                self._days[row.topic_id].append(row)
            for taught in Teaching.objects.filter(topic__in=part, undone_at__isnull=True):
                self._taught[taught.topic_id].append(taught)

    @property
    def age(self) -> timedelta:
        """How long anything at all has been heard."""
        return self._until - self._known_since

    def of(self, topic: Topic) -> Hours:
        """One topic: silent until it was first spoken of, as far back as anything was heard."""
        rows, silent = self._days[topic.pk], self._until - timedelta(days=SILENT)
        return by_hour(
            rows,
            since=max(self._known_since, silent),
            until=self._until,
            zone=self._zone,
            taught=self._taught[topic.pk],
            days_off=self._days_off,
        )


def known_since() -> datetime | None:
    """When the first thing was said that we have heard of."""
    first: datetime | None = Topic.objects.filter(kind=TopicKind.EVERYTHING).aggregate(f=Min("first_said_at"))["f"]
    return first


def is_young(at: datetime) -> bool:
    """Whether at that time nobody could know yet what is usual."""
    known = known_since()
    return known is not None and at - known < YOUNG


def by_hour(
    rows: Iterable[TopicDay],
    *,
    until: datetime,
    zone: ZoneInfo,
    since: datetime | None = None,
    taught: Iterable[Teaching] = (),
    days_off: Holidays = NONE,
) -> Hours:
    """Hour by hour from a midnight on the wall, before `since` and before the first row, to the hour of `until`."""
    by_day: Mapping[date, Sequence[int]] = {row.day: row.hours for row in rows}
    first = min([*by_day, (since or until).astimezone(zone).date()])
    start = datetime(first.year, first.month, first.day, tzinfo=zone) - timedelta(days=1)
    begin = start.astimezone(UTC)
    size = int((until - begin).total_seconds() // 3600) + 1
    flat = np.zeros(size + 48, np.int64)
    for day, hours in by_day.items():
        place = int((datetime(day.year, day.month, day.day, tzinfo=UTC) - begin).total_seconds() // 3600)
        if 0 <= place < size:
            flat[place : place + 24] += np.array(hours, np.int64)
    excluded = np.zeros(size, bool)
    for one in taught:
        ends = max(0, int((one.ends_at - begin).total_seconds() // 3600) + 1)
        excluded[max(0, int((one.begins_at - begin).total_seconds() // 3600)) : ends] = True
    last = until.astimezone(zone).date()
    return Hours(flat[:size], start, excluded, until, tuple(days_off.between(start.date(), last)))
