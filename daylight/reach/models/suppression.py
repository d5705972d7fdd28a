"""We must not write to this contact point."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from daylight.customers.models import ContactPoint


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    """Questions about suppressions."""

    def standing(self) -> Self:
        """Those that hold now."""
        return self.filter(lifted_at__isnull=True)

    def search(self, text: str) -> Self:
        """Those whose address or customer's name contains `text`."""
        return self.filter(Q(contact_point__address__icontains=text) | Q(contact_point__customer__name__icontains=text))


class Suppression(models.Model):
    """We must not write to this contact point, since when and why; lifted by a member or by the customer."""

    class Reason(models.TextChoices):
        """Why."""

        REJECTED = "rejected", "The address does not exist"
        BOUNCED = "bounced", "Messages to it bounce"
        SPAM_REPORT = "spam_report", "A message was reported as spam"
        UNSUBSCRIBED = "unsubscribed", "The customer asked us to stop"
        BY_HAND = "by_hand", "A member of the crew stopped it"
        QUARANTINED = "quarantined", "It has failed for a long time and must be tested"

    WISHES: ClassVar = frozenset({Reason.SPAM_REPORT, Reason.UNSUBSCRIBED, Reason.BY_HAND})
    """Reasons that somebody chose. The others are facts about the address, and give way to a wish."""

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="suppressions")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    details = models.CharField(max_length=300, blank=True, default="")
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=160, blank=True, default="")

    objects: ClassVar = SuppressionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact_point"], condition=models.Q(lifted_at__isnull=True), name="reach_suppressed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contact_point}: {self.reason}"
