"""Early warning as a pure library: numpy in, numbers out, nothing of Django."""

from daylight.watch.detection.counts import score_counts
from daylight.watch.detection.text.replaying import replay

__all__ = ["replay", "score_counts"]
