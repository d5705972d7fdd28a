"""By when a conversation must be answered."""

from datetime import datetime, timedelta

from daylight.listen.models import Conversation

DEFAULT = timedelta(hours=4)
"""For a kind without a time of its own."""

WITHIN: dict[str, timedelta] = {
    Conversation.Kind.COMPLAINT: timedelta(hours=2),
    Conversation.Kind.OWN_MISTAKE: timedelta(hours=2),
    Conversation.Kind.IDEA: timedelta(hours=48),
    Conversation.Kind.PRAISE: timedelta(hours=48),
}


def due_at(kind: str, *, heard_at: datetime) -> datetime:
    """When an answer is due to what we heard at `heard_at`."""
    return heard_at + WITHIN.get(kind, DEFAULT)
