"""A member answers what we think a conversation is about."""

from datetime import datetime

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.listen import reply_clock
from daylight.listen.models import Conversation, IncidentSuggestion

LINK = ("incident", "linked_by", "linked_why", "linked_at")


class CannotLink(Exception):
    """The incident is not one that a customer is told of any more."""


@transaction.atomic
def accept(suggestion: IncidentSuggestion, *, by: Member, at: datetime) -> None:
    """It is as we thought: from now on the writer hears what is said on it. Raises CannotLink."""
    if not suggestion.incident.is_open or suggestion.incident.is_exercise:
        raise CannotLink("This incident has ended; choose one that goes on.")
    conversation = suggestion.conversation
    conversation.incident, conversation.linked_by = suggestion.incident, Conversation.Linked.PERSON
    conversation.linked_why, conversation.linked_at = suggestion.why, at
    reply_clock.reckon(conversation, reply_clock.Times.read())
    conversation.save(update_fields=[*LINK, *reply_clock.FIELDS])
    _answer(suggestion, by=by, at=at, is_right=True)


@transaction.atomic
def dismiss(suggestion: IncidentSuggestion, *, by: Member, at: datetime) -> None:
    """It is not about that."""
    _answer(suggestion, by=by, at=at, is_right=False)


def _answer(suggestion: IncidentSuggestion, *, by: Member, at: datetime, is_right: bool) -> None:
    suggestion.is_right, suggestion.answered_by, suggestion.answered_at = is_right, by, at
    suggestion.save(update_fields=["is_right", "answered_by", "answered_at"])
    audit.record(
        at=at,
        actor=by.name,
        act="conversation.link" if is_right else "conversation.suggestion_dismissed",
        subject=suggestion.conversation.public_id,
        incident=suggestion.incident.public_id,
    )
