"""What we say in a conversation: a message that goes out the customer's own way, and stops the reply clock."""

import secrets
from datetime import datetime

from django.db import transaction

from daylight.accounts.models import Member
from daylight.listen import answering, reply_clock
from daylight.listen.models import Conversation, Message
from daylight.listen.models.message import OURS


class NothingSaid(Exception):
    """An answer without words."""


def reply(conversation: Conversation, text: str, *, by: Member | None, at: datetime) -> Message:
    """Answer the customer: the reply clock stops. Raises NothingSaid."""
    with transaction.atomic():
        message = say(conversation, text, by=by, at=at)
        reply_clock.stop(conversation)
        conversation.save(update_fields=reply_clock.FIELDS)
    return message


def say(conversation: Conversation, text: str, *, by: Member | None, at: datetime) -> Message:
    """Say something that is no answer yet, such as that we have it: the reply clock goes on. Raises NothingSaid."""
    words = text.replace("\x00", "").strip()
    if not words:
        raise NothingSaid("Write what the customer is to read.")
    with transaction.atomic():
        message: Message = conversation.messages.create(
            direction=Message.Direction.OUT,
            source=conversation.source,
            external_id=f"{OURS}{secrets.token_hex(12)}",
            text=words,
            author=by,
            said_at=at,
            received_at=at,
        )
        answering.send(message, at=at, is_machine=by is None)
        conversation.last_out_at = at
        conversation.last_said_at = max(conversation.last_said_at, at)
        conversation.save(update_fields=["last_out_at", "last_said_at"])
    return message
