"""How far each trailing window is above what was expected, in units of the stream's own recent ups and downs."""

from dataclasses import dataclass

import numpy as np

from daylight.watch.detection.past import Past
from daylight.watch.detection.rolling import Floats, earlier, sums

NOTHING = -1.0
"""The statistic of a window that holds too little, or that nothing came before."""


@dataclass(frozen=True)
class Memory:
    """How a statistic's spread is remembered: for so many days, upward bounded, against so many windows of chance."""

    days: int
    bound: float
    doubt: float


@dataclass(frozen=True)
class Windows:
    """A row of statistics for each window, the buckets each is long, and the spread of a day's root.

    The first `sums` rows are whole sums, the others runs of days.
    """

    lengths: tuple[int, ...]
    sums: int
    statistics: Floats
    day_spread: Floats


def windows(past: Past, usual: Floats) -> Windows:
    """Every window at every bucket."""
    lengths, rows, day, spread = _sum_rows(past, usual)
    more_lengths, more_rows = _run_rows(past, day)
    return Windows((*lengths, *more_lengths), len(lengths), np.array(rows + more_rows), spread)


def _sum_rows(past: Past, usual: Floats) -> tuple[list[int], list[Floats], Floats, Floats]:
    """Whole sums against what was expected of them; and the day's deviation with its spread."""
    tuning, per_day = past.tuning, past.per_day
    memory = Memory(tuning.sum_memory_days, tuning.sum_bound, tuning.sum_doubt)
    lengths, rows = [], []
    day, spread = np.zeros_like(usual), np.ones_like(usual)
    for days in tuning.sum_windows:
        length = round(days * per_day)
        if length < 1:
            continue
        gap = _surprise(sums(past.counts, length), sums(usual, length))
        wide = _spread(past, gap, length, memory)
        if days == 1:
            day, spread = gap / wide, wide
        handicap = tuning.sum_handicap + (tuning.short_handicap if days < 1 else 0.0)
        rows.append(_evidence(past, gap / wide - handicap, length))
        lengths.append(length)
    return lengths, rows, day, spread


def _run_rows(past: Past, day: Floats) -> tuple[list[int], list[Floats]]:
    """Days that each count with bounds, so that it takes several."""
    tuning, per_day = past.tuning, past.per_day
    memory = Memory(tuning.run_memory_days, tuning.run_bound, tuning.run_doubt)
    bounded = np.clip(day, tuning.day_least, tuning.day_most)
    lengths, rows = [], []
    for days in tuning.run_windows:
        run = np.sum([earlier(bounded, back * per_day) for back in range(days)], axis=0) / np.sqrt(days)
        length = days * per_day
        rows.append(_evidence(past, run / _spread(past, run, length, memory), length))
        lengths.append(length)
    return lengths, rows


def _surprise(seen: Floats, usual: Floats) -> Floats:
    """The signed root of Poisson's deviance: a normal deviate where chance is plain, be the counts small or large."""
    likelier = seen * np.log(np.maximum(seen, 1) / usual) - (seen - usual)
    out: Floats = np.sign(seen - usual) * np.sqrt(2 * np.maximum(likelier, 0))
    return out


def _spread(past: Past, values: Floats, length: int, memory: Memory) -> Floats:
    """The recent root mean square of a statistic, upward bounded, drawn toward what plain chance would do."""
    back, lag = memory.days * past.per_day, past.tuning.guard_days * past.per_day + length
    whole = (sums(1.0 - past.taught, length) < 0.5).astype(float)
    history = np.clip(past.ages - length, 1, past.tuning.share_weeks * past.week)
    chance = 1 + length / history
    squares = sums(np.minimum(values, memory.bound) ** 2 * whole, back, lag) / length
    seen = sums(whole, back, lag) / length
    variance = (squares + memory.doubt * chance) / (seen + memory.doubt)
    return np.sqrt(np.maximum(np.maximum(variance, past.tuning.least_variance), _restlessness(past, values)))


def _restlessness(past: Past, values: Floats) -> Floats:
    """The variance the last days allow for."""
    recent = past.tuning.restless_hourly if past.per_day > 1 else past.tuning.restless_daily
    length, lag = round(recent.days * past.per_day), round(recent.lag_days * past.per_day)
    seen = np.maximum(sums(np.ones_like(values), length, lag), 1)
    if recent.around_mean:
        mean = sums(values, length, lag) / seen
        variance = sums(values**2, length, lag) / seen - mean**2
    else:
        variance = sums(np.minimum(values, 6) ** 2, length, lag) / seen
    out: Floats = recent.part**2 * np.maximum(variance, 0)
    return out


def _evidence(past: Past, values: Floats, length: int) -> Floats:
    """The statistic where the window holds enough and something came before it."""
    handicap = past.tuning.hourly_handicap if past.per_day > 1 else 0.0
    enough = (sums(past.counts, length) >= past.tuning.least_counted) & (past.ages > length)
    return np.where(enough, values - handicap, NOTHING)
