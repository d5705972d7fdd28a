"""Whom only a person can reach now."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from daylight.accounts.models import Member
from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import Incident
from daylight.reach.models.notice import Notice

CLAIMED_FOR = timedelta(minutes=15)
"""How long a call belongs to who took it; long enough for a talk, short enough for a tab that was closed."""


class CallQuerySet(models.QuerySet["Call"]):
    """Questions about the call list."""

    def open(self) -> Self:
        """Customers who are still to be called."""
        return self.filter(done_at__isnull=True)

    def free(self, now: datetime) -> Self:
        """Those whom nobody has in hand."""
        return self.open().filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now))

    def to_call(self, now: datetime) -> Self:
        """Those to be called now, in the order to call them: whoever was told nothing first, then by time."""
        return self.free(now).filter(Q(next_at__isnull=True) | Q(next_at__lte=now)).in_order()

    def end(self, *, outcome: "Call.Outcome", at: datetime) -> int:
        """Nobody needs to call them any more."""
        return self.update(done_at=at, outcome=outcome, next_at=None, claimed_by=None, claimed_until=None)

    def in_order(self) -> Self:
        """Whoever heard nothing comes before whoever heard and did not confirm."""
        heard = models.Case(models.When(reason=Call.Reason.UNCONFIRMED, then=1), default=0)
        return self.order_by(heard, F("next_at").asc(nulls_first=True), "listed_at", "pk")


class Call(models.Model):
    """A customer of an incident on the call list: why, who has the call in hand, when to try again, how it ended.

    `notice` is the last one that did not reach them. Taking a call is a conditional update, so two members never
    have the same one; it is given back by hand, or by itself after a while.
    """

    class Reason(models.TextChoices):
        """Why only a person can reach them."""

        UNREACHABLE = "unreachable", "No address or number that we may use"
        FAILED = "failed", "Every way we tried failed"
        UNCONFIRMED = "unconfirmed", "Told on every way, and has not confirmed"

    class Outcome(models.TextChoices):
        """How it ended."""

        REACHED = "reached", "Reached"
        REFUSES = "refuses", "Does not want to be called"
        CONFIRMED = "confirmed", "Confirmed without a call"
        TOLD = "told", "Heard on another way"
        GONE = "gone", "No longer affected"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="calls")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="calls")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="calls", db_index=False)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    listed_at = models.DateTimeField()
    claimed_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="calls")
    claimed_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default="")

    objects: ClassVar = CallQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["incident", "customer"], name="reach_call_once")]
        indexes: ClassVar = [
            models.Index(fields=["incident"], name="reach_call_open", condition=Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"call {self.customer}"

    @property
    def last_attempt(self) -> "CallAttempt | None":
        """The latest try; asks nothing when the attempts were fetched with the list."""
        return next(reversed(self.attempts.all()), None)

    def is_held_by(self, member: Member, now: datetime) -> bool:
        """Whether this member has the call in hand."""
        return self.claimed_by_id == member.pk and self.claimed_until is not None and self.claimed_until > now

    def claim(self, *, by: Member, at: datetime) -> bool:
        """Take the call in hand, or keep it; whether it is now theirs."""
        mine = Q(claimed_by=by) | Q(claimed_until__isnull=True) | Q(claimed_until__lte=at)
        taken = Call.objects.open().filter(mine, pk=self.pk).update(claimed_by=by, claimed_until=at + CLAIMED_FOR)
        if taken:
            self.claimed_by, self.claimed_until = by, at + CLAIMED_FOR
        return bool(taken)

    def give_back(self, *, by: Member) -> bool:
        """Let others have it; whether it was theirs to give."""
        return bool(Call.objects.filter(pk=self.pk, claimed_by=by).update(claimed_by=None, claimed_until=None))


class CallAttempt(models.Model):
    """One try of one member to speak to the customer: on which contact point, with what result, and their note."""

    class Result(models.TextChoices):
        """What came of it."""

        REACHED = "reached", "Reached: they know"
        LEFT_MESSAGE = "left_message", "Left a message"
        NO_ANSWER = "no_answer", "No answer"
        WRONG_NUMBER = "wrong_number", "Wrong number"
        REFUSES = "refuses", "Does not want to be called"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="attempts")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT, null=True, related_name="+")
    result = models.CharField(max_length=12, choices=Result.choices)
    note = models.CharField(max_length=1000, blank=True, default="")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.call}: {self.result}"
