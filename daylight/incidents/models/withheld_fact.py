"""What we know and have not told yet, and who answers for that."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models, transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.incidents.models.incident import Incident

REMIND_AGAIN_AFTER = timedelta(minutes=30)
"""A fact that its owner did not look at is then a matter for whoever leads."""


class WithheldFactQuerySet(models.QuerySet["WithheldFact"]):
    """Questions about what is kept back."""

    def standing(self) -> Self:
        """What is still kept back."""
        return self.filter(released_at__isnull=True)

    def overdue(self, at: datetime) -> Self:
        """What was to be looked at again by now."""
        return self.standing().filter(review_at__lte=at)


class WithheldFact(models.Model):
    """A fact kept back for a reason, by a named owner, until a time at which it is looked at again.

    `is_everything`: the incident itself is kept back, or kept from the public.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="withheld_facts")
    fact = models.TextField()
    reason = models.CharField(max_length=400)
    owner = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    withheld_at = models.DateTimeField()
    review_at = models.DateTimeField()
    is_everything = models.BooleanField(default=False)
    told_in = models.ForeignKey("incidents.Update", on_delete=models.SET_NULL, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    objects: ClassVar = WithheldFactQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["review_at"]

    def __str__(self) -> str:
        return self.fact[:60]

    @transaction.atomic
    def look_again(self, *, by: Member, at: datetime, review_at: datetime, reason: str) -> None:
        """Keep it back longer, saying why, to be looked at again at `review_at`; the timeline keeps both reasons."""
        words = f"Still kept back: {self.fact}\nBecause: {reason}"
        self.incident.notes.create(written_by=by, written_at=at, text=words)
        self.review_at = review_at
        self.save(update_fields=["review_at"])
        self.plan_review(at=at)
        audit.record(at=at, actor=by.name, act="fact.keep_back", subject=self.incident.public_id, fact=self.pk)

    @transaction.atomic
    def release(self, *, by: Member, at: datetime) -> None:
        """It need not be kept back any longer: it was told, or may be."""
        self.released_at, self.told_in = at, self.incident.latest_update
        self.save(update_fields=["released_at", "told_in"])
        self.reminders.drop_waiting(at=at)
        audit.record(at=at, actor=by.name, act="fact.release", subject=self.incident.public_id, fact=self.pk)

    def plan_review(self, *, at: datetime) -> None:
        """A reminder to its owner at the time of the review, and a while later to whoever leads."""
        self.reminders.drop_waiting(at=at)
        later = self.review_at + REMIND_AGAIN_AFTER
        for rung, (member, due_at) in enumerate(((self.owner, self.review_at), (None, later))):
            self.reminders.create(
                incident=self.incident, kind="review_fact", rung=rung, member=member, planned_for=due_at, due_at=due_at
            )
