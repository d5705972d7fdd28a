"""A file of records on its way in."""

from typing import ClassVar

from django.db import models

from daylight.accounts.models import Member
from daylight.core.due import DueQuerySet, DueRow, due_index


class Import(DueRow):
    """One file: what it holds, how its columns map, how far it is, and what was wrong in it."""

    class Kind(models.TextChoices):
        """What the rows of the file are."""

        CUSTOMERS = "customers", "Customers"
        COMMITMENTS = "commitments", "Commitments"

    class State(models.TextChoices):
        """Where the import stands: uploaded → running → done or failed; or dropped before it ran."""

        UPLOADED = "uploaded", "Waiting for your mapping"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        DROPPED = "dropped", "Dropped"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    file_name = models.CharField(max_length=255)
    path = models.CharField(max_length=500)
    size = models.BigIntegerField(default=0)
    encoding = models.CharField(max_length=40, blank=True, default="")
    separator = models.CharField(max_length=4, blank=True, default="")
    first_byte = models.BigIntegerField(default=0)
    first_line = models.BigIntegerField(default=0)
    has_header = models.BooleanField(default=True)
    header = models.JSONField(default=list)
    header_signature = models.CharField(max_length=64, blank=True, default="")
    mapping = models.JSONField(default=dict)
    byte_position = models.BigIntegerField(default=0)
    line = models.BigIntegerField(default=0)
    rows_read = models.BigIntegerField(default=0)
    rows_added = models.BigIntegerField(default=0)
    rows_changed = models.BigIntegerField(default=0)
    rows_same = models.BigIntegerField(default=0)
    rows_faulty = models.BigIntegerField(default=0)
    failure = models.CharField(max_length=400, blank=True, default="")
    made_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar = DueQuerySet["Import"].as_manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes: ClassVar = [
            due_index("customers_import_due"),
            models.Index(fields=["header_signature"], name="customers_import_signature"),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportFault(models.Model):
    """One row of a file that could not be taken: its line, and a sentence that says why."""

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="faults")
    line = models.BigIntegerField()
    column = models.CharField(max_length=120, blank=True, default="")
    value = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=400)
    row = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["line", "pk"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
