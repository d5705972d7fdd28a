"""What we say in conversations of ourselves, without a member: the words of an update, in the writer's language."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

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

    @classmethod
    def of(cls, conversation: Conversation) -> "Reading":
        """By what they write in, else by our records, else as the organisation."""
        organisation, customer = Organisation.get(), conversation.customer
        language = conversation.language or (customer.language if customer else "") or organisation.language
        zone = zone_of(customer.time_zone if customer else "", organisation.time_zone)
        name = customer.name if customer and conversation.confidence >= SURE_OF_NAME else conversation.writer
        return cls(Phrases(language, folder=WORDS), language, zone, name)

    def say(self, phrase: str, **context: object) -> str:
        """One phrase of a conversation, with the organisation's own words at hand."""
        organisation = Organisation.get()
        return self.phrases.say(
            phrase,
            writer=self.name,
            organisation=organisation.sender_name or organisation.name,
            person=organisation.reach_a_person,
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


@transaction.atomic
def say(conversation: Conversation, text: str, *, key: str, at: datetime) -> Message:
    """Say something of ourselves; the same `key` again says nothing twice. The reply clock goes on."""
    message, is_new = Message.objects.get_or_create(
        source=conversation.source,
        external_id=_name(key),
        defaults={
            "conversation": conversation,
            "direction": Message.Direction.OUT,
            "text": text,
            "said_at": at,
            "received_at": at,
        },
    )
    if is_new:
        if _can_be_sent(conversation):
            answering.send(message, at=at, is_machine=True)
        conversation.last_out_at = at
        conversation.last_said_at = max(conversation.last_said_at, at)
        conversation.save(update_fields=["last_out_at", "last_said_at"])
    return message


def _can_be_sent(conversation: Conversation) -> bool:
    source = SOURCES.get(conversation.source)
    by_source = source is not None and source.answering is not None and bool(conversation.thread_key)
    return by_source or answering.way_to(conversation) is not None


def _name(key: str) -> str:
    """A name that nobody guesses: whoever names a message of ours goes on with its conversation."""
    return OURS + links.sign(SAID, key).rpartition(".")[2]
