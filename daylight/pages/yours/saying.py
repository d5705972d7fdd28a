"""What a customer writes in the one box of their page: kept as a reply, so that all they say lies together."""

import secrets
from datetime import datetime, timedelta

from daylight.customers.models import ContactPoint
from daylight.incidents.models import Incident
from daylight.reach.models import Reply

CHANNEL = "page"
LONGEST = 4000

SAME_AGAIN = timedelta(minutes=10)
"""The same words within this time are a second tap on the button."""


class NotSaid(Exception):
    """The words cannot be taken; `fault` names the sentence that says why."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def read(text: str, *, longest: int) -> str:
    """What was written, without blanks around it. Raises NotSaid."""
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise NotSaid("empty")
    if len(words) > longest:
        raise NotSaid("long" if longest == LONGEST else "long_words")
    return words


def say(point: ContactPoint | None, incident: Incident, words: str, *, at: datetime) -> Reply:
    """Keep what the customer wrote for a person to read."""
    mine = Reply.objects.filter(contact_point=point, incident=incident, channel=CHANNEL, text=words)
    again = mine.filter(received_at__gt=at - SAME_AGAIN).first()
    if again is not None:
        return again
    return Reply.objects.create(
        channel=CHANNEL,
        address=point.address if point else "",
        contact_point=point,
        incident=incident,
        message_id=f"{CHANNEL}-{secrets.token_hex(12)}",
        text=words,
        meaning=Reply.Meaning.WORDS,
        said_at=at,
        received_at=at,
    )
