"""We must not write to this contact point."""

from typing import ClassVar

from django.db import models

from daylight.customers.models import ContactPoint


class Suppression(models.Model):
    """We must not write to this contact point, since when and why; lifted by a member or by the customer."""

    class Reason(models.TextChoices):
        """Why."""

        REJECTED = "rejected", "The address does not exist"
        BOUNCED = "bounced", "Messages to it bounce"
        SPAM_REPORT = "spam_report", "A message was reported as spam"
        UNSUBSCRIBED = "unsubscribed", "The customer asked us to stop"
        BY_HAND = "by_hand", "A member of the crew stopped it"

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="suppressions")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    details = models.CharField(max_length=300, blank=True, default="")
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=160, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact_point"], condition=models.Q(lifted_at__isnull=True), name="reach_suppressed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contact_point}: {self.reason}"
