"""The ways to reach a customer, and what each may be used for."""

from typing import ClassVar

from django.db import models

from daylight.customers.models.customer import Customer


class ContactPoint(models.Model):
    """One way to reach one customer: a channel by its name and an address in that channel's normal form.

    Two customers may share an address; one customer has an address once. `position` orders a customer's ways:
    the lowest is tried first.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contact_points")
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=400)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "channel", "address"], name="customers_contact_point_once")
        ]
        indexes: ClassVar = [models.Index(fields=["address"], name="customers_contact_address")]

    def __str__(self) -> str:
        return f"{self.channel}:{self.address}"


class Consent(models.Model):
    """What a contact point may be used for: given by whom and when, and withdrawn when.

    A point without any consent row may carry notices about what was promised (the contract is the ground); a
    withdrawn one may not.
    """

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40, default="incident_notices")
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact_point", "purpose"], name="customers_consent_once")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.contact_point}"
