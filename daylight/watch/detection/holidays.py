"""Days off: they teach nothing, and are expected to be like the Sunday before."""

from collections.abc import Collection
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from daylight.watch.detection.rolling import Floats
from daylight.watch.detection.tuning import PER_DAY, Freq


def days_off(size: int, freq: Freq, start: datetime, holidays: Collection[date]) -> npt.NDArray[np.bool_]:
    """Which buckets lie on a holiday, by the clock of `start`."""
    day = _days(size, freq, start) + start.toordinal()
    return np.isin(day, [one.toordinal() for one in holidays])


def like_sundays(expected: Floats, off: npt.NDArray[np.bool_], freq: Freq, start: datetime) -> Floats:
    """The same with each bucket of a day off no higher than that of the Sunday before."""
    weekday = (_days(len(expected), freq, start) + start.weekday()) % 7
    buckets = np.arange(len(expected))
    sunday = buckets - ((weekday + 1) % 7) * PER_DAY[freq]
    known = off & (sunday >= 0)
    return np.where(known, np.minimum(expected, expected[np.clip(sunday, 0, None)]), expected)


def _days(size: int, freq: Freq, start: datetime) -> npt.NDArray[np.int64]:
    first = start.hour if freq == "H" else 0
    return (np.arange(size) + first) // PER_DAY[freq]
