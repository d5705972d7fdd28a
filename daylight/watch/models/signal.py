"""A surge on a topic, or a machine alert, that may be an incident; and what speaks for it."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from daylight.accounts.models import Member
from daylight.core.public_ids import new_public_id
from daylight.incidents.models import Incident
from daylight.listen.models import Message
from daylight.watch.models.topic import Topic
from daylight.watch.words import EvidenceKind, Outcome, SignalStage


class SignalQuerySet(models.QuerySet["Signal"]):
    """Questions about signals."""

    def open(self) -> Self:
        """Episodes that go on and stand for themselves."""
        return self.filter(ended_at__isnull=True, part_of__isnull=True)

    def present(self) -> Self:
        """Open ones about what is happening now, not about messages of the past that were brought in late."""
        return self.open().filter(is_past=False)


class Signal(models.Model):
    """One episode: from the first doubt to its end, one alarm for each stage.

    Times are those of what was said, but `noticed_at`, `warned_at` and `crisis_at` are those of our clock. `since` is
    when the surge began, `doubling` its time to double in seconds. `expected`, `low` and `high` are how many different
    customers were to be expected since then, `observed` how many there were. `reach`: it is about how many people may
    have read what is said in public, where `usual_reach` do on a usual day. A signal without a topic is a machine's.
    `is_past`: it is about messages that were old when we heard them, and alarms nobody.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, related_name="raised")
    headline = models.CharField(max_length=200)
    stage = models.CharField(max_length=8, choices=SignalStage.choices)
    gravest = models.CharField(max_length=8, choices=SignalStage.choices)
    part_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="parts")
    opened_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    crisis_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField()
    since = models.DateTimeField()
    score = models.FloatField(default=0)
    strength = models.FloatField(default=0)
    expected = models.FloatField(default=0)
    low = models.FloatField(default=0)
    high = models.FloatField(default=0)
    observed = models.PositiveIntegerField(default=0)
    customers = models.PositiveIntegerField(default=0)
    reach = models.PositiveBigIntegerField(default=0)
    usual_reach = models.FloatField(default=0)
    doubling = models.FloatField(null=True)
    is_past = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default="")
    ended_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    incident = models.ForeignKey(Incident, on_delete=models.SET_NULL, null=True, related_name="came_from")

    objects: ClassVar = SignalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["topic"], condition=Q(ended_at__isnull=True), name="watch_signal_one_open_a_topic"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-opened_at"], name="watch_signal_open", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["-ended_at"], name="watch_signal_ended", condition=Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.headline

    @property
    def is_open(self) -> bool:
        """Whether the episode goes on."""
        return self.ended_at is None

    @property
    def usual(self) -> str:
        """How many were to be expected, for people."""
        return f"{self.expected:,.1f}".removesuffix(".0") if self.expected >= 0.05 else "none"

    def end(self, *, outcome: str, at: datetime, by: Member | None = None, incident: Incident | None = None) -> None:
        """The episode is over, and those folded into it with it."""
        ended = {"ended_at": at, "outcome": outcome, "ended_by": by, "incident": incident}
        Signal.objects.filter(Q(pk=self.pk) | Q(part_of=self), ended_at__isnull=True).update(**ended)
        self.refresh_from_db()

    def reopen(self) -> None:
        """It is not over after all."""
        again = {"ended_at": None, "outcome": Outcome.OPEN, "ended_by": None, "incident": None}
        for row in [self, *self.parts.filter(outcome=self.outcome)]:
            if not Signal.objects.filter(topic=row.topic_id, ended_at__isnull=True).exists():
                Signal.objects.filter(pk=row.pk).update(**again)
        self.refresh_from_db()


class Evidence(models.Model):
    """One thing that speaks for a signal. `name` keeps it apart from the others of its kind; `weight` orders them."""

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="evidence", db_index=False)
    kind = models.CharField(max_length=10, choices=EvidenceKind.choices)
    name = models.CharField(max_length=200)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="+")
    text = models.CharField(max_length=300, blank=True, default="")
    address = models.CharField(max_length=500, blank=True, default="")
    facts = models.JSONField(default=dict)
    weight = models.FloatField(default=0)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["signal", "kind", "name"], name="watch_evidence_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


class Teaching(models.Model):
    """A time that is not part of what is usual, because a member said so; it can be taken back."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="teachings")
    signal = models.ForeignKey(Signal, on_delete=models.SET_NULL, null=True, related_name="teachings")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=300, blank=True, default="")
    taught_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    taught_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("begins_at")), name="watch_teaching_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.begins_at:%Y-%m-%d} to {self.ends_at:%Y-%m-%d}"


class Lookout(models.Model):
    """A member who is told of a warning before it is a crisis."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.member_id)
