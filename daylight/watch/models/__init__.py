"""The rows of the room."""

from daylight.watch.models.alert import Alert, LabelRule, Monitor
from daylight.watch.models.reading import Heard, Memory, Reading
from daylight.watch.models.signal import Evidence, Lookout, Signal, Teaching
from daylight.watch.models.topic import IncidentTopic, MessageTopic, Topic, TopicDay

__all__ = [
    "Alert",
    "Evidence",
    "Heard",
    "IncidentTopic",
    "LabelRule",
    "Lookout",
    "Memory",
    "MessageTopic",
    "Monitor",
    "Reading",
    "Signal",
    "Teaching",
    "Topic",
    "TopicDay",
]
