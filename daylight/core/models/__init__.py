"""The rows of the room."""

from daylight.core.models.bucket import Bucket
from daylight.core.models.cache_row import CacheRow
from daylight.core.models.heartbeat import Heartbeat
from daylight.core.models.remembered_answer import RememberedAnswer

__all__ = ["Bucket", "CacheRow", "Heartbeat", "RememberedAnswer"]
