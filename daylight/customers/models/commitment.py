"""What was promised, to whom, for when."""

from typing import ClassVar

from django.db import models

from daylight.customers.models.customer import Customer


class Commitment(models.Model):
    """Something promised to a customer with a date: an order, a shipment, a project delivery, a service level.

    `promised_on` is the local date; `promised_at` the instant as well, where one was promised. `expected_on` and
    `expected_at` are what we now believe: later than promised is foreseen trouble. `attributes` carry plain facts
    ("warehouse": "North") by which a register can choose.
    """

    class State(models.TextChoices):
        """Where the commitment stands."""

        OPEN = "open", "Open"
        FULFILLED = "fulfilled", "Fulfilled"
        CANCELLED = "cancelled", "Cancelled"

    kind = models.CharField(max_length=40)
    reference = models.CharField(max_length=120)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="commitments")
    title = models.CharField(max_length=200, blank=True, default="")
    promised_on = models.DateField(null=True)
    promised_at = models.DateTimeField(null=True)
    expected_on = models.DateField(null=True)
    expected_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    attributes = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "reference"], name="customers_commitment_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["promised_on"], name="customers_commitment_promised"),
            models.Index(fields=["reference"], name="customers_commitment_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
