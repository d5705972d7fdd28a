"""The rows of the room."""

from daylight.watch.models.reading import Heard, Memory, Reading
from daylight.watch.models.signal import Evidence, Lookout, Signal, Teaching
from daylight.watch.models.topic import IncidentTopic, MessageTopic, Topic, TopicDay

__all__ = [
    "Evidence",
    "Heard",
    "IncidentTopic",
    "Lookout",
    "Memory",
    "MessageTopic",
    "Reading",
    "Signal",
    "Teaching",
    "Topic",
    "TopicDay",
]
