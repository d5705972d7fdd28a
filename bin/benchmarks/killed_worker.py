"""Tells customers by mail while the worker is killed (kill -9) again and again; fails when one is lost or told twice.

A mail server that checks every command writes down each recipient and Message-ID before it answers. KILLS in the
environment says how often (10 when absent); the kills fall by chance, the same at each run. `bin/bench chaos` does
more of it.
"""

import os
from pathlib import Path

from benchmarks.frame import Measure
from benchmarks.road import audience
from benchmarks.road.once import Options, Told, tell

SIZES = (50_000,)


def measure(size: int) -> Measure:
    """Everything from the published update to the last row of the ledger, kills and restarts included."""
    return told(size, kills=int(os.environ.get("KILLS", "10")))


def told(size: int, *, kills: int, sink: str = "strict") -> Measure:
    """Tell `size` customers with `kills` deaths of the worker on the way, and check the ledger against the sink."""
    audience.prepare(size)
    result = tell(Options(recipients=size, sink=sink, kills=kills), Path(os.environ["DAYLIGHT_DATA_DIR"]))
    fail_when_wrong(result)
    own = "" if kills else f"; {result.cpu_workers:.0f} us of the worker's CPU per message"
    return Measure(things=size, seconds=result.seconds - result.first_seconds, remark=sentence(result) + own)


def fail_when_wrong(result: Told) -> None:
    """Ledger and sink agree to the row, and only what was on the wire is in doubt."""
    counted = result.count
    for name in ("lost", "twice", "untold", "unknown"):
        if counted[name]:
            raise SystemExit(f"{counted[name]} {name}: {counted['examples']}")
    if result.may_be_in_doubt < int(counted["in_doubt"]):
        raise SystemExit(f"{counted['in_doubt']} in doubt, and {result.may_be_in_doubt} could be")


def sentence(result: Told) -> str:
    """What there is to say of a run with deaths in it."""
    counted, kills = result.count, result.happened["kills"]
    return (
        f"{kills} kills: {counted['lost']} lost, {counted['twice']} twice, {counted['in_doubt']} in doubt"
        f" ({counted['arrived']} had arrived); first message after {result.first_seconds:.1f} s"
    )
