"""Asks a customer whether we have understood them, and acts on what they say by the link: no asks for a person."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from daylight.core import links
from daylight.listen import telling, written_down
from daylight.listen.judging import Taken
from daylight.listen.models import FixedQuestion, ReadBack
from daylight.listen.plain_answers import yes_or_no

UNDERSTOOD = "understood"
"""The purpose of the link behind which a customer says yes or no."""

LONGEST = 1000
"""Characters of theirs that stand with their answer; all of them stand in the conversation."""


def urls_of(row: ReadBack) -> Mapping[str, str]:
    """The addresses behind `yes` and `no`: one page, on which a button says it, so that no scanner of mail does."""
    page = f"{settings.SITE_URL}{reverse('listen-understood:understood', args=[links.sign(UNDERSTOOD, str(row.pk))])}"
    return {"yes": page, "no": f"{page}?no"}


def found(token: str) -> ReadBack | None:
    """The read-back behind a link. Raises LinkRefused."""
    rows = ReadBack.objects.select_related("conversation__customer").exclude(text="")
    return rows.filter(pk=int(links.read(UNDERSTOOD, token))).first()


@transaction.atomic
def answer(row: ReadBack, *, is_right: bool, words: str, at: datetime) -> None:
    """They say so themselves; what was said last counts. A no, or words of theirs, is something said to us."""
    said = words.replace("\x00", "").strip()
    row.is_right, row.their_words, row.answered_at = is_right, said[:LONGEST], at
    row.save(update_fields=["is_right", "their_words", "answered_at"])
    if not is_right or said:
        said = said or telling.Reading.of(row.conversation).say("not_understood")
        written_down.by_a_button(row.conversation, said, name=f"understood-{row.pk}-{at:%Y%m%d%H%M%S}", at=at)


def hear(taken: Iterable[Taken], *, at: datetime) -> None:
    """A plain yes or no in an answer, where nothing else was asked since."""
    said = {one.conversation.pk: (heard, one.said.text) for one in taken if (heard := yes_or_no(one)) is not None}
    asked = FixedQuestion.objects.filter(conversation__in=said, answered_at__isnull=True)
    left = set(said) - set(asked.values_list("conversation", flat=True))
    rows = ReadBack.objects.filter(conversation__in=left, is_right__isnull=True, message__isnull=False)
    for row in rows.order_by("pk"):
        is_right, words = said[row.conversation_id]
        row.is_right, row.their_words, row.answered_at = is_right, words.strip()[:LONGEST], at
        row.save(update_fields=["is_right", "their_words", "answered_at"])
