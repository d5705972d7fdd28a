"""Hears many at once in a stream that is counted by days, at whatever time of the day they come.

A day that is nearly over may hold more than one that has just begun, so by days alone the same twelve complaints within
half an hour would be an alarm in the morning and none at night. Where a stream is too quiet to be judged by the hour,
what can be said is that so many hardly ever came so close together.
"""

from dataclasses import dataclass
from math import log10

import numpy as np
import numpy.typing as npt

WINDOW, A_DAY = 4, 24
"""Hours that are looked at, of a day."""

MANY, FEWEST, BY_TENFOLD = 12, 5, 4
"""Different customers within these hours that are many: where none is known, at least, and for each zero of theirs."""

COMPARED, LATELY = 56, 28
"""Days whose loudest hours are compared with, and days that tell what is usual."""

TIMES = 2
"""So many times as many as in the loudest hours there must be."""


@dataclass(frozen=True)
class Burst:
    """How many came within the last `WINDOW` hours, how many usually do, and the most that ever did."""

    seen: int
    usual: float
    most: int

    def loudness(self, many: int) -> float:
        """1 or more is an alarm: as many as are `many` here, and `TIMES` the most that were."""
        return self.seen / max(many, TIMES * self.most)


def many_of(customers: int) -> int:
    """How many within `WINDOW` hours are many, where a firm has so many customers (0: none is known)."""
    return max(FEWEST, round(BY_TENFOLD * log10(customers))) if customers else MANY


def burst(counts: npt.NDArray[np.int64], excluded: npt.NDArray[np.bool_] | None = None) -> Burst:
    """What the last hours hold beside those before.

    `counts` are different writers hour by hour, the last hour as far as it has come; hours that are `excluded` are not
    compared with, since somebody said what they were.
    """
    taught = counts if excluded is None else np.where(excluded, 0, counts)
    before = taught[-WINDOW - COMPARED * A_DAY : -WINDOW]
    if not len(before):
        return Burst(int(counts.sum()), 0.0, 0)
    together = np.convolve(before, np.ones(WINDOW, np.int64))
    return Burst(int(counts[-WINDOW:].sum()), float(before[-LATELY * A_DAY :].mean()) * WINDOW, int(together.max()))
