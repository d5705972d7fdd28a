"""A customer said: I have seen this."""

from typing import ClassVar

from django.db import models

from daylight.customers.models import Customer
from daylight.incidents.models import Incident


class Confirmation(models.Model):
    """A customer confirmed to have seen the news of an incident: when, and by which road."""

    class How(models.TextChoices):
        """By which road."""

        LINK = "link", "By the link in a message"
        PREFERENCES = "preferences", "On the page of their own"
        REPLY = "reply", "By a reply"
        KEY = "key", "By a key on the phone"
        CALL = "call", "To a member who called"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="confirmations")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="confirmations")
    confirmed_at = models.DateTimeField()
    how = models.CharField(max_length=20, choices=How.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "incident"], name="reach_confirmation_once")
        ]

    def __str__(self) -> str:
        return f"{self.customer} has seen {self.incident}"
