"""The time by which we said we would speak again, and what was done to hold it."""

from typing import ClassVar

from django.db import models

from daylight.accounts.models import Member
from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.incidents.models.incident import Incident
from daylight.incidents.models.update import Update


class Promise(DueRow):
    """The "next update by" that an update gave.

    Its state is a fact written when it happens: open → kept when word came in time (`kept_by`, a holding update
    among them), open → late when the time passed in silence, late → kept_late when word came after, late → missed
    when a whole further rhythm passed, or the incident ended, without any.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "Open"
        KEPT = "kept", "Kept"
        LATE = "late", "Late"
        KEPT_LATE = "kept_late", "Kept late"
        MISSED = "missed", "Missed"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="promises")
    update = models.OneToOneField(Update, on_delete=models.CASCADE, related_name="promise")
    given_at = models.DateTimeField()
    promised_for = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    late_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    kept_by = models.ForeignKey(Update, on_delete=models.PROTECT, null=True, related_name="kept_promises")

    objects: ClassVar = DueQuerySet["Promise"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident"], condition=models.Q(state__in=["open", "late"]), name="incidents_one_open_promise"
            ),
            models.CheckConstraint(
                condition=models.Q(promised_for__gt=models.F("given_at")), name="incidents_promise_in_the_future"
            ),
        ]
        indexes: ClassVar = [due_index("incidents_promise_due")]

    def __str__(self) -> str:
        return f"{self.incident}: next word by {self.promised_for:%Y-%m-%d %H:%M} UTC"


class Reminder(DueRow):
    """One warning about a promise, or about a first word that is owed; to one member, once."""

    class Kind(models.TextChoices):
        """Which share of the time had gone, or that the ladder was climbed."""

        FIRST_WORD = "first_word", "First word is owed"
        WARN_50 = "warn_50", "Half the time is gone"
        WARN_80 = "warn_80", "A fifth of the time is left"
        WARN_100 = "warn_100", "The promised time has come"
        ESCALATION = "escalation", "Nobody has spoken"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="reminders")
    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, null=True, related_name="reminders")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    rung = models.PositiveSmallIntegerField(default=0)
    planned_for = models.DateTimeField()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="reminders")
    fired_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    objects: ClassVar = DueQuerySet["Reminder"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promise", "kind", "rung"], name="incidents_reminder_once"),
            models.CheckConstraint(
                condition=models.Q(fired_at__isnull=True) | models.Q(dropped_at__isnull=True),
                name="incidents_reminder_fired_or_dropped",
            ),
        ]
        indexes: ClassVar = [due_index("incidents_reminder_due")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.incident}"
