"""One threshold for all streams: how many false alarms a year, which outbreaks are found, how late."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.watching.outbreaks import Outbreak, warm_up
from benchmarks.watching.streams import Stream

Floats = npt.NDArray[np.float64]
MERGE_DAYS = 7
LASTS_DAYS = 28


@dataclass(frozen=True)
class Found:
    """What became of one outbreak: the days and the complaints of it until the alarm, or none."""

    outbreak: Outbreak
    days: float | None
    seen: int | None


def episodes(alarms: npt.NDArray[np.bool_], per_day: int) -> int:
    """How many alarms: those within a week of each other are one, and one that does not end counts every four weeks."""
    at = np.flatnonzero(alarms)
    if not at.size:
        return 0
    begins = np.flatnonzero(np.diff(at, prepend=-(10**9)) > MERGE_DAYS * per_day)
    ends = np.append(begins[1:], at.size) - 1
    return int(np.sum(1 + (at[ends] - at[begins]) // (LASTS_DAYS * per_day)))


class Clean:
    """The streams without outbreaks, ready to count false alarms at any threshold."""

    def __init__(self, streams: Sequence[Stream], scores: Sequence[Floats]) -> None:
        self.streams = streams
        self.whole = scores
        self.judged = [self._judged(stream) for stream in streams]
        self.scores = [np.where(mask, score, -np.inf) for mask, score in zip(self.judged, scores, strict=True)]
        self.years = np.array([stream.years * mask.mean() for stream, mask in zip(streams, self.judged, strict=True)])

    @staticmethod
    def _judged(stream: Stream) -> npt.NDArray[np.bool_]:
        mask = np.ones(len(stream.counts), dtype=bool)
        mask[: warm_up(stream)] = False
        margin = 14 if stream.freq == "D" else 48
        for first, last in stream.events:
            mask[max(0, first - margin) : last + margin + 1] = False
        return mask

    def false_alarms(self, threshold: float) -> npt.NDArray[np.int64]:
        """Of each stream."""
        return np.array(
            [
                episodes(score >= threshold, stream.per_day)
                for stream, score in zip(self.streams, self.scores, strict=True)
            ]
        )

    def rate(self, threshold: float) -> float:
        """False alarms per stream and year."""
        return float(self.false_alarms(threshold).sum() / self.years.sum())

    def threshold(self, rate: float) -> float:
        """The lowest that keeps to the rate."""
        pooled = np.concatenate([score[np.isfinite(score)] for score in self.scores])
        values = np.unique(pooled)
        low, high = 0, len(values)
        # Episodes may merge at low thresholds, so search only where fewer buckets alarm than could merge.
        while low < high:
            middle = (low + high) // 2
            if self.rate(float(values[middle])) <= rate and (pooled >= values[middle]).mean() < 0.2:
                high = middle
            else:
                low = middle + 1
        return float(values[low]) if low < len(values) else float("inf")


def found(outbreak: Outbreak, stream: Stream, score: Floats, threshold: float) -> Found:
    """Whether an alarm begins within the outbreak, or the day after; one that stood before says nothing."""
    window = score[outbreak.first - 1 : outbreak.last + 1 + stream.per_day] >= threshold
    hits = np.flatnonzero(window[1:] & ~window[:-1])
    if not hits.size:
        return Found(outbreak, None, None)
    seen = int(outbreak.excess[: hits[0] + 1].sum())
    return Found(outbreak, float(hits[0]) / stream.per_day, seen)


@dataclass(frozen=True)
class Judgement:
    """What a method does at each rate of false alarms."""

    method: str
    clean: Clean
    thresholds: dict[float, float]
    results: dict[float, list[Found]]
    microseconds: float
    seed: int
    injected: list[tuple[int, list[Outbreak], Floats]]

    def alone(self, family: str) -> float:
        """What is found in one family at one false alarm a year in it."""
        numbers = {number for number, stream in enumerate(self.clean.streams) if stream.family == family}
        clean = Clean([self.clean.streams[n] for n in numbers], [self.clean.whole[n] for n in numbers])
        threshold = clean.threshold(1.0)
        hits = [
            found(outbreak, self.clean.streams[number], score, threshold).days is not None
            for number, outbreaks, score in self.injected
            if number in numbers
            for outbreak in outbreaks
        ]
        return float(np.mean(hits)) if hits else float("nan")

    def known(self) -> tuple[int, int]:
        """How many of the events everybody knows of have an alarm at one false alarm a year, and how many there are."""
        hits = [
            bool((score[first : last + 1] >= self.thresholds[1.0]).any())
            for stream, score in zip(self.clean.streams, self.clean.whole, strict=True)
            for first, last in stream.events
        ]
        return sum(hits), len(hits)
