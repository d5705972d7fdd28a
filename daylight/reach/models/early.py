"""What a provider said of a delivery before the ledger knew of it."""

from typing import ClassVar

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.reach.models.provider import Provider


class EarlyWord(DueRow):
    """A receipt, stop or key whose delivery is not known yet, or not yet known to have left: heard again when due.

    Results reach the ledger in groups, so a quick provider may speak first. `said` is the word as `inbound.early`
    writes it. One of which nobody learns the delivery within a day was never about a message of ours.
    """

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, null=True, related_name="+")
    said = models.JSONField()
    heard_at = models.DateTimeField()

    objects: ClassVar = DueQuerySet["EarlyWord"].as_manager()

    class Meta:
        indexes: ClassVar = [due_index("reach_early_due")]

    def __str__(self) -> str:
        return f"{self.said.get('type', '')} heard {self.heard_at}"
