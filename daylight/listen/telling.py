"""What we say in conversations of ourselves, without a member: the words of an update, in the writer's language."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest

from daylight.accounts.models import Organisation
from daylight.core import links
from daylight.incidents.models import Update
from daylight.listen import answering
from daylight.listen.models import Conversation, Message
from daylight.listen.models.message import OURS
from daylight.listen.sources.registry import SOURCES
from daylight.reach.composing import Wording
from daylight.reach.words import Phrases, zone_of

WORDS = "listen/answers"
READ_ON_A_PAGE = frozenset({"form"})
"""Sources whose writers read what we say on a page of their own, address or not."""
SAID = "listen.said"
"""The purpose for which names of our own messages are sealed."""


@dataclass(frozen=True)
class Reading:
    """How one writer reads: the language of our phrases, their zone, and what to call them."""

    phrases: Phrases
    language: str
    zone: ZoneInfo
    name: str
    organisation: Organisation

    @classmethod
    def of(cls, conversation: Conversation, organisation: Organisation | None = None) -> "Reading":
        """By what they write in, else by our records, else as the organisation, which who has it at hand gives."""
        organisation, customer = organisation or Organisation.get(), conversation.customer
        language = conversation.language or (customer.language if customer else "") or organisation.language
        zone = zone_of(customer.time_zone if customer else "", organisation.time_zone)
        name = customer.name if customer and conversation.confidence >= SURE_OF_NAME else conversation.writer
        return cls(Phrases(language, folder=WORDS), language, zone, name, organisation)

    def say(self, phrase: str, **context: object) -> str:
        """One phrase of a conversation, with the organisation's own words at hand."""
        return self.phrases.say(
            phrase,
            writer=self.name,
            organisation=self.organisation.sender_name or self.organisation.name,
            person=self.organisation.reach_a_person,
            **context,
        )

    def time(self, moment: datetime, *, seen_from: datetime) -> str:
        """A time as they read it."""
        return Phrases(self.language).time(moment, zone=self.zone, seen_from=seen_from)


SURE_OF_NAME = 90
"""Whoever is called by a name in our records must be them."""


def update_said(update: Update, reading: Reading) -> str:
    """The words of an update as a conversation carries them: headline, parts under their questions, the next word."""
    said = Wording(update).notification(language=reading.language, time_zone=reading.zone.key)
    parts = [
        part.answer if part.name == "what" else f"{part.question} {part.answer}" for part in said.parts if part.answer
    ]
    return "\n\n".join([said.headline, *parts])


def can_be_told(conversation: Conversation) -> bool:
    """Whether there is a way back to the writer."""
    return conversation.source in READ_ON_A_PAGE or _can_be_sent(conversation)


@dataclass(frozen=True)
class Word:
    """Something that we say of ourselves in a conversation; the same `key` again says nothing twice."""

    conversation: Conversation
    text: str
    key: str


def say(conversation: Conversation, text: str, *, key: str, at: datetime) -> Message:
    """Say something of ourselves; the same `key` again says nothing twice. The reply clock goes on."""
    return say_many([Word(conversation, text, key)], at=at)[0]


@transaction.atomic
def say_many(words: Sequence[Word], *, at: datetime) -> list[Message]:
    """`say` for many conversations, in a few statements; the messages come in the order of the words."""
    named = {(word.conversation.source, _name(word.key)): word for word in words}
    before = _messages(named)
    new = {name: word for name, word in named.items() if name not in before}
    Message.objects.bulk_create(
        [_message(name, word, at) for name, word in new.items()], batch_size=500, ignore_conflicts=True
    )
    said = before | _messages(new)
    answering.send_many(
        [said[name] for name, word in new.items() if _can_be_sent(word.conversation)], at=at, is_machine=True
    )
    _note_said([word.conversation for word in new.values()], at)
    return [said[name] for name in named]


def _messages(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Message]:
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, name in names:
        by_source[source].append(name)
    found = (Message.objects.filter(source=source, external_id__in=keys) for source, keys in by_source.items())
    return {(message.source, message.external_id): message for messages in found for message in messages}


def _message(name: tuple[str, str], word: Word, at: datetime) -> Message:
    return Message(
        source=name[0],
        external_id=name[1],
        conversation=word.conversation,
        direction=Message.Direction.OUT,
        text=word.text,
        said_at=at,
        received_at=at,
    )


def _note_said(conversations: Sequence[Conversation], at: datetime) -> None:
    for conversation in conversations:
        conversation.last_out_at = at
        conversation.last_said_at = max(conversation.last_said_at, at)
    keys = [conversation.pk for conversation in conversations]
    last = Greatest(F("last_said_at"), Value(at, output_field=DateTimeField()))
    Conversation.objects.filter(pk__in=keys).update(last_out_at=at, last_said_at=last)


def _can_be_sent(conversation: Conversation) -> bool:
    source = SOURCES.get(conversation.source)
    by_source = source is not None and source.answering is not None and bool(conversation.thread_key)
    return by_source or answering.way_to(conversation) is not None


def _name(key: str) -> str:
    """A name that nobody guesses: whoever names a message of ours goes on with its conversation."""
    return OURS + links.sign(SAID, key).rpartition(".")[2]
