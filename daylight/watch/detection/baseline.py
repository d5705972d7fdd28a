"""What a bucket is expected to hold: a level that outbreaks do not raise, times the bucket's share of its week."""

import numpy as np

from daylight.watch.detection.past import Past
from daylight.watch.detection.rolling import Floats, periodic, sums
from daylight.watch.detection.tuning import Tuning

LEAST = 0.02
"""No bucket is expected to hold less: anything may be said for the first time."""
ALMOST_NOTHING = 0.05
"""Added where a mean of zero would forbid everything."""
HOURS = 24
SETTLED = 1.5
"""So much weight of whole weeks makes a level."""
HALF = 6
"""So many weeks against as many before them say where the level is going."""
MAD_TO_DEVIATION = 1.4826
"""From the median distance to the standard deviation, where chance is normal."""


def expected(past: Past, usual: float | None = None) -> Floats:
    """For each bucket what the buckets before it let expect.

    `usual` is what a bucket of a stream like this holds, for the time in which it has no history of its own.
    """
    mean = _mean_before(past, past.known)
    guess = _shares(past, past.known, mean)
    bounded = _bounded(past, guess, mean)
    share = _shares(past, bounded, _mean_before(past, bounded))
    return np.fmax(_level(past, share * past.taught, mean, usual) * share, LEAST)


def _mean_before(past: Past, known: Floats) -> Floats:
    length = past.tuning.share_weeks * past.week
    return (sums(known, length, 1) + ALMOST_NOTHING) / (sums(past.taught, length, 1) + 1)


def _shares(past: Past, known: Floats, mean: Floats) -> Floats:
    """How much of the usual belongs into this bucket of the week: 1 is an even part."""
    weeks = past.tuning.share_weeks
    own, seen = periodic(known, past.week, weeks), periodic(past.taught, past.week, weeks)
    outline = _hours(past, known) if past.per_day == HOURS else 1.0
    doubt = past.tuning.share_doubt * (mean + ALMOST_NOTHING)
    out: Floats = (own + doubt * outline) / (seen * mean + doubt)
    return out


def _hours(past: Past, known: Floats) -> Floats:
    """The profile of the day in the last weeks, whatever the weekday."""
    days, doubt = 7 * past.tuning.hour_weeks, past.tuning.hour_doubt
    mean = (sums(known, days * HOURS, 1) + ALMOST_NOTHING) / (sums(past.taught, days * HOURS, 1) + 1)
    own, seen = periodic(known, HOURS, days), periodic(past.taught, HOURS, days)
    out: Floats = (own + doubt * mean) / ((seen + doubt) * mean)
    return out


def _bounded(past: Past, share: Floats, mean: Floats) -> Floats:
    """The counts, none louder than a first guess allows: one loud day does not make a loud weekday."""
    month, doubt = 4 * past.week, 0.3
    near = (sums(past.known, month, 1) + doubt * mean) / (sums(share * past.taught, month, 1) + doubt)
    guess = share * np.minimum(near, 3 * mean)
    reach = past.tuning.share_bound / 2 * np.maximum(1, 0.15 * np.sqrt(guess))
    return np.minimum(past.known, (np.sqrt(guess + 0.375) + reach) ** 2)


def _level(past: Past, share: Floats, mean: Floats, usual: float | None) -> Floats:
    """The mean of the middling weeks among the last; of everything before while there are no two whole weeks."""
    tuning = past.tuning
    ratios = np.array([_ratio(past, share, mean, 1 + number * past.week) for number in range(2 * HALF)])
    weights = np.array(tuning.week_weights, dtype=float)[:, None]
    near = ratios[: len(weights)]
    there = weights * np.isfinite(near)
    settled = tuning.level_lift * _middling(near, there, tuning.weeks_from, tuning.weeks_to) * _growth(ratios, tuning)
    back = 8 * past.week
    start, doubt = (mean + ALMOST_NOTHING, 0.3) if usual is None else (usual, 3.0 * past.per_day)
    young = (sums(past.known, back, 1) + doubt * start) / (sums(share, back, 1) + doubt)
    return np.where(there.sum(axis=0) >= SETTLED, settled, young)


def _growth(weeks: Floats, tuning: Tuning) -> Floats:
    """What a season or a trend has made of the level since the weeks that tell it; 1 where nothing is sure.

    By how much the median of the last six weeks is above that of the six before, in logarithms, shrunk by its square
    against its variance, as an empirical Wiener filter does. Medians do not see an outbreak of two weeks.
    """
    whole = np.isfinite(weeks).all(axis=0)
    halves = np.log(np.where(whole, weeks, 1.0)).reshape(2, HALF, -1)
    middle = np.median(halves, axis=1)
    spread = MAD_TO_DEVIATION * np.median(np.abs(halves - middle[:, None]), axis=(0, 1)) + LEAST
    risen = middle[0] - middle[1]
    variance = spread**2 * np.pi / HALF
    sure = risen**2 / (risen**2 + tuning.growth_doubt**2 * variance)
    out: Floats = np.exp(np.clip(tuning.growth_part * sure * risen, -tuning.growth_most, tuning.growth_most))
    return out


def _ratio(past: Past, share: Floats, mean: Floats, lag: int) -> Floats:
    """What a week held against its shares; NaN when it is not whole, or mostly left out."""
    total = sums(share, past.week, lag)
    whole = (past.ages - lag >= past.week) & (total >= 0.25 * past.week)
    held = sums(past.known, past.week, lag) + 0.1 * (mean + ALMOST_NOTHING)
    return np.where(whole, held / (total + 0.1), np.nan)


def _middling(values: Floats, weights: Floats, begin: float, end: float) -> Floats:
    """The weighted mean of the values that lie between two parts of the weight."""
    order = np.argsort(values, axis=0)
    ranked = np.nan_to_num(np.take_along_axis(values, order, axis=0))
    weight = np.take_along_axis(weights, order, axis=0)
    upto = np.cumsum(weight, axis=0)
    total = upto[-1]
    part = np.clip(np.minimum(upto, end * total) - np.maximum(upto - weight, begin * total), 0, None)
    out: Floats = (ranked * part).sum(axis=0) / np.maximum(part.sum(axis=0), 1e-9)
    return out
