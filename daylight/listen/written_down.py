"""What a customer says by a button of ours stands in the conversation like any message of theirs."""

from datetime import datetime

from daylight.listen import reply_clock
from daylight.listen.models import Conversation, Message


def by_a_button(conversation: Conversation, words: str, *, name: str, at: datetime) -> None:
    """Write it down once, under this name: the conversation is open, and a person owes an answer."""
    _, is_new = Message.objects.get_or_create(
        source=conversation.source,
        external_id=name,
        defaults={
            "conversation": conversation,
            "direction": Message.Direction.IN,
            "text": words,
            "said_at": at,
            "received_at": at,
        },
    )
    conversation.closed_at, conversation.closed_by, conversation.closed_because = None, None, ""
    reply_clock.start(conversation, reply_clock.Times.read(), at=at)
    conversation.last_in_at = conversation.last_said_at = at
    conversation.preview = words[:200]
    conversation.messages_in += is_new
    fields = ("closed_at", "closed_by", "closed_because", "last_in_at", "last_said_at", "preview", "messages_in")
    conversation.save(update_fields=[*fields, *reply_clock.FIELDS])
