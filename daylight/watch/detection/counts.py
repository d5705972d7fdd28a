"""How unusual each bucket of a stream of counts is, seen from what came before it."""

from datetime import datetime

import numpy as np
import numpy.typing as npt

from daylight.watch.detection.calendar import PER_DAY, Freq, calendar
from daylight.watch.detection.rolling import quantiles, sums

Floats = npt.NDArray[np.float64]
WINDOWS_DAYS = (0.125, 0.25, 0.5, 1, 2, 3, 5, 7, 10)
ALARM = 5.0


def score_counts(counts: npt.NDArray[np.integer], freq: Freq, start: datetime) -> Floats:
    """One score for each bucket, from the counts up to it only; 1 or more means alarm at the shipped default."""
    if freq not in PER_DAY:
        raise ValueError(f'The buckets are days ("D") or hours ("H"), not {freq!r}.')
    values = np.asarray(counts)
    if values.ndim != 1:
        raise ValueError("Counts come as one row of whole numbers.")
    if values.size and (not np.issubdtype(values.dtype, np.integer) or values.min() < 0):
        raise ValueError("Counts are whole numbers, none below zero.")
    return _scores(values.astype(np.float64), freq, start)


def _scores(counts: Floats, freq: Freq, start: datetime) -> Floats:
    size, per_day = len(counts), PER_DAY[freq]
    if not size:
        return np.zeros(0)
    kind = calendar(size, freq, start)
    slot = kind.weekday if freq == "D" else kind.weekday * 24 + kind.hour
    week = 7 * per_day
    guard = 7 * per_day
    share = _shares(counts, slot, week)
    level = (sums(counts, 8 * week, guard) + 0.5) / (sums(share, 8 * week, guard) + 1.0)
    expected = level * share
    best = np.full(size, -np.inf)
    for days in WINDOWS_DAYS:
        length = round(days * per_day)
        if length >= 1:
            best = np.maximum(best, _window(counts, expected, length, per_day))
    return best / ALARM


def _shares(counts: Floats, slot: npt.NDArray[np.int64], week: int) -> Floats:
    """What part of a usual bucket belongs to this slot of the week."""
    capped = np.minimum(counts, 4 * (sums(counts, 8 * week, 1) + 1) / np.clip(np.arange(len(counts)), 1, 8 * week))
    own = sum(np.where(np.arange(len(counts)) >= k * week, np.roll(capped, k * week), 0) for k in range(1, 13))
    seen = np.clip(np.arange(len(counts)) // week, 0, 12)
    usual = sums(capped, 12 * week, 1) / np.clip(np.arange(len(counts)), 1, 12 * week)
    out: Floats = (own + 1.0 * (usual + 0.1)) / (seen * (usual + 1e-9) + 1.0 * (usual + 0.1))
    return out


def _window(counts: Floats, expected: Floats, length: int, per_day: int) -> Floats:
    seen, usual = sums(counts, length), sums(expected, length)
    gap = 2 * (np.sqrt(seen + 0.375) - np.sqrt(usual + 0.375))
    step = 7 * per_day if per_day == 1 else per_day
    at = np.arange(0, len(counts), step)
    back = np.arange(7 * per_day, 180 * per_day, max(1, per_day // 8))
    low, middle, high = quantiles(gap, at, back, 0.2, 0.5, 0.9)
    spread = np.fmax(np.fmax((high - middle) / 1.2816, (middle - low) / 0.8416), 1.0)
    out: Floats = np.where(seen >= 3, gap / np.repeat(spread, step)[: len(counts)], -1.0)
    return out
