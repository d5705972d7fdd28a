"""Where letters lie until somebody prints and posts them, and how long their words are kept."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet

from daylight.core.loops import Step
from daylight.customers.models import ContactPoint
from daylight.reach import keys
from daylight.reach.channels.base import TryLater
from daylight.reach.channels.letter.composing import LetterText
from daylight.reach.models.printing import PrintBatch, PrintedLetter

MOST = 500
"""Letters in one batch: a PDF that a printer takes in one go."""

WORDS_KEPT = timedelta(days=60)
"""After posting, for letters that must be printed again; the ledger keeps what was said for good."""


class PrintTray:
    """The tray of the letter channel. Its writes are its own, whatever thread a session lives in."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def put(self, letter: LetterText, *, key: str, layout: Mapping[str, Any]) -> str:
        """Put one letter in; again under the same key changes nothing. Says where it lies. Raises TryLater."""
        was_open = connection.connection is not None
        try:
            return f"in {_place(letter, key=key, layout=dict(layout), at=self._now())}"
        except OperationalError as problem:
            raise TryLater(f"The letter could not be put down just now: {problem}") from problem
        finally:
            if not was_open:  # A thread of the sending road has no connection of its own to leave behind.
                connection.close()


@transaction.atomic
def _place(letter: LetterText, *, key: str, layout: dict[str, Any], at: datetime) -> PrintBatch:
    batch = _open_batch(layout, at=at)
    found, is_new = PrintedLetter.objects.select_related("batch").get_or_create(
        key=key,
        defaults={
            "batch": batch,
            "contact_point": _contact_point(key),
            "name": letter.name[:300],
            "address": letter.address[:400],
            "subject": " ".join(letter.subject.split())[:400],
            "content": letter.as_json(),
            "placed_at": at,
        },
    )
    if is_new:
        PrintBatch.objects.filter(pk=batch.pk).update(size=F("size") + 1)
    return found.batch


def _open_batch(layout: dict[str, Any], *, at: datetime) -> PrintBatch:
    """The batch that takes letters of this layout now, held until the transaction ends."""
    taking = PrintBatch.objects.select_for_update().filter(closed_at__isnull=True, size__lt=MOST)
    for batch in taking.order_by("pk"):
        if batch.layout == layout:
            return batch
    return PrintBatch.objects.create(layout=layout, opened_at=at)


def _contact_point(key: str) -> ContactPoint | None:
    """Whose letter it is; nobody's for a test."""
    try:
        _, contact_point_id = keys.read_delivery_key(key)
    except (keys.KeyRefused, ValueError):
        return None
    return ContactPoint.objects.filter(pk=contact_point_id).first()


def step(now: datetime) -> Step:
    """Forget the words of letters that are long posted, and all of those to customers who were erased."""
    erased = PrintedLetter.objects.filter(contact_point__customer__erased_at__isnull=False)
    forgotten = erased.filter(~Q(address="") | ~Q(content="")).update(name="", address="", subject="", content="")
    return Step(handled=forgotten + _long_posted(now).update(content=""))


def _long_posted(now: datetime) -> QuerySet[PrintedLetter]:
    letters: QuerySet[PrintedLetter] = PrintedLetter.objects.exclude(content="")
    return letters.filter(batch__posted_at__lt=now - WORDS_KEPT)
