"""The figures of the detector, each with what it does; `docs/build/early-warning.md` tells how they were found."""

from dataclasses import dataclass
from typing import Literal

Freq = Literal["D", "H"]
PER_DAY: dict[str, int] = {"D": 1, "H": 24}
KEPT_DAYS = 500
"""A bucket's score looks no further back than this many days."""


@dataclass(frozen=True)
class Restless:
    """How far the last days widen the spread: by this part of their deviation, around their mean or around nought."""

    days: float
    lag_days: float
    part: float
    around_mean: bool


@dataclass(frozen=True)
class Tuning:
    """What the baseline, the windows and the scale go by."""

    alarm: float = 4.6
    """The statistic at which the score is 1: less than one false alarm a year on the streams it was calibrated with."""

    week_weights: tuple[float, ...] = (1, 2, 2, 2, 1, 1, 1, 1)
    """How much each of the last weeks says about the level, the newest first."""
    weeks_from: float = 0.26
    weeks_to: float = 0.6
    """The level is the mean of the weeks between these two parts of the weight, so that outbreaks do not raise it."""
    level_lift: float = 1.04
    """The middling weeks lie a little below the mean."""
    growth_part: float = 0.8
    """The level goes on as it went from the six weeks before the last six, by this part,"""
    growth_doubt: float = 3.0
    """as far as that is more than so many standard errors,"""
    growth_most: float = 0.4
    """and by no more than this, as a logarithm."""
    share_weeks: int = 21
    """So many weeks teach what part of a week belongs to each of its buckets,"""
    share_doubt: float = 0.5
    """against so many weeks of doubt,"""
    share_bound: float = 1.4
    """each bucket teaching no more than so many deviations above a first guess,"""
    hour_weeks: int = 3
    """which for hours is the profile of the day in the last weeks,"""
    hour_doubt: float = 1.6
    """against so many days of doubt."""

    sum_windows: tuple[float, ...] = (0.125, 0.25, 0.5, 1, 2)
    """Windows, in days, whose whole sum is compared: spikes."""
    run_windows: tuple[int, ...] = (2, 3, 5, 7, 10)
    """Windows, in days, over which each day counts with bounds: ramps, which one loud day does not make."""
    day_least: float = -0.5
    day_most: float = 4.0
    """What one day of a run may count, in standard deviations."""

    guard_days: int = 5
    """The newest days do not teach the spread."""
    sum_memory_days: int = 52
    run_memory_days: int = 38
    """So long the spread of a statistic is remembered,"""
    sum_bound: float = 3.26
    run_bound: float = 1.87
    """each value counting upward no further than this,"""
    sum_doubt: float = 2.0
    run_doubt: float = 5.0
    """against so many windows of plain chance,"""
    least_variance: float = 1.1
    """and never below this part of plain chance."""

    restless_daily: Restless = Restless(20, 3, 0.75, around_mean=True)
    restless_hourly: Restless = Restless(7, 2, 0.8, around_mean=False)
    """A stream that is restless now must rise further."""

    least_counted: int = 3
    """Fewer in a window are no evidence."""
    sum_handicap: float = 1.5
    """Taken off sums: real streams have single loud days more often than chance would,"""
    short_handicap: float = 0.0
    """and off windows shorter than a day, of which there are more."""
    hourly_handicap: float = 0.0
    """Off everything of an hourly stream, which is asked 24 times as often."""
    loud: float = 4.65
    loud_slope: float = 0.02
    """Beyond this a sum's statistic grows by the logarithm only: however loud one day is, it stays one day."""
    held_days: float = 1.0
    """A score stands for so long, so that an hourly one does not tremble."""


SHIPPED = Tuning()
