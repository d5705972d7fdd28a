"""The figures of the counts part, as data and as tables."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.watching.judging import Found, Judgement
from benchmarks.watching.outbreaks import SHAPES, SIZES

DRAWS = 200


def tables(judgements: Sequence[Judgement], rates: Sequence[float]) -> list[str]:
    """Everything that is printed."""
    lines = ["Outbreaks found at a rate of false alarms a stream and year; 95 % by drawing streams again", ""]
    lines.append(f"{'method':<14}" + "".join(f"{f'at {rate:g}':>22}" for rate in rates) + f"{'us/bucket':>11}")
    for one in judgements:
        cells = "".join(f"{_interval(one, rate):>22}" for rate in rates)
        lines.append(f"{one.method:<14}{cells}{one.microseconds:>11.1f}")
    lines += ["", "At 1 a year, by shape and size in local standard deviations", ""]
    heads = "".join(f"{f'{shape} {size}':>9}" for shape in SHAPES for size in SIZES)
    lines.append(f"{'method':<14}{heads}{'days':>7}{'seen':>7}{'known':>8}{'default':>9}")
    lines += [_shapes(one) for one in judgements]
    lines += ["", "At 1 a year, found in each family of streams with a threshold of its own", ""]
    return lines + _families(judgements)


def figures(judgement: Judgement, rates: Sequence[float]) -> dict[str, Any]:
    """The same as plain data."""
    days, seen = _delay(judgement.results[1.0])
    return {
        "found": {f"{rate:g}": _mean_of_cells(judgement.results[rate]) for rate in rates},
        "cells": {f"{shape} {size}": _rate(_cell(judgement.results[1.0], shape, size)) for shape, size in _CELLS},
        "thresholds": {f"{rate:g}": judgement.thresholds[rate] for rate in rates},
        "days": days,
        "seen": seen,
        "known": judgement.known(),
        "default": judgement.clean.rate(1.0),
        "microseconds": judgement.microseconds,
    }


_CELLS = [(shape, size) for shape in SHAPES for size in SIZES]


def _cell(results: Sequence[Found], shape: str, size: int) -> list[Found]:
    return [one for one in results if one.outbreak.shape == shape and one.outbreak.size == size]


def _rate(results: Sequence[Found]) -> float:
    return float(np.mean([one.days is not None for one in results])) if results else float("nan")


def _mean_of_cells(results: Sequence[Found]) -> float:
    return float(np.nanmean([_rate(_cell(results, shape, size)) for shape, size in _CELLS]))


def _delay(results: Sequence[Found]) -> tuple[float, float]:
    hits = [one for one in results if one.days is not None]
    if not hits:
        return float("nan"), float("nan")
    return float(np.median([one.days for one in hits])), float(np.median([one.seen for one in hits]))


def _interval(judgement: Judgement, rate: float) -> str:
    """The mean over shapes and sizes, with the 95 % of drawing the streams again."""
    results = judgement.results[rate]
    hit = np.array([one.days is not None for one in results], dtype=float)
    cell = np.array([_CELLS.index((one.outbreak.shape, one.outbreak.size)) for one in results])
    stream = np.array([one.outbreak.stream for one in results])
    chance = np.random.default_rng(judgement.seed)
    streams = np.unique(stream)
    means = []
    for _ in range(DRAWS):
        weight = np.bincount(chance.choice(streams, len(streams)), minlength=streams.max() + 1)[stream]
        total, held = (np.bincount(cell, part, minlength=len(_CELLS)) for part in (weight, weight * hit))
        means.append(float(np.nanmean(held / np.where(total, total, np.nan))))
    low, high = np.quantile(means, [0.025, 0.975])
    return f"{100 * _mean_of_cells(results):.1f} ({100 * low:.0f}-{100 * high:.0f})"


def _shapes(judgement: Judgement) -> str:
    results = judgement.results[1.0]
    cells = "".join(f"{100 * _rate(_cell(results, shape, size)):>9.0f}" for shape, size in _CELLS)
    days, seen = _delay(results)
    known = "{}/{}".format(*judgement.known())
    return f"{judgement.method:<14}{cells}{days:>7.1f}{seen:>7.0f}{known:>8}{judgement.clean.rate(1.0):>9.2f}"


def _families(judgements: Sequence[Judgement]) -> list[str]:
    families = sorted({stream.family for stream in judgements[0].clean.streams})
    lines = [f"{'family':<18}" + "".join(f"{one.method:>14}" for one in judgements)]
    for family in families:
        cells = "".join(f"{100 * one.alone(family):>14.0f}" for one in judgements)
        lines.append(f"{family:<18}{cells}")
    return lines
