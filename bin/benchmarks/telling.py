"""Tells customers by mail, from the published update to the last reply of an independent mail server, undisturbed."""

from benchmarks import sinks
from benchmarks.frame import Measure
from benchmarks.killed_worker import told

SIZES = (2_000, 10_000, 50_000)


def measure(size: int) -> Measure:
    """One worker, with the ledger, the journal and every message composed on the way."""
    return told(size, kills=0, sink=sinks.usual())
