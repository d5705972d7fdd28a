"""A member calls a customer who wrote: what was agreed is our answer, though nothing is sent."""

import secrets
from datetime import datetime

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.listen import chasing, reply_clock
from daylight.listen.models import Chaser, Conversation, Message, Sending
from daylight.listen.models.message import OURS
from daylight.listen.replying import NothingSaid

BY_PHONE = "phone"
"""What stands in place of a channel: said, not sent."""


@transaction.atomic
def called(conversation: Conversation, agreed: str, *, by: Member, at: datetime) -> Message:
    """Put on record what was agreed: the reply clock stops, and chasers are mended. Raises NothingSaid."""
    words = agreed.replace("\x00", "").strip()
    if not words:
        raise NothingSaid("Write down what you told them, in a sentence.")
    message: Message = conversation.messages.create(
        direction=Message.Direction.OUT,
        source=conversation.source,
        external_id=f"{OURS}{secrets.token_hex(12)}",
        text=words,
        author=by,
        said_at=at,
        received_at=at,
    )
    Sending.objects.create(message=message, state=Sending.State.SENT, channel=BY_PHONE, queued_at=at, sent_at=at)
    for chaser in Chaser.objects.unmended().filter(message__conversation=conversation):
        chasing.mend(chaser, by=by, at=at, how=f"Called them: {words}")
    conversation.last_out_at = at
    conversation.last_said_at = max(conversation.last_said_at, at)
    reply_clock.stop(conversation)
    conversation.save(update_fields=["last_out_at", "last_said_at", *reply_clock.FIELDS])
    audit.record(at=at, actor=by.name, act="conversation.called", subject=conversation.public_id)
    return message
