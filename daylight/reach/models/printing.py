"""Letters that wait to be printed and posted."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models, transaction
from django.db.models import F, Q

from daylight.customers.models import ContactPoint


class NotClosed(Exception):
    """The batch still takes letters: download it first, so that what is posted is what was printed."""


class PrintBatchQuerySet(models.QuerySet["PrintBatch"]):
    """Questions about print batches."""

    def latest_first(self) -> Self:
        """As they are listed: what is to be done stands above what is done."""
        return self.order_by(F("posted_at").desc(nulls_first=True), "-pk")

    def to_be_posted(self) -> Self:
        """Batches with letters that nobody has marked as posted."""
        return self.filter(posted_at__isnull=True, size__gt=0)


class PrintBatch(models.Model):
    """Letters that are printed together, on one layout: open until its PDF is first downloaded, then posted."""

    layout = models.JSONField(default=dict)
    size = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    posted_by = models.CharField(max_length=160, blank=True, default="")

    objects: ClassVar = PrintBatchQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(posted_at__isnull=True) | Q(closed_at__isnull=False), name="reach_posted_is_closed"
            )
        ]

    def __str__(self) -> str:
        return f"print batch {self.pk}"

    @transaction.atomic
    def close(self, *, at: datetime) -> None:
        """Take no more letters; what comes next lies in another batch."""
        mine = PrintBatch.objects.select_for_update().get(pk=self.pk)
        if mine.closed_at is None:
            PrintBatch.objects.filter(pk=self.pk).update(closed_at=at)
        self.refresh_from_db()

    def mark_posted(self, *, by: str, at: datetime) -> bool:
        """The letters are in the post; whether that was news. Raises NotClosed."""
        if self.closed_at is None:
            raise NotClosed
        return bool(
            PrintBatch.objects.filter(pk=self.pk, posted_at__isnull=True).update(posted_at=at, posted_by=by[:160])
        )

    def undo_posted(self) -> bool:
        """They are not in the post after all; whether that was news."""
        return bool(PrintBatch.objects.filter(pk=self.pk, posted_at__isnull=False).update(posted_at=None, posted_by=""))


class PrintedLetter(models.Model):
    """One letter of a print batch, known by the key of its delivery. `content` is emptied when it is not needed."""

    batch = models.ForeignKey(PrintBatch, on_delete=models.CASCADE, related_name="letters")
    key = models.CharField(max_length=120, unique=True)
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, null=True, related_name="printed_letters")
    name = models.CharField(max_length=300, blank=True, default="")
    address = models.CharField(max_length=400, blank=True, default="")
    subject = models.CharField(max_length=400, blank=True, default="")
    content = models.TextField(blank=True, default="")
    placed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"letter {self.key}"
