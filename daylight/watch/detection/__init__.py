"""Early warning as a pure library: numpy in, numbers out, nothing of Django."""

from daylight.watch.detection.counts import score_counts

__all__ = ["score_counts"]
