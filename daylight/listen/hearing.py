"""Shows the customer that they were heard: what we understood, read back; who read it, and what was done."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.listen import replying
from daylight.listen.models import Conversation, Heard, ReadBack


class AlreadyAnswered(Exception):
    """The customer has answered this read-back."""


@transaction.atomic
def read_back(
    conversation: Conversation, text: str, *, by: Member, at: datetime, letter: Callable[[ReadBack], str] | None = None
) -> ReadBack:
    """Keep what we understood. With a `letter` it is sent, and is an answer: theirs is the next word.

    Raises NothingSaid.
    """
    row: ReadBack = conversation.read_backs.create(text=text.strip(), made_by=by, made_at=at)
    if letter is not None:
        row.message = replying.reply(conversation, letter(row), by=by, at=at)
        row.save(update_fields=["message"])
    sent = letter is not None
    audit.record(at=at, actor=by.name, act="conversation.read_back", subject=conversation.public_id, sent=sent)
    return row


@transaction.atomic
def answered(row: ReadBack, *, is_right: bool, their_words: str, by: Member, at: datetime) -> None:
    """Yes, that is what they say; or no, and what it is. Raises AlreadyAnswered."""
    waiting = ReadBack.objects.filter(pk=row.pk, is_right__isnull=True)
    if not waiting.update(is_right=is_right, their_words=their_words.strip()[:1000], answered_at=at):
        raise AlreadyAnswered("The answer to this is written down already.")
    subject = row.conversation.public_id
    audit.record(at=at, actor=by.name, act="conversation.read_back_answered", subject=subject, is_right=is_right)


@transaction.atomic
def heard(conversation: Conversation, *, done: str, thanks: str, by: Member, at: datetime) -> Heard:
    """Put on record who read it and what was done; with `thanks` the customer is told. Raises NothingSaid."""
    message = replying.reply(conversation, thanks, by=by, at=at) if thanks.strip() else None
    given = {"read_by": by, "read_at": at, "done": done.strip()[:1000]} | ({"message": message} if message else {})
    row, _ = Heard.objects.update_or_create(conversation=conversation, defaults=given)
    audit.record(at=at, actor=by.name, act="conversation.heard", subject=conversation.public_id, told=bool(message))
    return row
