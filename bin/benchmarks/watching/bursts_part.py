"""The part on bursts: twelve customers within half an hour in quiet streams, at every time of the day.

The days of a stream are judged as `daylight/watch` does, with the last one as far as it has come; and beside them its
last hours. Told are the bursts found, and the alarms that the hours give a year where nothing was put in and the days
say nothing.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.watching import simulated
from benchmarks.watching.streams import Counts, Stream, from_folder
from daylight.watch.detection import assess, score_counts
from daylight.watch.detection.bursts import A_DAY, COMPARED, LATELY, MANY, WINDOW, burst

HOURLY_FROM, PART = 50.0, 0.5
"""As in `daylight/watch`: below so many a day a stream is judged by days, a day that goes on at least by this part."""

PARTS = (1.0, 0.3, 0.1, 0.03)
"""Streams that are louder are thinned to these parts, so that there are quiet ones with habits of real ones."""

HOURS = (0, 3, 6, 9, 12, 15, 18, 21, 23)
EACH = 3
FEW = (5, 8, 12)
APART = 2 * A_DAY


@dataclass(frozen=True)
class Seen:
    """Of a quiet stream: bursts put in, found by days, found with hours; alarms of hours alone by how many are many."""

    years: float
    put_in: int
    by_days: int
    with_hours: int
    alarms: dict[int, int]


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Print the table, and give the figures."""
    hourly = [stream for stream in _streams(options) if stream.freq == "H"]
    figures: dict[str, Any] = {}
    print("\nBursts in quiet streams: twelve within half an hour, put in at nine times of the day")
    print(f"{'writers a day':>15} {'streams, years':>15} {'by days':>9} {'with hours':>11}", end="")
    print("   alarms more a year where 5, 8, 12 are many")
    seen = [(rate, _seen(stream, options.seed)) for rate, stream in _quiet(hourly, options.seed)]
    for low, high in ((0.0, 2.0), (2.0, 10.0), (10.0, HOURLY_FROM)):
        here = [one for rate, one in seen if low <= rate < high]
        if here:
            figures[f"{low:g}-{high:g}"] = _line(low, high, here)
    return figures


def _line(low: float, high: float, here: Sequence[Seen]) -> dict[str, Any]:
    years, put_in = sum(one.years for one in here), sum(one.put_in for one in here)
    days, hours = (100 * sum(getattr(one, name) for one in here) / put_in for name in ("by_days", "with_hours"))
    more = [sum(one.alarms[few] for one in here) / years for few in FEW]
    told = ", ".join(f"{rate:.2f}" for rate in more)
    print(f"{f'{low:g} to {high:g}':>15} {f'{len(here)}, {years:.0f}':>15} {days:>7.0f} % {hours:>9.0f} %   {told}")
    return {
        "streams": len(here),
        "years": years,
        "days": days,
        "hours": hours,
        "more": dict(zip(FEW, more, strict=True)),
    }


def _streams(options: argparse.Namespace) -> list[Stream]:
    return simulated.streams(options.seed, each=2) + (from_folder(options.data) if options.data else [])


def _quiet(hourly: Sequence[Stream], seed: int) -> Iterator[tuple[float, Stream]]:
    """The streams that are judged by days, and louder ones made quieter."""
    for number, stream in enumerate(hourly):
        if stream.events or len(stream.counts) < (LATELY + COMPARED) * A_DAY:
            continue
        for part in PARTS:
            counts = np.random.default_rng([seed, number, round(100 * part)]).binomial(stream.counts, part)
            rate = float(counts.mean()) * A_DAY
            if 0.2 <= rate < HOURLY_FROM:
                start = stream.start.replace(hour=0)
                yield rate, Stream(stream.name, stream.family, "H", start, _from_midnight(stream, counts))


def _from_midnight(stream: Stream, counts: Counts) -> Counts:
    whole = np.concatenate([np.zeros(stream.start.hour, np.int64), counts])
    return whole[: len(whole) // A_DAY * A_DAY]


def _seen(stream: Stream, seed: int) -> Seen:
    rng, days = np.random.default_rng([seed, 7]), len(stream.counts) // A_DAY
    by_days = with_hours = 0
    for hour in HOURS:
        for day in rng.integers(LATELY + COMPARED, days, EACH):
            counts = stream.counts[: day * A_DAY + hour + 1].copy()
            counts[-1] += MANY
            is_loud = _by_days(counts, stream) >= 1
            by_days += is_loud
            with_hours += is_loud or burst(counts).loudness(MANY) >= 1
    alarms = {few: _alarms(stream, few) for few in FEW}
    return Seen(stream.years, len(HOURS) * EACH, by_days, with_hours, alarms)


def _by_days(counts: Counts, stream: Stream) -> float:
    """The score of the last day, so far as it has come."""
    part = (len(counts) % A_DAY or A_DAY) / A_DAY
    found = assess(_daily(counts), "D", stream.start, completeness=(max(PART, part),))
    return float(found.score[-1])


def _daily(counts: Counts) -> npt.NDArray[np.int64]:
    whole = np.concatenate([counts, np.zeros(-len(counts) % A_DAY, np.int64)])
    return whole.reshape(-1, A_DAY).sum(axis=1)


def _alarms(stream: Stream, many: int) -> int:
    """Alarms of the last hours where no day near is one, those within two days counted once."""
    scores = score_counts(_daily(stream.counts), "D", stream.start)
    loud = [hour for hour in np.flatnonzero(stream.counts) if _is_alarm(stream.counts[: hour + 1], many)]
    begins = [hour for before, hour in zip([-APART * 9, *loud], loud, strict=False) if hour - before > APART]
    return sum(scores[max(0, hour // A_DAY - 2) : hour // A_DAY + 3].max() < 1 for hour in begins)


def _is_alarm(counts: Counts, many: int) -> bool:
    is_known = len(counts) > LATELY * A_DAY
    return is_known and counts[-WINDOW:].sum() >= many and burst(counts).loudness(many) >= 1
