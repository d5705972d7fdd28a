"""A message as this room reads it, and who stands behind it."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Left

from daylight.listen.models import Conversation, Message
from daylight.listen.understanding.tone import upset
from daylight.watch.amplifying import reach_of
from daylight.watch.facets import Facets
from daylight.watch.words import OUTSIDE

READ = 2_000
"""Characters of a text that are read."""

SAME_MATTER = timedelta(days=1)
"""What somebody writes on within that time of beginning is the same complaint."""

LONG = 60
"""From so many characters on, two strangers with the very same words are one."""

DOES_NOT_COUNT = {Conversation.Kind.IDEA, Conversation.Kind.PRAISE}
_COLUMNS = (
    *("pk", "source", "said_at", "received_at", "is_chaser", "words", "conversation_id"),
    *("conversation__first_said_at", "conversation__kind", "conversation__facts", "conversation__subject"),
    *("conversation__customer_id", "conversation__customer__group_id", "conversation__incident_id"),
    *("conversation__channel", "conversation__address"),
)
_LETTERS = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Read:
    """What of a message counts here. `writer` and `text` are digests: they tell people and words apart, no more."""

    pk: int
    source: str
    said_at: datetime
    words: str
    facets: Facets
    group: int | None
    customer: int | None
    writer: int
    text: int | None
    counts: bool
    upset: bool = False
    reach: int = 0


def read(messages: QuerySet[Message]) -> list[Read]:
    """These messages of customers, each with what is known of its conversation."""
    rows = messages.heard().annotate(words=Left("text", READ)).values(*_COLUMNS)  # type: ignore[attr-defined]
    return [_read(row) for row in rows]


def _read(row: dict[str, Any]) -> Read:
    customer, words = row["conversation__customer_id"], row["words"]
    follows = timedelta(0) < row["said_at"] - row["conversation__first_said_at"] < SAME_MATTER
    chases = row["is_chaser"] and row["conversation__incident_id"] is not None
    return Read(
        pk=row["pk"],
        source=row["source"],
        said_at=row["said_at"],
        words=f"{row['conversation__subject']}. {words}" if row["conversation__subject"] else words,
        facets=Facets.of(row["conversation__facts"]),
        group=row["conversation__customer__group_id"],
        customer=customer,
        writer=_writer(row),
        text=None if customer else _same_words(words),
        upset=upset(words),
        reach=reach_of(row["conversation__facts"]) if row["source"] in OUTSIDE else 0,
        counts=not follows and not chases and row["conversation__kind"] not in DOES_NOT_COUNT,
    )


def _writer(row: dict[str, Any]) -> int:
    """The customer where we know them, else the address, else the conversation."""
    if row["conversation__customer_id"]:
        return digest(f"customer {row['conversation__customer_id']}")
    if row["conversation__address"]:
        return digest(f"{row['conversation__channel']} {row['conversation__address'].casefold()}")
    return digest(f"conversation {row['conversation_id']}")


def _same_words(words: str) -> int | None:
    letters = _LETTERS.sub("", words.casefold())
    return digest(letters) if len(letters) >= LONG else None


def digest(text: str) -> int:
    """A number for a text, as a database keeps it; equal for equal texts."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)
