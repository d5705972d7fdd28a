"""The rows of the room."""

from daylight.core.models.bucket import Bucket
from daylight.core.models.cache_row import CacheRow
from daylight.core.models.heartbeat import Heartbeat

__all__ = ["Bucket", "CacheRow", "Heartbeat"]
