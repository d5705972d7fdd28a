"""Warnings to the crew before, at and after a promised time."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.db import models

from daylight.accounts.models import Member, Organisation
from daylight.accounts.roles import Act
from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.incidents.cadence import WARN_AT, PromiseClock
from daylight.incidents.models.cadence import EscalationRung
from daylight.incidents.models.incident import Incident
from daylight.incidents.models.promise import Promise
from daylight.incidents.models.withheld_fact import WithheldFact

USUAL_LADDER = ((1, 5), (2, 15))
"""Rungs and minutes where nobody has set a ladder: the lead first, then everybody who may lead."""


class ReminderQuerySet(DueQuerySet["Reminder"]):
    """Plans, drops and finds reminders."""

    def fired(self) -> Self:
        """Reminders whose time came while they still mattered."""
        return self.filter(fired_at__isnull=False)

    def drop_waiting(self, *, at: datetime) -> None:
        """They no longer matter: none of those that still wait will fire."""
        self.filter(fired_at__isnull=True, dropped_at__isnull=True).update(dropped_at=at, due_at=None)

    def plan(self, promise: Promise) -> None:
        """Warnings at 50, 80 and 100 % of the promise's time, then the ladder."""
        rows = [
            Reminder(promise=promise, kind=f"warn_{percent}", planned_for=promise.clock.at(percent))
            for percent in WARN_AT
        ]
        self._plan(promise.incident, [*rows, *_ladder(promise.promised_for, promise=promise)])

    def plan_first_word(self, incident: Incident, *, since: datetime) -> None:
        """The first word is owed: warnings on the way there, then the ladder; also after a reopening."""
        zone = ZoneInfo(Organisation.get().time_zone)
        incident.first_word_due_at = incident.cadence.first_word_by(since, zone)
        incident.save(update_fields=["first_word_due_at"])
        clock = PromiseClock(since, incident.first_word_due_at)
        rows = [
            Reminder(kind=Reminder.Kind.FIRST_WORD, rung=percent, planned_for=clock.at(percent)) for percent in WARN_AT
        ]
        self._plan(incident, [*rows, *_ladder(incident.first_word_due_at)])

    def _plan(self, incident: Incident, rows: "list[Reminder]") -> None:
        for row in rows:
            row.incident, row.due_at = incident, row.planned_for
        self.model._default_manager.bulk_create(rows)


def rungs_of_the_ladder() -> list[tuple[int, int, int | None]]:
    """Position, minutes after the time, and the id of the member each rung names, if any."""
    rungs: list[tuple[int, int, int | None]] = [
        (rung.position, rung.after, rung.member_id) for rung in EscalationRung.objects.all()
    ]
    return rungs or [(rung, after, None) for rung, after in USUAL_LADDER]


def _ladder(since: datetime, promise: Promise | None = None) -> "list[Reminder]":
    return [
        Reminder(
            promise=promise,
            kind=Reminder.Kind.ESCALATION,
            rung=rung,
            planned_for=since + timedelta(minutes=after),
            member_id=member_id,
        )
        for rung, after, member_id in rungs_of_the_ladder()
    ]


class Reminder(DueRow):
    """One warning about a promise, a first word that is owed, or a withheld fact that must be looked at; once.

    `member` is whom it is for where the ladder names somebody; `recipients` answers for all of them.
    """

    class Kind(models.TextChoices):
        """Which share of the time had gone, or that the ladder was climbed."""

        FIRST_WORD = "first_word", "First word is owed"
        WARN_50 = "warn_50", "Half the time is gone"
        WARN_80 = "warn_80", "A fifth of the time is left"
        WARN_100 = "warn_100", "The promised time has come"
        ESCALATION = "escalation", "Nobody has spoken"
        REVIEW_FACT = "review_fact", "A withheld fact must be looked at again"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="reminders")
    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, null=True, related_name="reminders")
    fact = models.ForeignKey(WithheldFact, on_delete=models.CASCADE, null=True, related_name="reminders")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    rung = models.PositiveSmallIntegerField(default=0)
    planned_for = models.DateTimeField()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="reminders")
    fired_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    objects: ClassVar = ReminderQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promise", "kind", "rung"], name="incidents_reminder_once"),
            models.UniqueConstraint(
                fields=["incident", "kind", "rung"],
                condition=models.Q(promise__isnull=True, fact__isnull=True, fired_at__isnull=True)
                & models.Q(dropped_at__isnull=True),
                name="incidents_first_word_reminder_once",
            ),
            models.CheckConstraint(
                condition=models.Q(fired_at__isnull=True) | models.Q(dropped_at__isnull=True),
                name="incidents_reminder_fired_or_dropped",
            ),
        ]
        indexes: ClassVar = [due_index("incidents_reminder_due")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.incident}"

    def recipients(self) -> list[Member]:
        """Whom to alarm: the member the ladder names; else the lead; else, and on the last usual rung, all who may."""
        if self.member is not None:
            return [self.member]
        lead = self.incident.lead
        is_last_usual_rung = self.kind == self.Kind.ESCALATION and self.rung == USUAL_LADDER[-1][0]
        if lead is not None and not is_last_usual_rung:
            return [lead]
        return list(Member.objects.able_to(Act.LEAD_INCIDENT).order_by("pk"))

    def fire(self, *, at: datetime) -> bool:
        """Its time has come: a fact, set once. False when it had fired or was dropped before."""
        waiting = Reminder.objects.filter(pk=self.pk, fired_at__isnull=True, dropped_at__isnull=True)
        return bool(waiting.update(fired_at=at, due_at=None))
