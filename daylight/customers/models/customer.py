"""Whom something was promised to."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self

from django.apps import apps
from django.db import models

from daylight.customers.models import facts
from daylight.customers.models.finding import found_by, some_found_by


class Group(models.Model):
    """A company or account that several customers belong to."""

    name = models.CharField(max_length=200)
    external_id = models.CharField(max_length=120, null=True, unique=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name"], name="customers_group_name")]

    def __str__(self) -> str:
        return self.name


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Questions about customers; each customer comes once."""

    def present(self) -> Self:
        """Customers whose personal data has not been erased; nobody who only asked to be told."""
        return self.remembered().filter(only_asked_since__isnull=True)

    def remembered(self) -> Self:
        """Everybody whose personal data has not been erased, those who only asked to be told too."""
        return self.filter(erased_at__isnull=True)

    def search(self, text: str) -> Self:
        """Customers found by words of the name, an address, a phone number however written, or a number of theirs."""
        return found_by(self, text)

    def some(self, text: str, *, most: int) -> list[int]:
        """The ids of at most `most` of those that `search` finds among all customers, at a price that stays small."""
        return some_found_by(text, most)

    def with_commitments(
        self,
        *,
        kind: str = "",
        attributes: Mapping[str, Any] | None = None,
        promised_from: date | None = None,
        promised_until: date | None = None,
    ) -> Self:
        """Customers with at least one such commitment that was not cancelled; both dates are inclusive."""
        commitments: Any = apps.get_model("customers", "Commitment")._default_manager
        matching = commitments.standing().matching(
            kind=kind, attributes=attributes, promised_from=promised_from, promised_until=promised_until
        )
        # IN and not EXISTS: SQLite then starts from the index on the dates, not from every customer.
        return self.filter(pk__in=matching.order_by().values("customer_id"))

    def with_attributes(self, wanted: Mapping[str, Any]) -> Self:
        """Customers that carry every one of these facts; a list as a value means any of them."""
        return self.filter(facts.has_facts(wanted)) if facts.askable(wanted) else self.none()

    def in_group(self, group_id: int) -> Self:
        """Customers of one group."""
        return self.filter(group_id=group_id)

    def attribute_choices(self) -> dict[str, list[str]]:
        """Names of facts and their values, for suggestions in a form."""
        return facts.choices(self)


class Customer(models.Model):
    """A person or organisation to whom something was promised.

    `external_id` is the key in the firm's own records and unique when given; there is no other key, least of all
    an address. `attributes` are plain facts from those records ("plan": "gold"), by which a register can choose.
    With `only_asked_since` it is somebody who asked on a public page to be told and to whom nothing was promised: in
    no list of customers and no register, and named after their address.
    """

    external_id = models.CharField(max_length=120, null=True, unique=True)
    name = models.CharField(max_length=200)
    group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, related_name="customers")
    language = models.CharField(max_length=12, blank=True, default="")
    time_zone = models.CharField(max_length=60, blank=True, default="")
    attributes = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    only_asked_since = models.DateTimeField(null=True)

    objects: ClassVar = CustomerQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name", "id"], name="customers_customer_name")]

    def __str__(self) -> str:
        return self.name
