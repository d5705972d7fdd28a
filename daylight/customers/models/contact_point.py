"""The ways to reach a customer, and what each may be used for."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from daylight.customers.models.customer import Customer


class BackwardsField(models.CharField):  # type: ignore[type-arg]  # Django's fields are generic in the stubs alone
    """The digits of a phone number from last to first, so that any ending of it is an indexed beginning."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Follow the address, in single and bulk writes alike."""
        value = backwards(model_instance.address)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, value)
        return value


def backwards(address: str) -> str:
    """The reversed digits of an E.164 number; empty for any other address."""
    return address[:0:-1] if address.startswith("+") and address[1:].isdecimal() else ""


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    """Questions about contact points."""

    def in_use(self) -> Self:
        """Points that stand in the records today."""
        return self.filter(retired_at__isnull=True)

    def allowed(self, purpose: str = "incident_notices") -> Self:
        """Points in use whose owner has not withdrawn consent for `purpose`."""
        withdrawn = Consent.objects.filter(purpose=purpose, withdrawn_at__isnull=False)
        return self.in_use().exclude(pk__in=withdrawn.values("contact_point_id"))


class ContactPoint(models.Model):
    """One way to reach one customer: a channel by its name and an address in that channel's normal form.

    Two customers may share an address; one customer has an address once. `position` orders a customer's ways:
    the lowest is tried first. A point that was replaced or taken away is retired, never deleted, because the
    ledger of who was told what refers to it. `from_file` tells points that an import may retire from those a
    member entered by hand.
    """

    customer = models.ForeignKey(
        Customer,
        on_delete=models.CASCADE,
        related_name="contact_points",
        db_index=False,  # The constraint's index begins with it.
    )
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=400)
    backwards = BackwardsField(max_length=40, blank=True, default="", editable=False)
    position = models.PositiveSmallIntegerField(default=0)
    from_file = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects: ClassVar = ContactPointQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "channel", "address"], name="customers_contact_point_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["address"], name="customers_contact_address", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["backwards"],
                name="customers_contact_backwards",
                opclasses=["varchar_pattern_ops"],
                condition=~Q(backwards=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}:{self.address}"

    def retire(self, *, at: datetime) -> None:
        """Take the point out of use; the ledger keeps it."""
        self.retired_at = at
        self.save(update_fields=["retired_at"])


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

    @classmethod
    def give(cls, point: ContactPoint, *, by: str, at: datetime, purpose: str = "incident_notices") -> "Consent":
        """Record that the point may be used for `purpose`; an earlier withdrawal ends."""
        given: dict[str, Any] = {"given_at": at, "given_by": by, "withdrawn_at": None, "withdrawn_by": ""}
        consent, _ = cls.objects.update_or_create(contact_point=point, purpose=purpose, defaults=given)
        return consent

    @classmethod
    def withdraw(cls, point: ContactPoint, *, by: str, at: datetime, purpose: str = "incident_notices") -> "Consent":
        """Record that the point may no longer be used for `purpose`."""
        consent, _ = cls.objects.get_or_create(
            contact_point=point, purpose=purpose, defaults={"given_at": at, "given_by": "contract"}
        )
        consent.withdrawn_at, consent.withdrawn_by = at, by
        consent.save(update_fields=["withdrawn_at", "withdrawn_by"])
        return consent
