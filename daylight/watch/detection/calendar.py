"""What a bucket's time says: its day of the week, its hour, and the kind of day it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
import numpy.typing as npt

Freq = Literal["D", "H"]
Integers = npt.NDArray[np.int64]
PER_DAY: dict[str, int] = {"D": 1, "H": 24}


@dataclass(frozen=True)
class Calendar:
    """For each bucket the number of its day since the stream began, its weekday and its hour."""

    day: Integers
    weekday: Integers
    hour: Integers


def calendar(size: int, freq: Freq, start: datetime, first: int = 0) -> Calendar:
    """The calendar of buckets `first` to `first + size` of a stream whose bucket 0 is at `start`.

    The clock of `start` is taken as it stands: buckets follow each other in equal steps, so an hour that the
    clock skips or repeats shifts the profile by one hour at most, which the profile learns again.
    """
    bucket = np.arange(first, first + size)
    hours = bucket * (24 if freq == "D" else 1) + (start.hour if freq == "H" else 0)
    day = hours // 24
    return Calendar(day=day, weekday=(day + start.weekday()) % 7, hour=hours % 24)
