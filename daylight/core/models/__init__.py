"""The rows of the room."""

from daylight.core.models.heartbeat import Heartbeat

__all__ = ["Heartbeat"]
