"""What was promised, to whom, for when."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from daylight.customers.models import facts
from daylight.customers.models.customer import Customer


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    """Questions about what was promised."""

    def standing(self) -> Self:
        """Commitments that were not cancelled: fulfilled ones count, for what was delivered can be recalled."""
        return self.exclude(state=Commitment.State.CANCELLED)

    def foreseen_late(self) -> Self:
        """Open commitments that we now expect later than promised."""
        late = Q(expected_on__gt=F("promised_on")) | Q(expected_at__gt=F("promised_at"))
        return self.filter(late, state=Commitment.State.OPEN)

    def matching(
        self,
        *,
        kind: str = "",
        attributes: Mapping[str, Any] | None = None,
        promised_from: date | None = None,
        promised_until: date | None = None,
    ) -> Self:
        """Commitments of a kind, with these facts, promised for a day in the range; both ends are inclusive."""
        wanted = attributes or {}
        if "\x00" in kind or not facts.askable(wanted):
            return self.none()
        rows = self.filter(kind=kind) if kind else self
        if promised_from is not None:
            rows = rows.filter(promised_on__gte=promised_from)
        if promised_until is not None:
            rows = rows.filter(promised_on__lte=promised_until)
        return rows.filter(facts.has_facts(wanted))

    def attribute_choices(self) -> dict[str, list[str]]:
        """Names of facts and their values, for suggestions in a form."""
        return facts.choices(self)

    def kinds(self) -> list[str]:
        """The kinds in use, sorted."""
        return list(self.order_by("kind").values_list("kind", flat=True).distinct())


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

    objects: ClassVar = CommitmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "reference"], name="customers_commitment_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["promised_on", "customer"], name="customers_commitment_promised"),
            models.Index(fields=["reference"], name="customers_commitment_ref", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"

    @property
    def is_foreseen_late(self) -> bool:
        """Whether we now expect it later than promised."""
        if self.state != self.State.OPEN:
            return False
        by_day = bool(self.expected_on and self.promised_on and self.expected_on > self.promised_on)
        return by_day or bool(self.expected_at and self.promised_at and self.expected_at > self.promised_at)
