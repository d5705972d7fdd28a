"""What the times at which messages arrived tell: how exactly a limit was held, and where it stood still."""

from collections.abc import Iterable

WINDOW = 10.0
"""Seconds."""


def largest_deviation(arrivals: Iterable[int], rate: int) -> float:
    """The largest share by which any window of ten seconds differs from the rate; arrivals in nanoseconds.

    Windows begin with each message, from the first to the last that has ten seconds after it. A run that is too
    short for one window is compared as a whole.
    """
    times = sorted(at / 1e9 for at in arrivals)
    if not times:
        return 1.0
    span = min(WINDOW, times[-1] - times[0])
    if span <= 0:
        return 1.0
    wanted, worst, end = rate * span, 0.0, 0
    for start, began in enumerate(times):
        if began + span > times[-1]:
            break
        while end < len(times) and times[end] < began + span:
            end += 1
        worst = max(worst, abs(end - start - wanted) / wanted)
    return worst


def spread(arrivals: Iterable[int], began: float, ended: float, *, parts: int = 50) -> list[int]:
    """How many arrived in each of so many equal parts of the time; arrivals in nanoseconds."""
    counts = [0] * parts
    width = max(ended - began, 0.001) / parts
    for at in arrivals:
        counts[min(max(int((at / 1e9 - began) / width), 0), parts - 1)] += 1
    return counts
