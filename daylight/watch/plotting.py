"""The picture of a topic's time: what came, and what was to be expected; drawn by the server, readable as a table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from daylight.accounts.models import Organisation
from daylight.watch.judged import assessed
from daylight.watch.models import Topic, TopicDay
from daylight.watch.series import Series, by_hour, known_since

WIDTH, HEIGHT, LEFT, FOOT = 640, 200, 36, 22
HOURS, DAYS = 48, 42
BASELINE = timedelta(days=120)


@dataclass(frozen=True)
class Bar:
    """One bucket: what was seen and expected, and where that stands in the picture."""

    at: datetime
    seen: int
    expected: float
    low: float
    high: float
    is_since: bool
    x: float
    y: float
    width: float
    height: float
    low_y: float
    high_y: float

    @property
    def band(self) -> float:
        """How high the interval is drawn."""
        return round(self.low_y - self.high_y, 1)


@dataclass(frozen=True)
class Plot:
    """Bars from the left to the right, the line of what was expected, and the marks at the side."""

    bars: list[Bar]
    expected: str
    marks: list[tuple[float, int]]
    times: list[tuple[float, datetime]]
    by_hour: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - FOOT


@dataclass(frozen=True)
class Hour:
    """One hour of an incident: what customers said, and how much of it asked for news."""

    at: datetime
    seen: int
    chasers: int
    x: float
    y: float
    width: float
    height: float
    chasers_y: float
    chasers_height: float


@dataclass(frozen=True)
class Hours:
    """The hours of an incident from left to right."""

    bars: list[Hour]
    marks: list[tuple[float, int]]
    times: list[tuple[float, datetime]]
    width: int = WIDTH
    height: int = 140
    left: int = LEFT
    floor: int = 140 - FOOT


def plot(topic: Topic, *, until: datetime, since: datetime | None = None) -> Plot:
    """The last two days by the hour when the surge is younger than that, else the last six weeks by the day."""
    rows = list(TopicDay.objects.filter(topic=topic, day__gte=(until - BASELINE).date()))
    taught = topic.teachings.filter(undone_at__isnull=True)
    known, ours = known_since(), Organisation.get()
    hours = by_hour(
        rows,
        since=max(known, until - BASELINE) if known else None,
        until=until,
        zone=ZoneInfo(ours.time_zone),
        taught=taught,
        days_off=ours.days_off,
    )
    fine = since is not None and until - since < timedelta(hours=HOURS - 6)
    return draw(hours.series("H" if fine else "D"), shown=HOURS if fine else DAYS, since=since)


def draw(series: Series, *, shown: int, since: datetime | None = None) -> Plot:
    """Draw the end of a series."""
    found, first = assessed(series), max(0, len(series.counts) - shown)
    top = max(3.0, float(series.counts[first:].max(initial=0)), float(found.high[first:].max(initial=0)))
    step, floor = (WIDTH - LEFT) / max(1, len(series.counts) - first), HEIGHT - FOOT

    def level(value: float) -> float:
        return round(floor - (floor - 8) * max(0.0, value) / top, 1)

    bars = []
    for number, place in enumerate(range(first, len(series.counts))):
        seen, at = int(series.counts[place]), series.begins(place)
        low, high = float(found.low[place]), float(found.high[place])
        bars.append(
            Bar(
                at=at,
                seen=seen,
                expected=float(found.expected[place]),
                low=low,
                high=high,
                is_since=since is not None and at + series.length > since,
                x=round(LEFT + number * step + step * 0.15, 1),
                y=level(seen),
                width=round(step * 0.7, 1),
                height=round(floor - level(seen), 1),
                low_y=level(low),
                high_y=level(high),
            )
        )
    line = " ".join(f"{bar.x + bar.width / 2:.1f},{level(bar.expected)}" for bar in bars)
    return Plot(bars, line, list(_marks(top, level)), list(_times(bars)), series.freq == "H")


def _marks(top: float, level: Callable[[float], float]) -> Iterator[tuple[float, int]]:
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10**5, 10**9) if top / size <= 4)
    for value in range(0, int(top) + 1, step):
        yield level(value), value


def _times(bars: Sequence[Bar] | Sequence[Hour]) -> Iterator[tuple[float, datetime]]:
    every = max(1, len(bars) // 4)
    for bar in bars[every // 2 :: every]:
        yield round(bar.x, 1), bar.at


def hours_of(
    counted: Sequence[tuple[datetime, int, int]], *, since: datetime, until: datetime, zone: ZoneInfo
) -> Hours | None:
    """Draw what was counted hour by hour (when, messages, chasers among them); None where nothing was said."""
    if not counted:
        return None
    first = since.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    size = max(6, int((until - first).total_seconds() // 3600) + 1)
    counts_at = {when.astimezone(zone): (seen, chasers) for when, seen, chasers in counted}
    top, floor, step = max(3, *(seen for _, seen, _ in counted)), 140 - FOOT, (WIDTH - LEFT) / size

    def level(value: float) -> float:
        return round(floor - (floor - 8) * value / top, 1)

    bars = []
    for number in range(size):
        at = first + timedelta(hours=number)
        seen, chasers = counts_at.get(at, (0, 0))
        x, width = round(LEFT + step * (number + 0.15), 1), round(step * 0.7, 1)
        high, low = level(seen), level(chasers)
        bars.append(Hour(at, seen, chasers, x, high, width, round(floor - high, 1), low, round(floor - low, 1)))
    return Hours(bars, list(_marks(top, level)), list(_times(bars)))
