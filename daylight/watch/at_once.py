"""What many customers within a few hours say of a topic that is counted by days."""

from dataclasses import replace
from datetime import timedelta

from daylight.watch.detection.bursts import WINDOW, burst, many_of
from daylight.watch.judged import Judged
from daylight.watch.series import Hours


def weigh(judged: Judged, hours: Hours, *, customers: int) -> Judged:
    """The louder of two: how a topic was judged by its days, and what its last hours say.

    `customers` is how many the firm has, 0 where none is known.
    """
    found = burst(hours.counts, hours.excluded)
    loudness = found.loudness(many_of(customers))
    if loudness <= judged.score:
        return judged
    return replace(
        judged,
        score=loudness,
        strength=max(judged.strength, loudness),
        since=hours.until - timedelta(hours=WINDOW),
        observed=found.seen,
        expected=found.usual,
        low=0.0,
        high=max(float(found.most), found.usual),
    )
