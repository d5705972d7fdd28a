"""A customer said: I have seen this."""

from typing import ClassVar

from django.db import models

from daylight.customers.models import Customer
from daylight.incidents.models import Incident


class Confirmation(models.Model):
    """A customer confirmed to have seen the news of an incident: when, and by which road."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="confirmations")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="confirmations")
    confirmed_at = models.DateTimeField()
    how = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "incident"], name="reach_confirmation_once")
        ]

    def __str__(self) -> str:
        return f"{self.customer} has seen {self.incident}"
