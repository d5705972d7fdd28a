"""Early warning as a pure library: numpy in, numbers out, nothing of Django."""

from daylight.watch.detection.counts import Assessment, assess, newest, score_counts
from daylight.watch.detection.text.replaying import replay

__all__ = ["Assessment", "assess", "newest", "replay", "score_counts"]
