"""Who is affected: the rules a member chose, the versions they were frozen into, and the customers found."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models

from daylight.accounts.models import Member
from daylight.customers.models import Customer
from daylight.incidents.models.incident import Incident

MOST_LANGUAGES = 50


class RegisterRuleQuerySet(models.QuerySet["RegisterRule"]):
    """Questions about rules."""

    def standing(self, incident: Incident) -> Self:
        """The rules of an incident that were not withdrawn, first added first."""
        return self.filter(incident=incident, withdrawn_at__isnull=True).order_by("pk")


class RegisterRule(models.Model):
    """One way in which customers of this incident are found in the records, with the reason they would accept.

    `parameters` by kind: component {"component": key}; commitments {"kind", "attributes": {name: value},
    "promised_from", "promised_until"} (ISO dates, both inclusive, all optional); attributes {name: value};
    group {"group": id}; listed {"file", "count"} with the customers themselves in `ListedCustomer`; everyone {}.
    """

    class Kind(models.TextChoices):
        """Where to look."""

        COMPONENT = "component", "Customers who use a component"
        COMMITMENTS = "commitments", "Customers with certain orders or other commitments"
        ATTRIBUTES = "attributes", "Customers with certain attributes"
        GROUP = "group", "Customers of a group"
        LISTED = "listed", "Customers from a list"
        EVERYONE = "everyone", "All customers"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="register_rules")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parameters = models.JSONField(default=dict)
    reason = models.CharField(max_length=300)
    added_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=300, blank=True, default="")

    objects: ClassVar = RegisterRuleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.reason


class ListedCustomer(models.Model):
    """A customer named one by one, or by a list somebody brought."""

    rule = models.ForeignKey(RegisterRule, on_delete=models.CASCADE, related_name="listed")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["rule", "customer"], name="incidents_listed_once")]

    def __str__(self) -> str:
        return f"{self.customer} listed"


class RegisterVersionQuerySet(models.QuerySet["RegisterVersion"]):
    """Questions about versions."""

    def totals(self, incidents: Iterable[Incident]) -> dict[int, int]:
        """How many customers are in the register of each incident now, by its key; none where it has no version."""
        newest = self.filter(incident__in=incidents).order_by("number")
        return dict(newest.values_list("incident_id", "total"))

    def total(self, incident: Incident) -> int:
        """How many customers are in the register of an incident now, without counting them."""
        return self.totals([incident]).get(incident.pk, 0)


class RegisterVersion(models.Model):
    """The register as it was frozen at one moment.

    `reasons` are the most frequent reasons with the number of customers affected by each, `languages` those that the
    customers speak: so no screen, asked for every few seconds, need read the register.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="register_versions")
    number = models.PositiveIntegerField()
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    added = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    reasons = models.JSONField(default=list)
    languages = models.JSONField(default=list)

    objects: ClassVar = RegisterVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["incident", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "number"], name="incidents_register_version_once")
        ]

    def __str__(self) -> str:
        return f"v{self.number} of {self.incident}"


class AffectedCustomerQuerySet(models.QuerySet["AffectedCustomer"]):
    """Questions about the register."""

    def present(self) -> Self:
        """Customers who are in the register now."""
        return self.filter(removed_at__isnull=True)

    def in_trouble(self) -> Self:
        """Customers whom something hits that has not ended: no campaign is for them now.

        Exercises hit nobody, and planned work is foreseen.
        """
        rows = self.present().filter(incident__closed_at__isnull=True, incident__planned_from__isnull=True)
        return rows.filter(incident__is_exercise=False)

    def by_reason(self, most: int) -> list[list[object]]:
        """The most frequent reasons, each with the number of its customers."""
        counted = self.values_list("reason").annotate(number=models.Count("pk")).order_by("-number", "reason")
        return [list(row) for row in counted[:most]]

    def languages(self) -> list[str]:
        """The languages in which these customers read."""
        written = self.exclude(customer__language="").values_list("customer__language", flat=True).distinct()
        return sorted({language.split("-")[0] for language in written[:MOST_LANGUAGES]})

    def added_in(self, version: RegisterVersion) -> Self:
        """Customers who joined with `version` and are still there."""
        return self.present().filter(incident=version.incident_id, added_in=version.number)

    def search(self, text: str) -> Self:
        """Customers found by name, mail, phone or order number."""
        return self.filter(customer__in=Customer.objects.search(text).order_by().values("pk")) if text.strip() else self


class AffectedCustomer(models.Model):
    """A customer in the register: why (in words the customer would accept), since when, from which version on."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="affected")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="affected_by")
    rule = models.ForeignKey(RegisterRule, on_delete=models.SET_NULL, null=True, related_name="found")
    reason = models.CharField(max_length=300)
    since = models.DateTimeField()
    added_at = models.DateTimeField()
    added_in = models.PositiveIntegerField()
    removed_at = models.DateTimeField(null=True)
    removed_in = models.PositiveIntegerField(null=True)
    removed_because = models.CharField(max_length=300, blank=True, default="")

    objects: ClassVar = AffectedCustomerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "customer"], name="incidents_affected_once")
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.reason}"
