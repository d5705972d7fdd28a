"""Ours and known ways to see a surge in messages: each gives moments with a score and the messages that show it."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from benchmarks.watching.messages import DAY, Stream
from daylight.watch.detection import replay
from daylight.watch.detection.text.vectors import Floats, unit, vectors
from daylight.watch.detection.text.words import clean, telling

HOUR, BEFORE = 3600.0, 28.0


@dataclass(frozen=True)
class Shown:
    """A moment: how many messages had come, the score, and messages that show it."""

    at: float
    come: int
    score: float
    evidence: list[int]


@dataclass(frozen=True)
class Heard:
    """What a method said of one stream, and the processor time that it took."""

    shown: list[Shown]
    seconds: float


def hear(method: str, stream: Stream) -> Heard:
    """Let a method listen to a stream."""
    begun = time.process_time()
    shown = METHODS[method](stream)
    return Heard(shown, time.process_time() - begun)


def ours(stream: Stream) -> list[Shown]:
    """The entry point, as anybody would use it."""
    messages = ({"t": _iso(at), "text": text} for at, text in stream.said)
    readings = replay(messages, _iso(stream.warm))
    skipped = sum(at < stream.warm for at, _ in stream.said)
    return [
        Shown(stream.said[place][0], place + 1, one["score"], one["evidence"])
        for place, one in enumerate(readings, skipped)
        if one["score"] > 0.3
    ]


def term_surge(stream: Stream) -> list[Shown]:
    """Every hour, every word and pair of words: the last day against the 28 days before, Poisson."""
    return _surges(stream, [set(telling(clean(text))) for _, text in stream.said])


def leaders(stream: Stream, near: float = 0.6) -> list[Shown]:
    """Clusters that begin with a leader, on the same vectors; then as the terms."""
    points, kept, given = vectors([text for _, text in stream.said]), np.zeros((4_000, 256), np.float32), []
    count = 0
    for point in points:
        nearness = kept[:count] @ point
        best = int(nearness.argmax()) if count else -1
        if best < 0 or (nearness[best] < near and count < len(kept)):
            best, count = count, count + 1
            kept[best] = point
        given.append({best})
    return _surges(stream, given)


def k_means(stream: Stream, groups: int = 60) -> list[Shown]:
    """Clusters of the warm-up, kept as they are; then as the terms."""
    points = vectors([text for _, text in stream.said])
    middles = _middles(points[: sum(at < stream.warm for at, _ in stream.said)], groups)
    return _surges(stream, [{int(place)} for place in (points @ middles.T).argmax(1)])


def _middles(points: Floats, groups: int) -> Floats:
    chance = np.random.default_rng(1)
    middles: Floats = points[chance.choice(len(points), min(groups, len(points)), replace=False)]
    for _ in range(20):
        nearest = (points @ middles.T).argmax(1)
        sums = np.zeros_like(middles)
        np.add.at(sums, nearest, points)
        middles = np.where(sums.any(axis=1, keepdims=True), unit(sums), middles)
    return middles


def _surges(stream: Stream, groups: Sequence[set[str] | set[int]]) -> list[Shown]:
    """Hour by hour: the strongest group of the last day against its mean of 28 days before."""
    day: dict[str | int, list[int]] = defaultdict(list)
    month: Counter[str | int] = Counter()
    start = old = place = 0
    shown = []
    times = np.array([at for at, _ in stream.said])
    for hour in np.arange(times[0] + HOUR, times[-1] + HOUR, HOUR):
        fresh = set()
        while place < len(times) and times[place] <= hour:
            for group in groups[place]:
                day[group].append(place)
                fresh.add(group)
            place += 1
        while start < place and times[start] <= hour - DAY:
            for group in groups[start]:
                day[group].pop(0)
                month[group] += 1
            start += 1
        while old < start and times[old] <= hour - (1 + BEFORE) * DAY:
            month.subtract(groups[old])
            old += 1
        if hour >= stream.warm and fresh:
            days = min(BEFORE, max(1.0, (hour - DAY - times[0]) / DAY))
            seen = np.array([len(day[group]) for group in fresh], float)
            usual = np.array([(month[group] + 0.5) / days for group in fresh])
            strength = np.where(seen > np.maximum(usual, 2), seen * np.log(seen / usual) - seen + usual, 0)
            best = list(fresh)[int(strength.argmax())]
            shown.append(Shown(float(hour), place, float(strength.max()), day[best][-10:]))
    return shown


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


METHODS: dict[str, Callable[[Stream], list[Shown]]] = {
    "ours": ours,
    "term surge": term_surge,
    "leaders": leaders,
    "k-means": k_means,
}
