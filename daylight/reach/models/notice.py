"""An update on its way to people."""

from typing import ClassVar

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.incidents.models import Incident, RegisterVersion, Update


class Notice(DueRow):
    """One update for one audience. Due while its deliveries are still being written, in chunks of customers.

    `customers` is everybody in the register at fan-out; `joiners` are those whom a later register version added,
    and get the latest update at once. `written_up_to` is the last customer whose deliveries are in the ledger, so
    that a worker that dies half-way is continued and not repeated. `doubled` counts the deliveries beyond the first
    to the same customer. `stopped` says for each channel whose provider refuses the text what it answered.
    """

    class Audience(models.TextChoices):
        """For whom."""

        CUSTOMERS = "customers", "Affected customers"
        JOINERS = "joiners", "Customers added later"
        SUBSCRIBERS = "subscribers", "Subscribers"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notices")
    update = models.ForeignKey(Update, on_delete=models.PROTECT, related_name="notices")
    audience = models.CharField(max_length=12, choices=Audience.choices)
    register_version = models.ForeignKey(RegisterVersion, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    written_up_to = models.BigIntegerField(default=0)
    written_at = models.DateTimeField(null=True)
    customers = models.PositiveIntegerField(default=0)
    unreachable = models.PositiveIntegerField(default=0)
    doubled = models.PositiveIntegerField(default=0)
    stopped = models.JSONField(default=dict)
    superseded_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="supersedes")
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar = DueQuerySet["Notice"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["update", "audience", "register_version"], name="reach_notice_once"),
            models.UniqueConstraint(
                fields=["update", "audience"],
                condition=models.Q(register_version__isnull=True),
                name="reach_notice_once_without_register",
            ),
        ]
        indexes: ClassVar = [due_index("reach_notice_due")]

    def __str__(self) -> str:
        return f"{self.update} to {self.audience}"
