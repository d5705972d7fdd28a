"""What came in and is not read yet."""

from typing import ClassVar

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index


class Incoming(DueRow):
    """One thing that somebody said, kept the moment it came; gone once it is a message.

    Whoever brought it is told that we have it only after this row is committed. `said` is a `Said` as it was written.
    """

    source = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200)
    said = models.JSONField()
    received_at = models.DateTimeField()

    objects: ClassVar = DueQuerySet["Incoming"].as_manager()

    class Meta:
        verbose_name_plural = "incoming"
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "external_id"], name="listen_incoming_once")]
        indexes: ClassVar = [due_index("listen_incoming_due")]

    def __str__(self) -> str:
        return f"{self.source}: {self.external_id}"
