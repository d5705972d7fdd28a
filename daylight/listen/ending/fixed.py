"""Asks each customer at the end whether it is fixed for them, and acts on what they say: yes closes, no reopens."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from daylight.core import links
from daylight.incidents.models import Update
from daylight.listen import reply_clock, telling, written_down
from daylight.listen.judging import Taken
from daylight.listen.models import Conversation, FixedQuestion, Message
from daylight.listen.plain_answers import yes_or_no

FIXED = "fixed"
"""The purpose of the link behind which a customer says yes or no."""


def question(conversation: Conversation, update: Update, reading: telling.Reading, *, at: datetime) -> str:
    """The words that ask, with the page on which to answer; the question is kept."""
    row, _ = FixedQuestion.objects.update_or_create(
        conversation=conversation,
        defaults={"incident": update.incident, "asked_at": at, "is_fixed": None, "answered_at": None, "how": ""},
    )
    return reading.say("fixed_question", url=url_of(row))


def ask(conversation: Conversation, update: Update, *, at: datetime) -> Message:
    """Ask alone: the last word itself came by another way."""
    reading = telling.Reading.of(conversation)
    words = reading.say("update", update="", question=question(conversation, update, reading, at=at))
    return telling.say(conversation, words, key=f"fixed-{update.pk}-{conversation.pk}", at=at)


def url_of(row: FixedQuestion) -> str:
    """The page on which this customer answers."""
    token = links.sign(FIXED, row.conversation.public_id)
    return f"{settings.SITE_URL}{reverse('listen-ending:fixed', args=[token])}"


def found(token: str) -> FixedQuestion | None:
    """The question behind a link. Raises LinkRefused."""
    rows = FixedQuestion.objects.select_related("conversation__customer", "incident")
    return rows.filter(conversation__public_id=links.read(FIXED, token)).first()


def hear(taken: Iterable[Taken], *, at: datetime) -> None:
    """A plain yes or no to the question, by an answer."""
    said = {one.conversation.pk: heard for one in taken if (heard := yes_or_no(one)) is not None}
    for row in FixedQuestion.objects.filter(conversation__in=said, answered_at__isnull=True):
        answer(row, said[row.conversation_id], how=FixedQuestion.How.REPLY, at=at)


@transaction.atomic
def answer(row: FixedQuestion, is_fixed: bool, *, how: FixedQuestion.How, at: datetime) -> None:
    """Yes closes the conversation; no opens it again and asks for a person. What was said last counts."""
    row.is_fixed, row.answered_at, row.how = is_fixed, at, how
    row.save(update_fields=["is_fixed", "answered_at", "how"])
    conversation = row.conversation
    if not is_fixed and how == FixedQuestion.How.LINK:
        words = telling.Reading.of(conversation).say("not_fixed")
        name = f"not-fixed-{row.pk}-{row.asked_at:%Y%m%d%H%M%S}"
        written_down.by_a_button(conversation, words, name=name, at=at)
        return
    if is_fixed:
        conversation.closed_at, conversation.closed_because = at, "The customer says that it is fixed."
        reply_clock.stop(conversation)
    else:
        conversation.closed_at, conversation.closed_because = None, ""
        reply_clock.start(conversation, reply_clock.Times.read(), at=at)
    conversation.save(update_fields=["closed_at", "closed_because", *reply_clock.FIELDS])
