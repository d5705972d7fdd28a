"""The first answer, at once: that we have it, and what we know of the incident it is about.

At most one for a conversation, and for a writer one in four hours; none to machines, lists, spam and ourselves. So two
programs that answer each other come to rest after one word of ours.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from daylight.accounts.models import Organisation
from daylight.core.due import work_through
from daylight.core.limits import Limit, TooMany, take
from daylight.core.loops import Step
from daylight.incidents.models import Update
from daylight.listen import telling
from daylight.listen.judging import Taken
from daylight.listen.models import Acknowledgement, Conversation, Message, UpdateTold
from daylight.reach.composing import sender_address

ONE_IN_HOURS = Limit("acknowledgements", times=1, per=timedelta(hours=4))
"""For so long one writer gets no second acknowledgement, whatever they open, and whatever their mail says of itself."""

LATE_AFTER = timedelta(hours=12)
"""An acknowledgement that comes later than this says nothing any more."""
AT_ONCE = 100


def owe(taken: Sequence[Taken], *, at: datetime) -> None:
    """New conversations with people are acknowledged; called once they are written."""
    Acknowledgement.objects.bulk_create(
        [
            Acknowledgement(conversation=one.conversation, message=one.message, made_at=at, due_at=at)
            for one in taken
            if _is_owed(one)
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


def step(now: datetime) -> Step:
    """Say what is owed."""
    rows = Acknowledgement.objects.select_related("conversation__customer", "conversation__incident", "message")
    return work_through(rows, now, _acknowledge, limit=AT_ONCE)


def oldest_due(now: datetime) -> datetime | None:
    """Since when the oldest waits."""
    return Acknowledgement.objects.oldest_due_at()


def _is_owed(one: Taken) -> bool:
    is_theirs = one.message.direction == Message.Direction.IN and one.message.nature == Conversation.Nature.WORDS
    return one.is_new and is_theirs and not one.said.is_past and one.said.typed_by is None


@transaction.atomic
def _acknowledge(row: Acknowledgement, now: datetime) -> None:
    why_not = _why_not(row, now)
    if why_not:
        row.finish(withheld=why_not)
        return
    update = _what_we_know(row.conversation)
    text = _words(row, update, now)
    said = telling.say(row.conversation, text, key=f"acknowledgement-{row.conversation_id}", at=now)
    if update is not None:
        UpdateTold.objects.get_or_create(
            conversation=row.conversation, update=update, defaults={"message": said, "told_at": now}
        )
    row.finish(said=said, said_at=now, update=update)


def _why_not(row: Acknowledgement, now: datetime) -> str:
    """The first reason for saying nothing; empty when there is none."""
    conversation = row.conversation
    reasons: tuple[tuple[Callable[[], bool], str], ...] = (
        (lambda: conversation.nature != Conversation.Nature.WORDS, "It is not a person's words."),
        (lambda: not telling.can_be_told(conversation), "There is no address to answer to."),
        (lambda: now - row.made_at > LATE_AFTER, "It would have come too late."),
        (lambda: _is_answered(conversation), "It is answered already."),
        (lambda: _is_ours(conversation), "It came from an address of our own."),
        (lambda: _had_one(conversation, now), "This writer had one a short while ago."),
    )
    return next((why for holds, why in reasons if holds()), "")


def _is_answered(conversation: Conversation) -> bool:
    return conversation.messages.filter(direction=Message.Direction.OUT).exists()


def _is_ours(conversation: Conversation) -> bool:
    """Whether we would write to ourselves."""
    organisation = Organisation.get()
    ours = {organisation.reply_to.lower(), sender_address(organisation).lower()} - {""}
    return conversation.address.lower() in ours


def _had_one(conversation: Conversation, now: datetime) -> bool:
    """Whether this writer is to hear nothing more for now; else they have had theirs with this.

    It is given back where the transaction in which it was taken is rolled back; two workers cannot both have it.
    """
    if not conversation.address:
        return False
    try:
        take(ONE_IN_HOURS, f"{conversation.channel} {_whose(conversation.address)}", at=now)
    except TooMany:
        return True
    return False


def _whose(address: str) -> str:
    """An address without the part after a plus, which a machine may change with every answer."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def _what_we_know(conversation: Conversation) -> Update | None:
    """The last word on the incident it is about; none where nothing was said yet, or it is over."""
    incident = conversation.incident
    if incident is None or not incident.is_open or incident.is_exercise:
        return None
    return incident.latest_update


def _words(row: Acknowledgement, update: Update | None, now: datetime) -> str:
    reading, due = telling.Reading.of(row.conversation), row.conversation.answer_due_at
    by = reading.time(due, seen_from=now) if due and due > now else ""
    if update is None:
        return reading.say("have_it", by=by, chased=row.message.is_chaser)
    said = telling.update_said(update, reading)
    return reading.say("we_know", update=said, by=by, chased=row.message.is_chaser)
