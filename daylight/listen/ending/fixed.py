"""Asks each customer at the end whether it is fixed for them, and acts on what they say: yes closes, no reopens."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from daylight.core import links
from daylight.incidents.models import Update
from daylight.listen import reply_clock, telling
from daylight.listen.judging import Taken
from daylight.listen.models import Conversation, FixedQuestion, Message
from daylight.listen.understanding.own_words import own_words
from daylight.listen.understanding.words import plain

FIXED = "fixed"
"""The purpose of the link behind which a customer says yes or no."""

YES = frozenset(
    {
        "yes",
        "y",
        "ja",
        "oui",
        "si",
        "yes it is",
        "yes thanks",
        "yes thank you",
        "ja danke",
        "ja es geht",
        "oui merci",
        "si gracias",
        "fixed",
        "yes fixed",
        "behoben",
    }
)
NO = frozenset(
    {
        "no",
        "n",
        "nein",
        "non",
        "not fixed",
        "no it is not",
        "nein leider nicht",
        "no still broken",
        "leider nein",
        "nein immer noch nicht",
        "no todavia no",
        "non pas encore",
        "still broken",
    }
)
_BLANKS = re.compile(r"\s+")


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
    said = {one.conversation.pk: heard for one in taken if (heard := _answer(one)) is not None}
    for row in FixedQuestion.objects.filter(conversation__in=said, answered_at__isnull=True):
        answer(row, said[row.conversation_id], how=FixedQuestion.How.REPLY, at=at)


@transaction.atomic
def answer(row: FixedQuestion, is_fixed: bool, *, how: FixedQuestion.How, at: datetime) -> None:
    """Yes closes the conversation; no opens it again and asks for a person. What was said last counts."""
    row.is_fixed, row.answered_at, row.how = is_fixed, at, how
    row.save(update_fields=["is_fixed", "answered_at", "how"])
    conversation = row.conversation
    if is_fixed:
        conversation.closed_at, conversation.closed_because = at, "The customer says that it is fixed."
        reply_clock.stop(conversation)
    else:
        conversation.closed_at, conversation.closed_because = None, ""
        reply_clock.start(conversation, reply_clock.Times.read(), at=at)
        if how == FixedQuestion.How.LINK:
            _write_down_no(row, at)
    conversation.save(
        update_fields=["closed_at", "closed_because", "last_in_at", "last_said_at", "preview", *reply_clock.FIELDS]
    )


def _write_down_no(row: FixedQuestion, at: datetime) -> None:
    conversation = row.conversation
    words = telling.Reading.of(conversation).say("not_fixed")
    Message.objects.get_or_create(
        source=conversation.source,
        external_id=f"not-fixed-{row.pk}-{row.asked_at:%Y%m%d%H%M%S}",
        defaults={
            "conversation": conversation,
            "direction": Message.Direction.IN,
            "text": words,
            "said_at": at,
            "received_at": at,
        },
    )
    conversation.last_in_at = conversation.last_said_at = at
    conversation.preview = words[:200]


def _answer(one: Taken) -> bool | None:
    if one.message.direction != Message.Direction.IN or one.message.nature != Conversation.Nature.WORDS:
        return None
    words = _BLANKS.sub(" ", plain(own_words(one.said.text))).strip()
    return True if words in YES else False if words in NO else None
