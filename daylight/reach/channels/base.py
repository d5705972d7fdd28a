"""What every channel is: compose is pure, send is the only act, and there are four failures.

A channel knows one provider and nothing else. It never sees a row of the database, so it cannot decide who is
told or when; a drill walks the same road and stops only at `send`. What comes back later is in `inbound.py`.

Whoever reads, what is sent and that it was accepted are made once per message and never changed; they are not frozen
because that takes three times as long, which a million messages feel.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Literal, Protocol, runtime_checkable

from django import forms


class AddressRejected(Exception):
    """This address will never work: the contact point must be suppressed."""


class MessageRejected(Exception):
    """The provider refuses this text, whoever gets it: its author must be told."""


class ChannelBroken(Exception):
    """Nothing can be sent at all (wrong password, unknown host): pause the channel and alarm the staff."""


class TryLater(Exception):
    """Not now: back in line until `after` has passed, or the delivery expires."""

    def __init__(self, problem: str = "", *, after: timedelta | None = None) -> None:
        super().__init__(problem)
        self.after = after


class Unanswered(Exception):
    """It went over the wire and no answer came: nobody knows whether it arrived.

    Not a failure of anybody, so it has no culprit: the delivery is *in doubt*. A channel with an idempotency key
    that the far end honours raises TryLater in its place.
    """


@dataclass(frozen=True)
class Part:
    """One of the parts of an update as the reader gets it: a question and its answer, in the reader's language."""

    name: str
    question: str
    answer: str


