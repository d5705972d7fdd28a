"""What every source is: a name, a rule for which of its messages belong together, and how a far end is connected."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from django import forms

from daylight.listen.said import Said
from daylight.listen.sources.mailbox.posted.request import Brought, Posted
from daylight.reach.channels import inbound


class Joins(Enum):
    """When a message that names no thread goes on with an earlier conversation of the same writer."""

    NEVER = "each is a conversation of its own"
    SAME_SUBJECT = "the same writer with the same subject goes on"
    SAME_WRITER = "the same writer goes on, as on a phone"


class CannotFetch(Exception):
    """The far end gives nothing now; the words say why, for a member to read. It is asked again `after` a while."""

    def __init__(self, why: str, *, after: timedelta | None = None) -> None:
        super().__init__(why)
        self.after = after


@dataclass(frozen=True)
class Heard:
    """All that one request said, and the answer that its sender waits for.

    With `look` it only says that there is something new: the far end is asked at once.
    """

    said: tuple[Said, ...] = ()
    answer: inbound.Answer = field(default_factory=inbound.Answer)
    look: bool = False


@dataclass(frozen=True)
class Fetched:
    """What one look brought, how far we have read now, and whether more lies there already.

    `is_over` says that there is nothing to ask here: with these settings the far end only posts to us.
    """

    said: tuple[Said, ...] = ()
    state: Mapping[str, Any] = field(default_factory=dict)
    has_more: bool = False
    is_over: bool = False


Settings = Mapping[str, Any]
Read = Callable[[inbound.InboundRequest, Settings], Heard]
"""What a request says. Pure. Raises NotGenuine and NotUnderstood of `reach.channels.inbound`."""

Fetch = Callable[[Settings, Mapping[str, Any], datetime], Fetched]
"""What is new at the far end since the state that the last look left. Raises CannotFetch."""


Brings = Callable[[Posted, Settings], Iterable[Brought]]
"""The mails in what a mail provider posts. Raises NotGenuine and NotUnderstood."""


@dataclass(frozen=True)
class Connects:
    """How a far end is connected: by what it posts to us (`read`), by our asking it (`fetch`), or both.

    A mail provider posts whole mails (`brings`), which then go the way of all mail.

    `form` asks for its settings. With `makes_secret` we make up `settings["secret"]` and show it to be entered there.
    `check` tries entered settings and raises CannotFetch when they do not work. `bound_to` names the settings that say
    to whom the secrets go: when one changes, what was sealed is not sent there and must be entered anew.
    """

    form: type[forms.Form] = forms.Form
    read: Read | None = None
    brings: Brings | None = None
    fetch: Fetch | None = None
    every: timedelta = timedelta(minutes=2)
    check: Callable[[Settings], None] | None = None
    makes_secret: bool = False
    bound_to: tuple[str, ...] = ()

    @property
    def hears(self) -> bool:
        """Whether the far end posts to an address of ours."""
        return self.read is not None or self.brings is not None

    @property
    def is_asked(self) -> bool:
        """Whether we ask the far end."""
        return self.fetch is not None


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

    With `folds_floods` what one writer sends in a row, or beyond measure, is one conversation whatever it says it is
    about.

    `answering` carries answers back where that is the source's own business, `connects` says how its far ends are
    connected.
    """

    name: str
    label: str
    joins: Joins = Joins.NEVER
    joins_within: timedelta = timedelta(days=7)
    folds_floods: bool = False
    answering: Answering | None = None
    connects: Connects | None = None
