"""A member says who the customer is, or which incident a conversation is about; what was held before is kept."""

from datetime import datetime

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.customers.models import Customer
from daylight.incidents.models import Incident
from daylight.listen import reply_clock
from daylight.listen.models import Conversation, RecognitionChange
from daylight.listen.models.conversation import SPEAK_UP

RECOGNITION = ("customer", "recognised_by", "recognised_why", "confidence")
LINK = ("incident", "linked_by", "linked_why", "linked_at")


class CannotName(Exception):
    """Whoever wrote this must not be named, in a sentence."""


@transaction.atomic
def correct_customer(
    conversation: Conversation, customer: Customer | None, *, by: Member, at: datetime
) -> RecognitionChange:
    """It is this customer; None: it is nobody we know. Raises CannotName: the firm's own people stay nameless."""
    if customer is not None and conversation.source == SPEAK_UP:
        raise CannotName("Nobody is named on the speak-up line: whoever wrote there was promised it.")
    change: RecognitionChange = conversation.recognition_changes.create(
        before=conversation.customer,
        before_by=conversation.recognised_by,
        before_why=conversation.recognised_why,
        before_confidence=conversation.confidence,
        after=customer,
        made_by=by,
        made_at=at,
    )
    conversation.customer, conversation.recognised_by = customer, Conversation.Recognised.PERSON
    conversation.recognised_why, conversation.confidence = f"{by.name} said so.", 100
    conversation.save(update_fields=RECOGNITION)
    _record(conversation, by, at, "conversation.customer", customer=customer.pk if customer else None)
    return change


@transaction.atomic
def undo_customer(conversation: Conversation, *, by: Member, at: datetime) -> RecognitionChange | None:
    """As it was before the last correction; None when there is none to undo."""
    change = conversation.recognition_changes.filter(undone_at__isnull=True).order_by("-pk").first()
    if change is None:
        return None
    change.undone_at = at
    change.save(update_fields=["undone_at"])
    conversation.customer, conversation.recognised_by = change.before, change.before_by
    conversation.recognised_why, conversation.confidence = change.before_why, change.before_confidence
    conversation.save(update_fields=RECOGNITION)
    _record(conversation, by, at, "conversation.customer_undone")
    return change


@transaction.atomic
def link(conversation: Conversation, incident: Incident | None, *, by: Member, at: datetime) -> None:
    """It is about this incident; None: about none. The reply clock counts anew."""
    conversation.incident, conversation.linked_at = incident, at
    conversation.linked_by = Conversation.Linked.PERSON
    conversation.linked_why = f"{by.name} said so."
    reply_clock.reckon(conversation, reply_clock.Times.read())
    conversation.save(update_fields=[*LINK, *reply_clock.FIELDS])
    _record(conversation, by, at, "conversation.link", incident=incident.public_id if incident else None)


def _record(conversation: Conversation, by: Member, at: datetime, act: str, **details: object) -> None:
    audit.record(at=at, actor=by.name, act=act, subject=conversation.public_id, **details)
