"""The ledger of who was told what, when, with what result; and the batches in which workers lease it."""

from typing import ClassVar

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.customers.models import ContactPoint, Customer
from daylight.reach.models.notice import Notice


class Batch(DueRow):
    """About 2,000 deliveries of one notice on one channel that one worker leases at a time.

    The counts are kept with each flush of results, so that progress never counts the ledger. `told` counts
    customers, not deliveries: those whom a delivery of this batch told first. `journal` names the file in which the
    worker that holds the batch writes what is on the wire; it is empty when nobody sends.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="batches")
    channel = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    size = models.PositiveIntegerField(default=0)
    queued = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)
    bounced = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    in_doubt = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)
    superseded = models.PositiveIntegerField(default=0)
    expired = models.PositiveIntegerField(default=0)
    sealed = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    journal = models.CharField(max_length=160, blank=True, default="")
    expires_at = models.DateTimeField()

    objects: ClassVar = DueQuerySet["Batch"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel", "number"], name="reach_batch_once")
        ]
        indexes: ClassVar = [due_index("reach_batch_due")]

    def __str__(self) -> str:
        return f"batch {self.number} of {self.notice}"


class Delivery(models.Model):
    """One notice to one contact point. Unique by key; no index on state, which would cost half the speed."""

    class State(models.IntegerChoices):
        """Where it stands; `moves.py` lists what may become what. Sealed: composed in an exercise, never sent."""

        QUEUED = 0, "queued"
        ACCEPTED = 2, "accepted"
        DELIVERED = 3, "delivered"
        BOUNCED = 4, "bounced"
        FAILED = 5, "failed"
        IN_DOUBT = 6, "in doubt"
        SUPPRESSED = 7, "suppressed"
        SUPERSEDED = 8, "superseded"
        EXPIRED = 9, "expired"
        SEALED = 10, "sealed"

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="deliveries")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="deliveries")
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    state = models.PositiveSmallIntegerField(choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "contact_point"], name="reach_delivery_once")
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} to {self.contact_point_id}: {self.get_state_display()}"


class Receipt(models.Model):
    """What a provider later said of a delivery. `is_permanent` tells a bounce for good from a passing one."""

    class Kind(models.TextChoices):
        """What it said."""

        DELIVERED = "delivered", "Delivered"
        BOUNCED = "bounced", "Bounced"
        SPAM_REPORT = "spam_report", "Spam report"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="receipts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    said_at = models.DateTimeField()
    received_at = models.DateTimeField()
    details = models.CharField(max_length=400, blank=True, default="")
    is_permanent = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "kind", "said_at"], name="reach_receipt_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.delivery_id}"
