"""One answer to all open conversations of an incident, or to those chosen: filled for each, in stretches."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.incidents.models import Incident
from daylight.listen import cards, reply_clock, replying
from daylight.listen.cards import CardFails, Filling
from daylight.listen.models import BulkAnswer, Conversation, QuestionCard

STRETCH = 100
LEASE = timedelta(minutes=5)
MOST_CHOSEN = 500


def answer(
    text: str,
    *,
    by: Member,
    at: datetime,
    incident: Incident | None = None,
    chosen: Sequence[Conversation] = (),
    card: QuestionCard | None = None,
    closes: bool = False,
) -> BulkAnswer:
    """Answer all open conversations of an incident, or those chosen. Raises CardFails: the text cannot be filled."""
    filling = Filling(incident)
    problem = filling.missing(text)
    if problem:
        raise CardFails(problem)
    with transaction.atomic():
        row = BulkAnswer.objects.create(
            text=text, card=card, incident=incident, made_by=by, made_at=at, closes=closes, due_at=at
        )
        row.chosen.set(chosen)
        subject = incident.public_id if incident else ""
        audit.record(at=at, actor=by.name, act="conversation.answer_many", subject=subject, chosen=len(chosen))
    return row


def step(now: datetime) -> Step:
    """Answer the next stretch."""
    rows = BulkAnswer.objects.select_related("incident", "made_by", "card")
    return work_through(rows, now, _go_on, lease=LEASE, limit=1)


def oldest_due(now: datetime) -> datetime | None:
    """Since when an answer to many waits to go on."""
    return BulkAnswer.objects.oldest_due_at()


def left(row: BulkAnswer) -> QuerySet[Conversation]:
    """The conversations that it has still to answer: those that were open when it was given and wait after the last."""
    rows = Conversation.objects.heard().open().filter(pk__gt=row.reached, first_said_at__lte=row.made_at)
    rows = rows.filter(incident=row.incident_id) if row.incident_id else rows.filter(pk__in=row.chosen.values("pk"))
    return rows.order_by("pk")


def _go_on(row: BulkAnswer, now: datetime) -> None:
    """Answer a stretch, whole or not at all, so that a broken line answers nobody twice."""
    stretch = list(left(row).select_related("customer", "incident")[:STRETCH])
    fillings = {conversation.incident_id: Filling(conversation.incident) for conversation in stretch}
    with transaction.atomic():
        answered = row.answered
        for conversation in stretch:
            answered += _answer(row, conversation, fillings[conversation.incident_id], now)
        if len(stretch) < STRETCH:
            row.finish(answered=answered)
        else:
            row.put_off(until=now, reached=stretch[-1].pk, answered=answered)


def _answer(row: BulkAnswer, conversation: Conversation, filling: Filling, now: datetime) -> int:
    try:
        words = filling.text(row.text, conversation)
    except CardFails:
        return 0
    message = replying.reply(conversation, words, by=row.made_by, at=now)
    if row.card is not None:
        cards.used(row.card, message, at=now)
    if row.closes:
        conversation.closed_at, conversation.closed_by = now, row.made_by
        conversation.closed_because = "Answered together with others."
        reply_clock.stop(conversation)
        conversation.save(update_fields=["closed_at", "closed_by", "closed_because", *reply_clock.FIELDS])
    return 1
