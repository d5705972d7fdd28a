"""Precision, recall and F1 with intervals, folds by source, and thresholds chosen on the other folds."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Values = npt.NDArray[np.float64]
Drawn = npt.NDArray[np.int64]
Folds = npt.NDArray[np.int64]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Score:
    """How well flags agree with labels, with the 95 % interval of F1."""

    precision: float
    recall: float
    f1: float
    positives: int
    interval: Interval


def ratio(part: float, whole: float) -> float:
    """A share, nothing where there is nothing to share."""
    return float(part / whole) if whole else 0.0


def f1_of(true: float, false: float, missed: float) -> float:
    """The harmonic mean of precision and recall."""
    return ratio(2 * true, 2 * true + false + missed)


def counts(flags: Flags, labels: Flags) -> tuple[int, int, int]:
    """True positives, false positives, misses."""
    return int((flags & labels).sum()), int((flags & ~labels).sum()), int((~flags & labels).sum())


def resamples(groups: Sequence[Hashable], times: int, seed: int) -> Drawn:
    """How often each text counts in each resample: whole groups are drawn, since texts of one source are alike."""
    names = sorted(set(groups), key=str)
    place = {name: number for number, name in enumerate(names)}
    drawn = np.random.default_rng(seed).multinomial(len(names), [1 / len(names)] * len(names), size=times)
    return np.asarray(drawn[:, [place[group] for group in groups]])


def f1_in(flags: Flags, labels: Flags, drawn: Drawn) -> Values:
    """F1 in each resample; not a number where it holds no positive, since then nothing can be found."""
    true, false, missed = (drawn @ mask for mask in (flags & labels, flags & ~labels, ~flags & labels))
    return np.where(true + missed > 0, 2 * true / np.maximum(2 * true + false + missed, 1), np.nan)


def interval_of(values: Values) -> Interval:
    """The middle 95 % of those that are numbers."""
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def score(flags: Flags, labels: Flags, drawn: Drawn) -> Score:
    """The whole score of one element."""
    true, false, missed = counts(flags, labels)
    return Score(
        precision=ratio(true, true + false),
        recall=ratio(true, true + missed),
        f1=f1_of(true, false, missed),
        positives=true + missed,
        interval=interval_of(f1_in(flags, labels, drawn)),
    )


def folds(groups: Sequence[Hashable], number: int) -> Folds:
    """The fold of each text: groups stay whole, the largest go first, each to the fold with the fewest texts."""
    sizes = {name: list(groups).count(name) for name in set(groups)}
    filled, fold = [0] * number, {}
    for name in sorted(sizes, key=lambda name: (-sizes[name], str(name))):
        fold[name] = filled.index(min(filled))
        filled[fold[name]] += sizes[name]
    return np.array([fold[group] for group in groups])


@dataclass(frozen=True)
class Threshold:
    """From where on, or up to where, a figure counts as a yes."""

    value: float
    is_upward: bool = True

    def flags(self, values: Values) -> Flags:
        """The yes of each text."""
        return values >= self.value if self.is_upward else values <= self.value


def best_threshold(values: Values, labels: Flags) -> Threshold:
    """The one with the highest F1 on these texts; the widest of several."""
    return max(_thresholds(values), key=lambda one: f1_of(*counts(one.flags(values), labels)))


def _thresholds(values: Values) -> Iterator[Threshold]:
    for value in np.unique(values):
        yield Threshold(float(value))
        yield Threshold(float(value), is_upward=False)


def tuned(values: Values, labels: Flags, fold: Folds) -> Flags:
    """The flags of a figure whose threshold was chosen, for each fold, on the others."""
    flags = np.zeros(len(values), dtype=bool)
    for number in np.unique(fold):
        inside = fold == number
        flags[inside] = best_threshold(values[~inside], labels[~inside]).flags(values[inside])
    return flags
