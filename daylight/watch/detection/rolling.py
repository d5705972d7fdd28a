"""Sums and robust spreads over what came before, for every bucket or every few."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def sums(values: Floats, length: int, lag: int = 0) -> Floats:
    """At each bucket the sum of the `length` values that end `lag` buckets before it; fewer at the beginning."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    end = np.clip(np.arange(len(values)) + 1 - lag, 0, None)
    begin = np.clip(end - length, 0, None)
    out: Floats = total[end] - total[begin]
    return out


def quantiles(values: Floats, at: npt.NDArray[np.int64], back: npt.NDArray[np.int64], *which: float) -> Floats:
    """For each place in `at` quantiles of the finite values at the distances `back` before it, or NaN."""
    index = at[:, None] - back[None, :]
    taken = np.where(index >= 0, values[np.clip(index, 0, None)], np.nan)
    taken.sort(axis=1)
    known = np.count_nonzero(np.isfinite(taken), axis=1)
    rows = np.arange(len(at))
    out = np.full((len(which), len(at)), np.nan)
    for row, part in zip(out, which, strict=True):
        place = part * np.clip(known - 1, 0, None)
        low = place.astype(np.int64)
        high = np.clip(np.ceil(place).astype(np.int64), 0, taken.shape[1] - 1)
        row[:] = taken[rows, low] + (taken[rows, high] - taken[rows, low]) * (place - low)
    return out
