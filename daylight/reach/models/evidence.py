"""Proof on its way out of the house: the key it is signed with, the exports, and how customers heard of an incident."""

from typing import ClassVar

from django.db import models

from daylight.accounts.models import Member
from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.core.secrets import SealedField
from daylight.incidents.models import Incident, Update


class EvidenceKey(models.Model):
    """The key with which this installation signs: made at first use, sealed at rest; its public half is for everybody.

    There is one row, number 1. `fingerprint` is the SHA-256 of the public key in DER.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    private = SealedField()
    public = models.TextField()
    fingerprint = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="reach_one_evidence_key")]

    def __str__(self) -> str:
        return self.fingerprint


class EvidenceExport(DueRow):
    """One export of who was told what: while it is being written `due_at` is now, afterwards when it is thrown away.

    `update` is None for the whole incident. `place` is where the writing goes on: notice and customer reached, bytes
    of each file by then. The file lies in the data folder of the machine `host`.
    """

    class Form(models.TextChoices):
        """As what."""

        PACK = "pack", "Signed evidence pack"
        CSV = "csv", "CSV"
        JSONL = "jsonl", "JSON lines"

    class State(models.TextChoices):
        """Where it stands: running → done → expired, or failed."""

        RUNNING = "running", "Being written"
        DONE = "done", "Ready"
        FAILED = "failed", "Failed"
        EXPIRED = "expired", "Expired"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="evidence_exports")
    update = models.ForeignKey(Update, on_delete=models.CASCADE, null=True, related_name="+")
    form = models.CharField(max_length=8, choices=Form.choices)
    with_bom = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    made_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    customers = models.PositiveBigIntegerField(default=0)
    written = models.PositiveBigIntegerField(default=0)
    place = models.JSONField(default=dict)
    host = models.CharField(max_length=120, blank=True, default="")
    path = models.CharField(max_length=500, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=400, blank=True, default="")

    objects: ClassVar = DueQuerySet["EvidenceExport"].as_manager()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes: ClassVar = [due_index("reach_evidence_due")]

    def __str__(self) -> str:
        return f"{self.get_form_display()} of {self.incident}"

    @property
    def percent(self) -> int:
        """The share that is written, rounded down."""
        return min(100, 100 * self.written // self.customers) if self.customers else 0


class ToldTimes(DueRow):
    """How the affected customers of an incident heard of it, counted over the ledger at `counted_at`.

    Due when somebody wants to see figures fresher than these. `figures` is what `told_times.count` found.
    """

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="told_times")
    counted_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    figures = models.JSONField(default=dict)

    objects: ClassVar = DueQuerySet["ToldTimes"].as_manager()

    class Meta:
        indexes: ClassVar = [due_index("reach_told_times_due")]

    def __str__(self) -> str:
        return f"told times of {self.incident}"
