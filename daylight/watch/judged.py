"""How unusual a topic is at the end of its series, and since when, in numbers for people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from daylight.watch.detection import Assessment, assess
from daylight.watch.detection.rolling import Floats
from daylight.watch.series import Series

PART = 0.5
"""At least this part of a bucket that goes on is taken as come in, so that its first minutes do not cry."""


@dataclass(frozen=True)
class Judged:
    """A score (1 or more is an alarm) and the stretch that stands out: since when, seen, expected, from low to high.

    `strength` is how far out it is, `per_day` how many a usual day brings. `is_young`: nobody knows yet what is usual.
    `reach`: judged by how many people may have read it, where `usual_reach` do on a usual day.
    """

    score: float
    strength: float
    since: datetime
    observed: int
    expected: float
    low: float
    high: float
    per_day: float
    is_young: bool = False
    reach: int = 0
    usual_reach: float = 0

    @property
    def people(self) -> int:
        """How many speak for it: those who said it, or those who read it."""
        return max(self.observed, self.reach)


def assessed(series: Series) -> Assessment:
    """The series, bucket by bucket, as the detector sees it."""
    return assess(
        series.counts,
        series.freq,
        series.start.replace(tzinfo=None),
        holidays=series.days_off,
        excluded=series.excluded,
        completeness=(max(PART, series.part),),
    )


def judge(series: Series) -> Judged:
    """Judge the last bucket of a series."""
    found = assessed(series)
    since = int(found.since[-1])
    usual = float(found.expected[since:].sum())
    low, high = (usual - _reach(found.expected, found.low, since), usual + _reach(found.high, found.expected, since))
    per_day = found.expected[-24:].sum() if series.freq == "H" else found.expected[-1]
    return Judged(
        score=max(0.0, float(found.score[-1])),
        strength=max(0.0, float(found.strength[-1])),
        since=series.begins(since),
        observed=int(series.counts[since:].sum()),
        expected=usual,
        low=max(0.0, low),
        high=high,
        per_day=float(per_day),
    )


def _reach(upper: Floats, lower: Floats, since: int) -> float:
    """How far a sum reaches beside its middle, where each bucket swings by itself."""
    return float(np.sqrt(np.square(upper[since:] - lower[since:]).sum()))


def doubling(moments: list[datetime]) -> timedelta | None:
    """How long the newest half of these took to come, where that was quicker than the first half; needs six."""
    if len(moments) < 6:
        return None
    ordered = sorted(moments)
    middle = ordered[len(ordered) // 2 - 1]
    newest, first = ordered[-1] - middle, middle - ordered[0]
    return newest if timedelta(0) < newest <= first else None
