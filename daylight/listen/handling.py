"""What the crew does with a conversation besides answering: take it, pass it on, say what it is, end it."""

from datetime import datetime

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.listen import reply_clock
from daylight.listen.models import Conversation, HandOver, Message, Queue
from daylight.reach import alarms


class CannotHandle(Exception):
    """Why something cannot be done with a conversation, in a sentence."""


def claim(conversation: Conversation, *, by: Member, at: datetime) -> bool:
    """Take it in hand; False when somebody else was quicker, or has it."""
    free = Conversation.objects.open().filter(pk=conversation.pk, claimed_by__isnull=True)
    if not free.update(claimed_by=by, claimed_at=at):
        conversation.refresh_from_db()
        return conversation.claimed_by_id == by.pk
    conversation.claimed_by, conversation.claimed_at = by, at
    _record(conversation, by, at, "conversation.claim")
    return True


def release(conversation: Conversation, *, by: Member, at: datetime) -> None:
    """Let anybody take it."""
    conversation.claimed_by = conversation.claimed_at = None
    conversation.save(update_fields=["claimed_by", "claimed_at"])
    _record(conversation, by, at, "conversation.release")


@transaction.atomic
def hand_over(conversation: Conversation, *, by: Member, at: datetime, to: Member | Queue, word: str = "") -> HandOver:
    """Pass it to a member, who is told, or to a queue. Raises CannotHandle."""
    if isinstance(to, Member):
        _must_be_able(to, conversation)
    row = _passed_on(conversation, by=by, at=at, to=to, word=word)
    if isinstance(to, Member) and to.pk != by.pk:
        alarms.alarm(
            [to],
            key=f"hand-over:{row.pk}",
            subject=f"{by.name} hands a conversation over to you",
            text=f"{conversation}\n\n{word}".strip(),
            at=at,
            path=f"/desk/inbox/conversation/{conversation.public_id}/",
        )
    _record(conversation, by, at, "conversation.hand_over", to=str(to))
    return row


def _must_be_able(to: Member, conversation: Conversation) -> None:
    if not (to.is_active and to.may(Act.ANSWER)):
        raise CannotHandle(f"{to.name} has no role that answers customers; choose somebody who has.")
    if not Conversation.objects.visible_to(to).filter(pk=conversation.pk).exists():
        raise CannotHandle(f"{to.name} may not read what your own people say; choose somebody who leads or reviews.")


@transaction.atomic
def relieve(conversation: Conversation, *, by: Member, at: datetime, word: str = "") -> HandOver:
    """Another voice, please: it goes back to everybody, marked, and the leads are told."""
    row = _passed_on(conversation, by=by, at=at, to=None, word=word)
    alarms.alarm(
        [member for member in Member.objects.able_to(Act.LEAD_INCIDENT) if member.pk != by.pk],
        key=f"hand-over:{row.pk}",
        subject=f"{by.name} asks for another voice in a conversation",
        text=f"{conversation}\n\n{word}".strip(),
        at=at,
        path=f"/desk/inbox/conversation/{conversation.public_id}/",
    )
    _record(conversation, by, at, "conversation.relieve")
    return row


def _passed_on(
    conversation: Conversation, *, by: Member, at: datetime, to: Member | Queue | None, word: str
) -> HandOver:
    member = to if isinstance(to, Member) else None
    queue = to if isinstance(to, Queue) else None
    conversation.claimed_by, conversation.claimed_at = member, at if member else None
    conversation.queue = queue or conversation.queue
    conversation.save(update_fields=["claimed_by", "claimed_at", "queue"])
    row: HandOver = conversation.hand_overs.create(
        from_member=by, to_member=member, to_queue=queue, word=word.strip()[:500], is_relief=to is None, made_at=at
    )
    return row


def note(conversation: Conversation, text: str, *, by: Member, at: datetime) -> Message:
    """Write something down for the crew; the customer never sees it."""
    return conversation.messages.create(
        direction=Message.Direction.NOTE,
        source="desk",
        external_id=Message.new_name("note"),
        text=text,
        author=by,
        said_at=at,
        received_at=at,
    )


@transaction.atomic
def describe(conversation: Conversation, *, kind: str, language: str, by: Member, at: datetime) -> None:
    """Say what the customer wants and in which language they write; the reply clock counts anew."""
    conversation.kind, conversation.language = kind, language
    reply_clock.reckon(conversation, reply_clock.Times.read())
    conversation.save(update_fields=["kind", "language", *reply_clock.FIELDS])
    _record(conversation, by, at, "conversation.describe", kind=kind, language=language)


def keep_effect(conversation: Conversation, effect: str, *, by: Member, at: datetime) -> None:
    """What the matter means for the customer, in a few words."""
    conversation.effect = effect
    conversation.save(update_fields=["effect"])
    _record(conversation, by, at, "conversation.effect")


@transaction.atomic
def close(conversation: Conversation, *, by: Member, at: datetime, because: str) -> None:
    """It is done, and why; nothing is owed any more."""
    conversation.closed_at, conversation.closed_by, conversation.closed_because = at, by, because[:300]
    reply_clock.stop(conversation)
    conversation.save(update_fields=["closed_at", "closed_by", "closed_because", *reply_clock.FIELDS])
    _record(conversation, by, at, "conversation.close")


@transaction.atomic
def reopen(conversation: Conversation, *, by: Member, at: datetime) -> None:
    """It was not done; an answer is owed when the customer had the last word."""
    conversation.closed_at = conversation.closed_by = None
    conversation.closed_because = ""
    if conversation.last_out_at is None or conversation.last_out_at < conversation.last_in_at:
        reply_clock.start(conversation, reply_clock.Times.read(), at=at)
    conversation.save(update_fields=["closed_at", "closed_by", "closed_because", *reply_clock.FIELDS])
    _record(conversation, by, at, "conversation.reopen")


@transaction.atomic
def set_aside(conversation: Conversation, *, is_spam: bool, by: Member, at: datetime) -> None:
    """It is spam, or it is a person's words after all; with the last message of theirs."""
    nature = Conversation.Nature.SPAM if is_spam else Conversation.Nature.WORDS
    before = conversation.nature
    conversation.nature = nature
    if is_spam:
        reply_clock.stop(conversation)
    elif conversation.is_open:
        reply_clock.start(conversation, reply_clock.Times.read(), at=at)
    conversation.save(update_fields=["nature", *reply_clock.FIELDS])
    conversation.messages.filter(direction=Message.Direction.IN, nature=before).update(nature=nature)
    _record(conversation, by, at, "conversation.spam" if is_spam else "conversation.not_spam")


def _record(conversation: Conversation, by: Member, at: datetime, act: str, **details: object) -> None:
    audit.record(at=at, actor=by.name, act=act, subject=conversation.public_id, **details)
