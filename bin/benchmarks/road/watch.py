"""Watches a run from the published update to the last reply, and lets trouble happen at its moment."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import Error, connection

from benchmarks.road import counting
from benchmarks.road.troubles import Troubles
from benchmarks.sinks import Sink

LOOK_EVERY = 0.02
SETTLE_FOR = 120.0
"""Seconds after its network is back in which a host must have told what it knows."""

STUCK_AFTER = 300.0
"""Seconds without any progress after which the run is given up."""


@dataclass
class Times:
    """Seconds since 1970: published, the first message, the ledger complete, the last reply."""

    began: float
    first: float = 0.0
    written: float = 0.0
    last: float = 0.0


def until_told(sink: Sink, troubles: Troubles, *, recipients: int, began: float) -> Times:
    """Look until everything is in the ledger and at the sink; raises SystemExit when nothing moves any more."""
    times = Times(began)
    moved_at, seen, asked_at = time.monotonic(), 0, 0.0
    while True:
        time.sleep(LOOK_EVERY)
        count = sink.count()
        if count != seen:
            moved_at, seen = time.monotonic(), count
        troubles.make(count)
        if not times.written and _says_yes(counting.is_written):
            times.written = time.time()
        is_near = not sink.keeps_record or count >= recipients or time.monotonic() - moved_at > 1
        if times.written and is_near and troubles.is_over and time.monotonic() - asked_at > 0.25:
            asked_at = time.monotonic()
            if _says_yes(counting.is_finished) and _is_settled(troubles):
                break
        _give_up_when_stuck(troubles, moved_at, f"{count} of {recipients}", recorded=sink.keeps_record)
    _read_arrivals(sink, times)
    return times


def _is_settled(troubles: Troubles) -> bool:
    """Whether hosts that were cut off have had their say: what they know of settles most of the doubt."""
    if not troubles.happened.cuts or time.monotonic() > troubles.mended_at + SETTLE_FOR:
        return True
    return _says_yes(lambda: counting.in_doubt() <= troubles.happened.open_then)


def _says_yes(question: Callable[[], bool]) -> bool:
    """The answer of the database; no while it is away."""
    try:
        return question()
    except Error:
        connection.close()
        return False


def _give_up_when_stuck(troubles: Troubles, moved_at: float, how_far: str, *, recorded: bool) -> None:
    patience = STUCK_AFTER if recorded else STUCK_AFTER * 10
    if time.monotonic() - moved_at > patience or any(worker.has_ended for worker in troubles.workers):
        raise SystemExit(f"stuck at {how_far}; load {os.getloadavg()[0]:.1f}")


def _read_arrivals(sink: Sink, times: Times) -> None:
    first = last = 0
    for line in sink.lines():
        if line.came:
            first, last = min(first or line.at, line.at), max(last, line.at)
    if sink.keeps_record:
        times.first, times.last = first / 1e9, last / 1e9 + sink.latency / 1000
    else:  # Known only to the ledger.
        times.first = times.last = time.time()
