"""How far we have read, and what reading remembers."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.listen.models import Message

LAGS = timedelta(days=1)
"""When nothing said within that time was heard, what we hear is the past: messages are brought in or told again."""


class Reading(DueRow):
    """One row: up to where messages have been read. Whoever holds its lease reads, nobody else.

    Numbers of messages become visible out of order, so everything above `floor` is compared with what was heard, and
    `head` is only where new ones are looked for first; `mark` is where the head was at `marked_at`, and becomes the
    floor when no transaction can be as old as that. `newest_said_at` is the time of the latest thing said.
    `settling_until`: much of the past is being read, so nothing is concluded before that.
    """

    head = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0)
    mark = models.BigIntegerField(default=0)
    marked_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True)
    newest_said_at = models.DateTimeField(null=True)
    settling_until = models.DateTimeField(null=True)

    objects: ClassVar = DueQuerySet["Reading"].as_manager()

    class Meta:
        indexes: ClassVar = [due_index("watch_reading_due")]

    def __str__(self) -> str:
        return f"read up to {self.head}"

    @classmethod
    def get(cls, now: datetime) -> "Reading":
        """The one row."""
        return cls.objects.get_or_create(pk=1, defaults={"due_at": now})[0]

    def go_on(self, *, until: datetime, **changes: object) -> None:
        """Write down how far we are, and read on until then. Raises LeaseLost."""
        self._move(leased_until=until, **changes)

    def clock(self, now: datetime) -> datetime:
        """The time for which surges are looked for: now, or that of the latest thing said where we hear of the past."""
        if self.newest_said_at is None or now - self.newest_said_at <= LAGS:
            return now
        return self.newest_said_at


class Heard(models.Model):
    """A message was read, once. `writer` stands for who wrote it without saying who, `text` for the words likewise.

    `upset`: the words sound so. It is counted for the topic, and forgotten of the writer with this row.
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="+")
    said_at = models.DateTimeField()
    read_at = models.DateTimeField()
    writer = models.BigIntegerField()
    text = models.BigIntegerField(null=True)
    counts = models.BooleanField(default=True)
    upset = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["writer", "said_at"], name="watch_heard_writer"),
            models.Index(fields=["text", "said_at"], name="watch_heard_text", condition=models.Q(text__isnull=False)),
            models.Index(fields=["said_at"], name="watch_heard_said"),
        ]

    def __str__(self) -> str:
        return f"heard {self.message_id}"


class Memory(models.Model):
    """What a part of the detector remembers between two starts of the worker, in its own form."""

    name = models.CharField(max_length=40, primary_key=True)
    content = models.BinaryField()
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
