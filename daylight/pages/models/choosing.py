"""What customers may choose while an incident lasts, and what each of them chose."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from daylight.accounts.models import Member
from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import Incident


class AlternativeQuerySet(models.QuerySet["Alternative"]):
    """Questions about alternatives."""

    def offered(self, incident: Incident, at: datetime) -> Self:
        """What the customers of an incident may choose now, in order."""
        rows = self.filter(incident=incident, withdrawn_at__isnull=True)
        rows = rows.filter(Q(until__gt=at) if incident.closed_at else Q(until__isnull=True) | Q(until__gt=at))
        return rows.order_by("position", "pk")


class Alternative(models.Model):
    """One thing that the customers of an incident may choose, until when, and what we need to know for it.

    Without `until` it may be chosen as long as the incident is open. A kind other than "own words" has words of ours
    in every language of the page, which texts of the crew replace.
    """

    class Kind(models.TextChoices):
        """What it is."""

        WAIT = "wait", "Wait for it"
        CANCEL = "cancel", "Cancel and get the money back"
        SWAP = "swap", "Take something else in its place"
        CALL_BACK = "call_back", "Be called back"
        OTHER = "other", "Own words"

    class Needs(models.TextChoices):
        """What the customer must tell us with it."""

        NOTHING = "nothing", "Nothing: one tap and a yes"
        DATE = "date", "A date"
        PHONE = "phone", "A phone number"
        WORDS = "words", "A few words"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="alternatives")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    needs = models.CharField(max_length=8, choices=Needs.choices, default=Needs.NOTHING)
    position = models.PositiveSmallIntegerField(default=0)
    until = models.DateTimeField(null=True)
    offered_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar = AlternativeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="pages_alternative_withdrawn_by_a_member",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def is_offered(self, at: datetime) -> bool:
        """Whether it may be chosen now; the same rule as the queryset's."""
        if self.withdrawn_at is not None:
            return False
        return self.incident.is_open if self.until is None else self.until > at


class AlternativeText(models.Model):
    """How the crew words an alternative in one language."""

    alternative = models.ForeignKey(Alternative, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=12)
    label = models.CharField(max_length=80)
    explanation = models.CharField(max_length=400, blank=True, default="")

    objects: ClassVar = models.Manager["AlternativeText"]()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alternative", "language"], name="pages_alternative_text_once")
        ]

    def __str__(self) -> str:
        return self.label


class ChoiceQuerySet(models.QuerySet["Choice"]):
    """Questions about choices."""

    def standing(self) -> Self:
        """What customers want now: neither changed nor taken back."""
        return self.filter(ended_at__isnull=True)

    def about(self, incident: Incident) -> Self:
        """The choices of an incident."""
        return self.filter(incident=incident)

    def to_do(self) -> Self:
        """What stands and was not done for the customer yet; waiting is nothing to do."""
        rest = Q(alternative__isnull=True) | ~Q(alternative__kind=Alternative.Kind.WAIT)
        return self.standing().filter(rest, done_at__isnull=True)

    def to_call(self) -> Self:
        """Who asked to be called back and was not yet."""
        return self.to_do().filter(alternative__kind=Alternative.Kind.CALL_BACK)


class Choice(models.Model):
    """A customer chose an alternative, or proposed one of their own (then `alternative` is empty): when, what, and by
    the link that was sent to which contact point.

    A change or an undo ends the row and says which; the rows are never written over.
    """

    class End(models.TextChoices):
        """Why it stands no more."""

        CHANGED = "changed", "Changed to another"
        UNDONE = "undone", "Taken back"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="choices")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="choices")
    alternative = models.ForeignKey(Alternative, on_delete=models.PROTECT, null=True, related_name="choices")
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.SET_NULL, null=True, related_name="choices")
    chosen_at = models.DateTimeField()
    wanted_on = models.DateField(null=True)
    phone = models.CharField(max_length=40, blank=True, default="")
    words = models.CharField(max_length=1000, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=8, choices=End.choices, blank=True, default="")
    done_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    objects: ClassVar = ChoiceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "customer"], condition=Q(ended_at__isnull=True), name="pages_choice_one_stands"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="pages_choice_done_by_a_member",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["incident", "alternative"], name="pages_choice_counted")]

    def __str__(self) -> str:
        return f"{self.customer}: {self.alternative or self.words[:40]}"
