"""Outbreaks of a known size and shape, put into streams at chance places far from each other."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.watching.streams import Counts, Stream

SIZES = (2, 3, 5, 8)
SHAPES = ("spike", "ramp")
SPIKE_DAYS = (1, 2, 3)
RAMP_DAYS = (7, 14, 21)


@dataclass(frozen=True)
class Outbreak:
    """From bucket `first` to `last`, of `size` local standard deviations at its height; `excess` in each bucket."""

    stream: int
    first: int
    last: int
    size: int
    shape: str
    excess: Counts


def warm_up(stream: Stream) -> int:
    """The first bucket that is judged."""
    days = 120 if stream.freq == "D" else 21
    return min(days * stream.per_day, len(stream.counts) // 3)


def local_deviation(stream: Stream, at: int) -> float:
    """The standard deviation in the eight weeks (three when hourly) before, each hour of the week by itself."""
    period = 7 * stream.per_day
    weeks = min(8 if stream.freq == "D" else 3, at // period)
    past = stream.counts[at - weeks * period : at].reshape(weeks, period)
    if weeks < 2:
        return max(float(stream.counts[:at].std()), 0.5)
    rest = past - past.mean(axis=0)
    return max(float(np.sqrt((rest**2).sum() / (rest.size - period))), 0.5)


def put_into(stream: Stream, number: int, chance: np.random.Generator) -> tuple[Counts, list[Outbreak]]:
    """The counts with outbreaks in them, 40 to 140 days apart (10 to 30 when hourly)."""
    counts = stream.counts.copy()
    made: list[Outbreak] = []
    least, most = (days * stream.per_day for days in ((40, 140) if stream.freq == "D" else (10, 30)))
    at = warm_up(stream) + int(chance.integers(0, least))
    while True:
        size, shape = int(chance.choice(SIZES)), str(chance.choice(SHAPES))
        outline = _outline(stream, shape, chance)
        if at + len(outline) + stream.per_day >= len(counts):
            return counts, made
        excess = chance.poisson(outline * size * local_deviation(stream, at))
        clear = all(last < at - least // 2 or first > at + len(outline) + least // 2 for first, last in stream.events)
        if clear and excess.sum():
            counts[at : at + len(outline)] += excess
            made.append(Outbreak(number, at, at + len(outline) - 1, size, shape, excess))
        at += len(outline) + int(chance.integers(least, most))


def _outline(stream: Stream, shape: str, chance: np.random.Generator) -> npt.NDArray[np.float64]:
    if shape == "spike":
        days = int(chance.choice(SPIKE_DAYS))
        buckets = days if stream.freq == "D" else int(chance.choice([6, 12, 24, 48]))
        return np.ones(buckets)
    days = int(chance.choice(RAMP_DAYS if stream.freq == "D" else (3, 7, 10)))
    buckets = days * stream.per_day
    return np.arange(1, buckets + 1) / buckets
