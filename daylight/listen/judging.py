"""What new messages are: their kind, whether they chase us or are spam, and which open incident they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from daylight.listen import reply_clock
from daylight.listen.matching import Match, Matters
from daylight.listen.models import Conversation, IncidentSuggestion, Message
from daylight.listen.said import Said
from daylight.listen.understanding import chasers, kinds, spam
from daylight.listen.understanding.kinds import Kind
from daylight.listen.understanding.languages import language_of

ENOUGH_IN_A_THREAD = 0.35
"""The probability that makes a chaser of a message in a conversation that goes on, or about an open incident."""

WORDS = Conversation.Nature.WORDS.value


class Taken(Protocol):
    """One thing said with its message and its conversation, none of which is written yet."""

    @property
    def said(self) -> Said:
        """What came in."""

    @property
    def message(self) -> Message:
        """What becomes of it."""

    @property
    def conversation(self) -> Conversation:
        """Where it belongs."""

    @property
    def is_new(self) -> bool:
        """Whether it begins the conversation."""


@dataclass(frozen=True)
class Suggested:
    """An incident that a conversation may be about."""

    conversation: Conversation
    match: Match


def read_ahead(said: Sequence[Said]) -> None:
    """Read words before anything is written; what was found in them is remembered for a while."""
    for one in said:
        spam.read(one.text, one.subject)
        chasers.read(one.text, one.subject, one.language)
        kinds.read(one.text, one.subject, one.language or language_of(one.text))


def judge(taken: Sequence[Taken], times: reply_clock.Times, *, at: datetime) -> list[Suggested]:
    """Set what each is, on the rows; returns the incidents that a person should look at.

    A kind or an incident found just now sets another time for the answer, unless somebody promised one.
    """
    heard = [one for one in taken if _is_for_us(one)]
    for one in heard:
        _set_aside_spam(one)
        _name_kind(one)
    heard = [one for one in heard if one.message.nature == WORDS]
    matters = Matters(one.conversation.customer_id for one in heard if one.conversation.customer_id is not None)
    found = [suggested for one in heard if (suggested := _match(one, matters, at=at)) is not None]
    promised = {id(one.conversation) for one in taken if one.said.answer_by is not None}
    for one in heard:
        one.message.is_chaser = is_chaser(one.said, goes_on=_goes_on(one))
        if id(one.conversation) not in promised and (one.is_new or one.conversation.linked_at == at):
            reply_clock.reckon(one.conversation, times)
    return found


def is_chaser(said: Said, *, goes_on: bool) -> bool:
    """Whether this asks for news; who has written before, or is hit by what we know of, need say less for it."""
    chase = chasers.read(said.text, said.subject, said.language)
    return chase.is_chaser or (goes_on and chase.score >= ENOUGH_IN_A_THREAD)


def keep(suggested: Sequence[Suggested], *, at: datetime) -> None:
    """Write down what a person should look at; the first suggestion for a conversation stands."""
    IncidentSuggestion.objects.bulk_create(
        [
            IncidentSuggestion(
                conversation=one.conversation, incident_id=one.match.incident_id, why=one.match.why[:300], made_at=at
            )
            for one in suggested
        ],
        ignore_conflicts=True,
    )


def _is_for_us(one: Taken) -> bool:
    return one.message.direction == Message.Direction.IN and one.message.nature == WORDS and not one.said.is_past


def _set_aside_spam(one: Taken) -> None:
    """Only the beginning of a conversation with somebody whom we do not know is ever taken for spam."""
    if not one.is_new or one.conversation.customer_id is not None or one.said.typed_by is not None:
        return
    if spam.read(one.said.text, one.said.subject).is_spam:
        one.message.nature = one.conversation.nature = Conversation.Nature.SPAM
        reply_clock.stop(one.conversation)


def _name_kind(one: Taken) -> None:
    if not one.is_new or one.message.nature != WORDS or one.conversation.kind != Conversation.Kind.COMPLAINT:
        return
    kind = kinds.read(one.said.text, one.said.subject, one.conversation.language).kind
    if kind is not Kind.CHASER:
        one.conversation.kind = Conversation.Kind(kind.value)


def _match(one: Taken, matters: Matters, *, at: datetime) -> Suggested | None:
    if one.conversation.incident_id is not None:
        return None
    match = matters.of(one.conversation, one.said.text)
    if match is None:
        return None
    if not match.is_certain:
        return Suggested(one.conversation, match)
    one.conversation.incident_id = match.incident_id
    one.conversation.linked_by = Conversation.Linked.RULE
    one.conversation.linked_why, one.conversation.linked_at = match.why[:300], at
    return None


def _goes_on(one: Taken) -> bool:
    return one.conversation.messages_in > 1 or one.conversation.incident_id is not None
