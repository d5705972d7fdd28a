"""Sums over what came before, for every bucket."""

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


def earlier(values: Floats, lag: int) -> Floats:
    """At each bucket the value `lag` buckets before it, zero before the beginning."""
    out = np.zeros_like(values)
    if lag < len(values):
        out[lag:] = values[: len(values) - lag]
    return out


def periodic(values: Floats, period: int, times: int) -> Floats:
    """At each bucket the sum of the values 1, 2 … `times` periods before it."""
    out = np.zeros_like(values)
    for back in range(period, min(period * times, len(values) - 1) + 1, period):
        out[back:] += values[:-back]
    return out


def highest(values: Floats, length: int) -> Floats:
    """At each bucket the highest of the `length` values that end with it; fewer at the beginning."""
    out = values.copy()
    reach = 1
    while reach < min(length, len(values)):
        step = min(reach, length - reach)
        out[step:] = np.maximum(out[step:], out[:-step].copy())
        reach += step
    return out