@dataclass(frozen=True)
class Notification:
    """What is to be said, in one language, to anybody: the same for every reader of that language and time zone.

    `parts` holds what, who, why, doing, meanwhile and next (the time of the next word, in the reader's zone).
    `correction_of` holds, for a correction, the parts as we told them before, where they differ. `words` are the
    fixed phrases in the reader's language by name (greeting, reason, person …; see `templates/reach/words`).
    `own_words` are, by channel, those that staff wrote in the place of ours. `data` is for programs: with
    "statuspage" what happened in the form of Statuspage.
    """

    incident_id: str
    update_number: int
    kind: str
    stage: str
    headline: str
    parts: tuple[Part, ...]
    language: str
    sender_name: str
    sender_address: str
    reply_to: str
    reach_a_person: str
    page_url: str
    published_at: datetime
    next_update_by: datetime | None
    is_exercise: bool
    correction_of: tuple[Part, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    own_words: Mapping[str, "OwnWords"] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def corrections(self) -> list[dict[str, str]]:
        """For a correction: what we said beside what is true, part by part."""
        now = {part.name: part.answer for part in self.parts}
        return [
            {"question": part.question, "said": part.answer, "is": now.get(part.name, "")}
            for part in self.correction_of
        ]


@dataclass(frozen=True)
class AlarmWords:
    """A plain word to one person, as a rule of the crew: what is the matter, and the page where they can act on it.

    For a customer, `action` says what pressing the link does, in their `language`; then nothing of ours is in it.
    """

    subject: str
    text: str
    url: str
    sender_name: str
    sender_address: str
    made_at: datetime
    is_exercise: bool = False
    action: str = ""
    language: str = "en"


@dataclass(frozen=True)
class AnswerWords:
    """What we say in a conversation with one person, in their thread.

    `thread` are the names that earlier messages of it bear on the wire, the oldest first. `signed` is who of us writes;
    with `is_machine` nobody does, and far ends that answer by machine must not answer it.
    """

    subject: str
    text: str
    sender_name: str
    sender_address: str
    reply_to: str = ""
    signed: str = ""
    thread: tuple[str, ...] = ()
    language: str = "en"
    is_machine: bool = False


@dataclass(frozen=True)
class Promised:
    """A commitment that the incident touches, as its customer knows it; a time is an instant or a local date."""

    kind: str
    reference: str
    title: str = ""
    promised: date | datetime | None = None
    expected: date | datetime | None = None


@dataclass(slots=True)
class Reader:
    """One recipient: what a channel may know of a person.

    `own_url` is the page that says what the incident means for this reader. `confirm_url` is the same page where we
    ask for "I have seen this"; empty when the incident is not urgent enough to ask. `say_url` is the form on which
    they tell us what they like, and we know who they are. `secret` is the contact point's
    own, for channels with `needs_secret`. `commitments` are read only when somebody's own words use them.
    """

    address: str
    name: str
    time_zone: str
    reason: str
    own_url: str
    unsubscribe_url: str
    secret: str = field(default="", repr=False)
    confirm_url: str = ""
    say_url: str = ""
    commitments: tuple[Promised, ...] = ()


@dataclass(slots=True)
class Message:
    """A composed message, ready to be sent, shown in a preview or kept: `payload` belongs to the channel.

    `secret` is what the session signs with; it is never shown nor kept. `more` are further payloads that go with it
    to the same address, each on its own.
    """

    address: str
    subject: str
    text: str
    payload: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: str = field(default="", repr=False)
    more: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Accepted:
    """The provider took the message; that is not yet delivered. `reference` is the provider's name for it."""

    reference: str
    answer: str = ""


@dataclass(frozen=True)
class Kind:
    """One way in which a channel can be connected: a provider, or a protocol that several speak.

    `form` asks for the settings (its `cleaned_data` is stored sealed, with `kind` added); a field of
    `forms.PasswordInput` is never shown again. `help_template` says in plain words what to do at the provider.
    `bound_to` names the settings that say to whom the secrets go (a host, a user): when one changes, what was sealed is
    not sent there and must be entered anew. With `asks_sender` the organisation's sender is asked beside the settings.
    """

    name: str
    label: str
    form: type[forms.Form]
    help_template: str = ""
    bound_to: tuple[str, ...] = ()
    asks_sender: bool = False


class Channel(Protocol):
    """One way to reach people.

    `waits` are the pauses after the first, second, … `TryLater` of a message when the provider named none; the last
    one repeats until the delivery expires. With `needs_secret` each contact point has a secret of its own, and is
    put in quarantine when it fails for long.

    `connections` is how many sessions one worker opens at a time. `resend_when_in_doubt` says that the far end
    knows a message by its idempotency key, so that sending it twice shows it once. `tells_every_point` says that a
    customer is told at every contact point of the channel and not at the first usable one alone. With
    `is_first_word` a customer may hear first by it; a call or a letter only comes when other ways failed. With
    `makes_noise` it may wake somebody, so it keeps a customer's quiet hours. `kinds` are the ways in which it can be
    connected; empty when there is nothing to connect.
    """

    name: str
    label: str
    waits: tuple[timedelta, ...]
    needs_secret: bool
    connections: int
    resend_when_in_doubt: bool
    tells_every_point: bool
    is_first_word: bool
    makes_noise: bool
    kinds: tuple[Kind, ...]

    def normalise(self, address: str) -> str:
        """The address in this channel's normal form. Raises ValueError with a sentence."""

    def compose(self, notification: Notification, *, to: Reader, key: str) -> Message:
        """The message for one reader; pure. `key` is the delivery's own and makes a resend recognisable."""

    def compose_alarm(self, words: AlarmWords, *, to: Reader, key: str) -> Message:
        """The message for one member of the crew; pure, as `compose`."""

    def open(self, settings: Mapping[str, Any]) -> "Session":
        """Connect with a provider's settings. Raises ChannelBroken or TryLater."""


def nothing() -> None:
    """What `on_wire` does when nobody keeps a journal."""


@runtime_checkable
class BulkChannel(Protocol):
    """A channel that can do the work common to many readers once."""

    def prepare(self, notification: Notification) -> "Composer":
        """What remains to be done per reader, as a function."""


@runtime_checkable
class AnnouncedChannel(Protocol):
    """A channel whose providers must be told where to call us, and whose customers come to us by a link."""

    def announce(self, settings: Mapping[str, Any], url: str) -> None:
        """Have the provider call `url`. Raises ChannelBroken or TryLater."""

    def invitation(self, settings: Mapping[str, Any], token: str) -> str:
        """Where a customer who brings `token` along becomes reachable."""


@runtime_checkable
class AskingChannel(Protocol):
    """A channel whose far end is a program that can say yes by itself, by giving a challenge back."""

    def compose_question(self, words: AlarmWords, *, to: Reader, challenge: str, key: str) -> Message:
        """The question whether to tell it; pure, as `compose`."""


@runtime_checkable
class AnsweringChannel(Protocol):
    """A channel by which we answer a person, whole and in their thread; the others carry what an alarm carries."""

    def compose_answer(self, words: AnswerWords, *, to: Reader, key: str) -> Message:
        """The message of a conversation; pure, as `compose`. Raises MessageRejected for words it cannot carry whole."""


class Composer(Protocol):
    """`Channel.compose` with the notification already worked in."""

    def __call__(self, *, to: Reader, key: str) -> Message:
        """The message for one reader."""


@dataclass(frozen=True)
class Piece:
    """A part of a channel's message that staff may word: a line, a text, or HTML.

    `name` is the phrase of ours whose place it takes.
    """

    name: str
    label: str
    help: str
    kind: Literal["line", "text", "html"] = "text"
    is_required: bool = True


@runtime_checkable
class WordedChannel(Protocol):
    """A channel whose messages staff may word: of which pieces, and what each must say whoever reads it.

    `must_say` names facts: what, next, person, page, unsubscribe, corrected.
    """

    pieces: tuple[Piece, ...]
    must_say: tuple[str, ...]

    def measure(self, text: str) -> tuple[str, bool]:
        """A sentence on how long the text is for this channel, and whether that is too long; empty: no matter."""


class OwnWords(Protocol):
    """The organisation's own words for one channel, compiled for one notification."""

    @property
    def uses_commitments(self) -> bool:
        """Whether a reader's commitments are needed."""

    def composer(self, channel: Channel, notification: Notification, *, built_in: Composer) -> Composer:
        """Composes with these words; with the built-in ones for a reader with whom these fail."""


def prepare(channel: Channel, notification: Notification) -> Composer:
    """The cheapest way the channel knows to compose this notification for many readers, in our words or their own."""
    built_in = (
        channel.prepare(notification) if isinstance(channel, BulkChannel) else partial(channel.compose, notification)
    )
    own = notification.own_words.get(channel.name)
    return built_in if own is None else own.composer(channel, notification, built_in=built_in)


class Session(Protocol):
    """An open connection of a channel, used for many messages by one worker.

    After a failure `is_open` tells whether it can carry the next message.
    """

    @property
    def is_open(self) -> bool:
        """Whether it can carry another message."""

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = nothing) -> Accepted:
        """Hand one message over. Raises one of the four failures, or Unanswered.

        `on_wire` is called just before anything goes out that cannot be taken back.
        """

    def close(self) -> None:
        """End the connection politely."""
