"""Mail that went to the built-in outbox and not to the world."""

from typing import ClassVar

from django.db import models


class OutboxMessage(models.Model):
    """One message as it came over the wire, kept for the crew to read while no mail server is connected."""

    received_at = models.DateTimeField()
    sender = models.CharField(max_length=400)
    recipient = models.CharField(max_length=400)
    subject = models.CharField(max_length=400, blank=True, default="")
    raw = models.BinaryField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["recipient"], name="reach_outbox_recipient")]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}"
