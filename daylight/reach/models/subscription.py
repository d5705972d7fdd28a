"""A customer asked to be told."""

from typing import ClassVar

from django.db import models

from daylight.customers.models import Commitment, ContactPoint
from daylight.incidents.models import Component, Incident


class Subscription(models.Model):
    """A wish to be told on a contact point about a component, a commitment, one incident, or (with none) everything."""

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="subscriptions")
    component = models.ForeignKey(Component, on_delete=models.CASCADE, null=True, related_name="subscriptions")
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, null=True, related_name="subscriptions")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, null=True, related_name="subscriptions")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(component__isnull=True, commitment__isnull=True)
                | models.Q(component__isnull=True, incident__isnull=True)
                | models.Q(commitment__isnull=True, incident__isnull=True),
                name="reach_subscription_one_wish",
            ),
            models.UniqueConstraint(
                fields=["contact_point", "component"],
                condition=models.Q(component__isnull=False),
                name="reach_subscription_component_once",
            ),
            models.UniqueConstraint(
                fields=["contact_point", "commitment"],
                condition=models.Q(commitment__isnull=False),
                name="reach_subscription_commitment_once",
            ),
            models.UniqueConstraint(
                fields=["contact_point", "incident"],
                condition=models.Q(incident__isnull=False),
                name="reach_subscription_incident_once",
            ),
            models.UniqueConstraint(
                fields=["contact_point"],
                condition=models.Q(component__isnull=True, commitment__isnull=True, incident__isnull=True),
                name="reach_subscription_everything_once",
            ),
        ]

    @property
    def about(self) -> str:
        """What it is about, in words."""
        return str(self.component or self.commitment or self.incident or "everything")

    def __str__(self) -> str:
        return f"{self.contact_point} to {self.about}"
