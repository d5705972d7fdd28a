"""A member answers what we think a conversation is about, for one or for many, and may take the answer back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.incidents.models import Incident
from daylight.listen import reply_clock
from daylight.listen.models import Chaser, Conversation, IncidentSuggestion

LINK = ("incident", "linked_by", "linked_why", "linked_at")


class CannotLink(Exception):
    """Why a suggestion cannot be answered, or its answer not be taken back, in a sentence."""


@transaction.atomic
def accept(suggestion: IncidentSuggestion, *, by: Member, at: datetime) -> None:
    """It is as we thought: from now on the writer hears what is said on it. Raises CannotLink."""
    if not suggestion.incident.is_open or suggestion.incident.is_exercise:
        raise CannotLink("This incident has ended; choose one that goes on.")
    if suggestion.conversation.incident_id is not None:
        raise CannotLink("It is linked to an incident already.")
    _answer(suggestion, by=by, at=at, is_right=True)
    _link(suggestion.conversation, suggestion.incident, why=suggestion.why, at=at)


@transaction.atomic
def dismiss(suggestion: IncidentSuggestion, *, by: Member, at: datetime) -> None:
    """It is not about that. Raises CannotLink."""
    _answer(suggestion, by=by, at=at, is_right=False)


@transaction.atomic
def undo(suggestion: IncidentSuggestion, *, by: Member, at: datetime) -> None:
    """As it was before the answer: what the writer was told meanwhile stays told. Raises CannotLink."""
    conversation = suggestion.conversation
    if suggestion.is_right and conversation.incident_id != suggestion.incident_id:
        raise CannotLink("It was linked to something else meanwhile.")
    answered = IncidentSuggestion.objects.filter(pk=suggestion.pk, answered_at__isnull=False)
    if not answered.update(is_right=None, answered_by=None, answered_at=None):
        raise CannotLink("There is no answer to take back.")
    if suggestion.is_right:
        _link(conversation, None, why="", at=None)
        Chaser.objects.filter(message__conversation=conversation, incident=suggestion.incident).delete()
    _record(suggestion, "conversation.suggestion_undone", by, at)


def answer_many(
    conversations: Sequence[Conversation], *, is_right: bool, by: Member, at: datetime
) -> tuple[list[Conversation], int]:
    """The same answer to the suggestions of many: those that were answered, and how many could not be."""
    answered = []
    for conversation in conversations:
        try:
            (accept if is_right else dismiss)(conversation.suggestion, by=by, at=at)
        except CannotLink:
            continue
        answered.append(conversation)
    return answered, len(conversations) - len(answered)


def undo_many(conversations: Sequence[Conversation], *, by: Member, at: datetime) -> int:
    """Take back what `answer_many` did; returns for how many that was possible."""
    undone = 0
    for conversation in conversations:
        try:
            undo(conversation.suggestion, by=by, at=at)
        except CannotLink:
            continue
        undone += 1
    return undone


def _answer(suggestion: IncidentSuggestion, *, by: Member, at: datetime, is_right: bool) -> None:
    """Whoever is first answers; the row is asked, for two may have it on their screens."""
    waiting = IncidentSuggestion.objects.filter(pk=suggestion.pk, answered_at__isnull=True)
    if not waiting.update(is_right=is_right, answered_by=by, answered_at=at):
        raise CannotLink("Somebody has answered this meanwhile.")
    suggestion.is_right, suggestion.answered_by, suggestion.answered_at = is_right, by, at
    _record(suggestion, "conversation.link" if is_right else "conversation.suggestion_dismissed", by, at)


def _link(conversation: Conversation, incident: Incident | None, *, why: str, at: datetime | None) -> None:
    conversation.incident = incident
    conversation.linked_by = Conversation.Linked.PERSON if incident else Conversation.Linked.NOT
    conversation.linked_why, conversation.linked_at = why, at
    reply_clock.reckon(conversation, reply_clock.Times.read())
    conversation.save(update_fields=[*LINK, *reply_clock.FIELDS])


def _record(suggestion: IncidentSuggestion, act: str, by: Member, at: datetime) -> None:
    audit.record(
        at=at,
        actor=by.name,
        act=act,
        subject=suggestion.conversation.public_id,
        incident=suggestion.incident.public_id,
    )
