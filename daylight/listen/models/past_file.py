"""A file of what was said, on its way in."""

from typing import ClassVar

from django.db import models

from daylight.accounts.models import Member
from daylight.core.due import DueQuerySet, DueRow, due_index


class PastFile(DueRow):
    """One file: where it lies, how it is written, what its columns are, how far it was read.

    `columns` names for each column what stands in it. With `is_past` what it holds is history: kept closed, nothing
    owed. `faults` are the first rows that could not be taken, each with its line and why.
    """

    class What(models.TextChoices):
        """What the rows of the file are."""

        CONVERSATIONS = "csv", "What customers said to you"
        MENTIONS = "mentions", "What people said in public"

    class State(models.TextChoices):
        """Where it stands: uploaded → running → done or failed."""

        UPLOADED = "uploaded", "Waiting for you to name the columns"
        RUNNING = "running", "Being read"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    what = models.CharField(max_length=10, choices=What.choices, default=What.CONVERSATIONS)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    is_past = models.BooleanField(default=True)
    file_name = models.CharField(max_length=255)
    path = models.CharField(max_length=500)
    encoding = models.CharField(max_length=40)
    separator = models.CharField(max_length=4)
    byte_position = models.BigIntegerField(default=0)
    line = models.BigIntegerField(default=0)
    header = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    date_order = models.CharField(max_length=3, blank=True, default="")
    rows_read = models.BigIntegerField(default=0)
    rows_new = models.BigIntegerField(default=0)
    rows_faulty = models.BigIntegerField(default=0)
    faults = models.JSONField(default=list)
    failure = models.CharField(max_length=400, blank=True, default="")
    made_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar = DueQuerySet["PastFile"].as_manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes: ClassVar = [due_index("listen_past_file_due")]

    def __str__(self) -> str:
        return self.file_name
