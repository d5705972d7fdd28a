"""The part on text: crises found among messages, false alarms, how early, how much of the evidence is on topic.

An alarm belongs to a crisis when it comes while the crisis lasts, or within a day of its end, and half of its evidence
is of the crisis. Anything else at or above the threshold is false; false alarms less than three days apart are one.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.watching.messages import DAY, Crisis, Stream, left_out, streams
from benchmarks.watching.text_methods import METHODS, Heard, hear

RATES = (0.5, 1.0, 4.0)
HEAD = (
    f"{'method':<12}{'threshold':>22}{'found, % (95 %)':>20}{'false/year':>12}"
    f"{'seen':>7}{'days':>7}{'on topic':>10}{'msg/s':>8}"
)
APART, GRACE, DRAWS = 3 * DAY, DAY, 300


@dataclass(frozen=True)
class Caught:
    """A crisis found: how many of its messages had come, after how many days, and how much of the evidence is of it."""

    seen: int
    days: float
    on_topic: float


@dataclass(frozen=True)
class Told:
    """One stream at one threshold: what was caught of each crisis, and the false alarms."""

    caught: list[Caught | None]
    false: int


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Print the tables, and give the figures: of the streams it was built on, and of others."""
    figures = {
        "tuned on": _measured(
            "Streams it was built on", streams(options.data, options.seed, full=options.full), options
        )
    }
    if options.data:
        figures["left out"] = _measured("Other streams", left_out(options.data, options.seed), options)
    return figures


def _measured(title: str, told: Sequence[Stream], options: argparse.Namespace) -> dict[str, Any]:
    number, years = sum(len(one.said) for one in told), sum(one.years for one in told)
    crises = sum(len(one.crises) for one in told)
    print(f"\n{title}: {len(told)}, {years:.1f} stream-years, {number:,} messages, {crises} crises\n")
    print(HEAD)
    wanted = [name for name in METHODS if name == "ours" or not options.only or name in options.only.split(",")]
    figures: dict[str, Any] = {}
    for method in wanted:
        heard = [hear(method, stream) for stream in told]
        thresholds = {f"at {rate:g} a year": threshold_for(told, heard, rate) for rate in RATES}
        thresholds |= {"as shipped": 1.0} if method == "ours" else {}
        rows = {name: _row(told, heard, at) for name, at in thresholds.items()}
        speed = number / max(sum(one.seconds for one in heard), 1e-9)
        print("\n".join(_line(method, name, row, speed) for name, row in rows.items()), flush=True)
        figures[method] = {**rows, "messages a second": speed}
    return figures


def judged(stream: Stream, heard: Heard, threshold: float) -> Told:
    """What one method makes of one stream at one threshold."""
    caught: list[Caught | None] = [None] * len(stream.crises)
    false, last = 0, -np.inf
    for one in heard.shown:
        if one.score < threshold:
            continue
        crisis = next((each for each in stream.crises if _is_of(each, stream, one.at, one.evidence)), None)
        if crisis is None:
            false += one.at - last > APART
            last = one.at
        elif caught[crisis.number] is None:
            of = stream.of[: one.come] == crisis.number
            share = float(np.mean(stream.of[one.evidence] == crisis.number))
            caught[crisis.number] = Caught(int(of.sum()), (one.at - crisis.first) / DAY, share)
    return Told(caught, false)


def _is_of(crisis: Crisis, stream: Stream, at: float, evidence: list[int]) -> bool:
    if not evidence or not crisis.first <= at <= crisis.last + GRACE:
        return False
    return bool(np.mean(stream.of[evidence] == crisis.number) >= 0.5)


def threshold_for(told: Sequence[Stream], heard: Sequence[Heard], rate: float) -> float:
    """The lowest threshold for all streams with no more false alarms a stream and year, on the mean."""
    scores = np.concatenate([[one.score for one in each.shown] or [0.0] for each in heard])
    low, high = float(scores.min()), float(scores.max()) + 1
    for _ in range(18):
        middle = (low + high) / 2
        false = sum(judged(stream, one, middle).false for stream, one in zip(told, heard, strict=True))
        low, high = (low, middle) if false <= rate * sum(one.years for one in told) else (middle, high)
    return high


def _row(told: Sequence[Stream], heard: Sequence[Heard], threshold: float) -> dict[str, float]:
    """The figures at one threshold."""
    results = [judged(stream, one, threshold) for stream, one in zip(told, heard, strict=True)]
    low, high = _interval(results)
    caught = [one for result in results for one in result.caught if one]
    return {
        "threshold": threshold,
        "found": len(caught) / max(sum(len(result.caught) for result in results), 1),
        "low": low,
        "high": high,
        "false": sum(result.false for result in results) / sum(one.years for one in told),
        "seen": float(np.mean([one.seen for one in caught])) if caught else float("nan"),
        "days": float(np.median([one.days for one in caught])) if caught else float("nan"),
        "on topic": float(np.mean([one.on_topic for one in caught])) if caught else float("nan"),
    }


def _line(method: str, name: str, row: dict[str, float], speed: float) -> str:
    found = f"{100 * row['found']:.0f} ({100 * row['low']:.0f}-{100 * row['high']:.0f})"
    threshold = f"{name} ({row['threshold']:.2f})"
    return (
        f"{method:<12}{threshold:>22}{found:>20}{row['false']:>12.2f}"
        f"{row['seen']:>7.0f}{row['days']:>7.1f}{row['on topic']:>10.2f}{speed:>8,.0f}"
    )


def _interval(results: Sequence[Told]) -> tuple[float, float]:
    """95 % by drawing the streams again."""
    chance = np.random.default_rng(1)
    hits = np.array([sum(one is not None for one in result.caught) for result in results])
    sizes = np.array([len(result.caught) for result in results])
    drawn = chance.integers(len(results), size=(DRAWS, len(results)))
    low, high = np.quantile(hits[drawn].sum(1) / np.maximum(sizes[drawn].sum(1), 1), [0.025, 0.975])
    return float(low), float(high)
