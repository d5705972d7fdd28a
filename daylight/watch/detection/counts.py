"""How unusual each bucket of a stream of counts is, seen from what came before it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from daylight.watch.detection.baseline import expected
from daylight.watch.detection.holidays import days_off, like_sundays
from daylight.watch.detection.past import Past
from daylight.watch.detection.rolling import Floats, highest, sums
from daylight.watch.detection.tuning import KEPT_DAYS, PER_DAY, SHIPPED, Freq, Tuning
from daylight.watch.detection.windows import Windows, windows

Counts = npt.NDArray[np.integer]
NORMAL_95 = 1.96


@dataclass(frozen=True)
class Assessment:
    """For each bucket: the score, what was expected with the interval of 95 %, and what says so.

    `strength` is the score before single loud days are softened: how far out it is, not how worrying. `window` is the
    number of buckets of the loudest window, `since` the bucket it begins with, and `doubling_hours` how long the count
    takes to double, NaN while it does not grow.
    """

    score: Floats
    strength: Floats
    expected: Floats
    low: Floats
    high: Floats
    window: npt.NDArray[np.int64]
    since: npt.NDArray[np.int64]
    doubling_hours: Floats


def score_counts(counts: Counts, freq: Freq, start: datetime) -> Floats:
    """One score for each bucket, from the counts up to it only; 1 or more means alarm at the shipped default."""
    values = _checked(counts, freq)
    if not values.size:
        return np.zeros(0)
    past = Past(values, np.ones_like(values), PER_DAY[freq], SHIPPED)
    return _score(windows(past, expected(past)), past.per_day, SHIPPED)


def assess(
    counts: Counts,
    freq: Freq,
    start: datetime,
    *,
    holidays: Collection[date] = (),
    excluded: npt.NDArray[np.bool_] | None = None,
    completeness: Sequence[float] = (),
    usual: float | None = None,
    tuning: Tuning = SHIPPED,
) -> Assessment:
    """The scores with all that a person wants to know of them.

    `holidays` are days off by the clock of `start`: no louder than the Sunday before, and teaching nothing.
    `excluded` are buckets that must not teach, since somebody said "known" or "not an issue". `completeness` says
    what part of the newest buckets has come in so far, the newest last. `usual` is the mean bucket of a stream like
    this, for one that is young.
    """
    values, per_day = _checked(counts, freq), PER_DAY[freq]
    size = len(values)
    off = days_off(size, freq, start, holidays)
    untaught = off if excluded is None else off | _mask(excluded, size)
    past = Past(values, np.where(untaught, 0.0, 1.0), per_day, tuning)
    mean = like_sundays(expected(past, usual), off, freq, start)
    parts = np.clip(completeness, 0.01, 1.0)[-size:] if size else np.zeros(0)
    mean[size - len(parts) :] *= parts
    found = windows(past, mean)
    loudest = found.statistics.argmax(axis=0)
    window = np.array(found.lengths, dtype=np.int64)[loudest]
    low, high = _interval(mean, found.day_spread)
    return Assessment(
        score=_score(found, per_day, tuning),
        strength=found.statistics.max(axis=0) / tuning.alarm,
        expected=mean,
        low=low,
        high=high,
        window=window,
        since=np.clip(np.arange(size) + 1 - window, 0, None),
        doubling_hours=_doubling(values, found.lengths, loudest, 24 / per_day),
    )


def newest(counts: Counts, freq: Freq, start: datetime) -> float:
    """The score of the last bucket, from no more of the past than it needs: for streams that grow by one bucket."""
    kept = KEPT_DAYS * PER_DAY[freq]
    dropped = max(0, len(counts) - kept)
    step = timedelta(days=1) / PER_DAY[freq]
    scores = score_counts(counts[dropped:], freq, start + dropped * step)
    return float(scores[-1]) if scores.size else 0.0


def _checked(counts: Counts, freq: Freq) -> Floats:
    if freq not in PER_DAY:
        raise ValueError(f'The buckets are days ("D") or hours ("H"), not {freq!r}.')
    values = np.asarray(counts)
    if values.ndim != 1:
        raise ValueError("Counts come as one row of whole numbers.")
    if values.size and (not np.issubdtype(values.dtype, np.integer) or values.min() < 0):
        raise ValueError("Counts are whole numbers, none below zero.")
    return values.astype(np.float64)


def _mask(excluded: npt.NDArray[np.bool_], size: int) -> npt.NDArray[np.bool_]:
    mask = np.asarray(excluded, dtype=bool)
    if mask.shape != (size,):
        raise ValueError("What is left out is told for every bucket.")
    return mask


def _score(found: Windows, per_day: int, tuning: Tuning) -> Floats:
    """The loudest window by the alarm; a sum beyond `loud` grows by its logarithm only; held, so that it is calm."""
    whole = found.statistics[: found.sums].max(axis=0)
    beyond = np.maximum(whole - tuning.loud, 0)
    softened = np.minimum(whole, tuning.loud) + tuning.loud_slope * np.log1p(beyond)
    loudest = np.maximum(softened, found.statistics[found.sums :].max(axis=0))
    return highest(loudest, round(tuning.held_days * per_day)) / tuning.alarm


def _interval(mean: Floats, day_spread: Floats) -> tuple[Floats, Floats]:
    """Where 95 of 100 buckets lie, by the spread of a day's root."""
    root, reach = np.sqrt(mean + 0.375), NORMAL_95 * day_spread / 2
    low = np.maximum(root - reach, 0) ** 2 - 0.375
    return np.maximum(low, 0), (root + reach) ** 2 - 0.375


def _doubling(counts: Floats, lengths: tuple[int, ...], loudest: npt.NDArray[np.int64], hours: float) -> Floats:
    """From the later half of twice the loudest window against the earlier, where it grows."""
    out = np.full(len(counts), np.nan)
    for number, length in enumerate(lengths):
        now, before = sums(counts, length), sums(counts, length, length)
        growth = np.log((now + 0.5) / (before + 0.5)) / (length * hours)
        here = (loudest == number) & (growth > 0)
        out[here] = np.log(2) / growth[here]
    return out
