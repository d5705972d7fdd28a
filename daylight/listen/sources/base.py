"""What every source is: a name, and a rule for which of its messages belong together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol


class Joins(Enum):
    """When a message that names no thread goes on with an earlier conversation of the same writer."""

    NEVER = "each is a conversation of its own"
    SAME_SUBJECT = "the same writer with the same subject goes on"
    SAME_WRITER = "the same writer goes on, as on a phone"


@dataclass(frozen=True)
class Answer:
    """A reply of ours into a far thread: its name there, the words, and when they were written.

    `key` is the reply's own; the same reply is recognised by it, or by its words and time, and never posted twice.
    """

    thread: str
    text: str
    key: str
    written_at: datetime


class Answering(Protocol):
    """A source that carries our answers back into the far thread itself.

    Its conversations have a `thread_key`, and are answered by it alone: their channel and address only tell who is
    speaking. `listen.answering` finds the settings of the connection that a conversation came by.
    """

    def answer(self, answer: Answer, settings: Mapping[str, Any]) -> str:
        """Post a public reply and return the far end's name of it; returns that of an earlier try where there is one.

        Raises `MessageRejected`, `ChannelBroken` or `TryLater` of `reach.channels.base`; the same may be tried again.
        """


@dataclass(frozen=True)
class Source:
    """One way in. `joins` decides which messages without a thread belong together, within `joins_within`.

    `answering` carries answers back where that is the source's own business.
    """

    name: str
    label: str
    joins: Joins = Joins.NEVER
    joins_within: timedelta = timedelta(days=7)
    answering: Answering | None = None
