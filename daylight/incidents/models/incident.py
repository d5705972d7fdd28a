"""Something went wrong, or will."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models, transaction

from daylight.accounts import audit
from daylight.accounts.models import Member, Organisation
from daylight.accounts.roles import Act
from daylight.incidents.cadence import Rhythm
from daylight.incidents.failures import (
    AlreadyResolved,
    CannotLead,
    ExerciseStaysInside,
    SaysWhy,
    StillOpen,
)
from daylight.incidents.models.assignment import Assignment, Resolution, SeverityChange
from daylight.incidents.models.cadence import Cadence
from daylight.incidents.words import Kind, Severity

if TYPE_CHECKING:
    from daylight.incidents.models.promise import Promise
    from daylight.incidents.models.update import Update


def new_public_id() -> str:
    """A short name for permanent addresses that says nothing of how many incidents there were."""
    return secrets.token_hex(6)


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Questions about incidents."""

    def open(self) -> Self:
        """Incidents that have not ended."""
        return self.filter(closed_at__isnull=True)

    def past(self) -> Self:
        """Incidents that have ended."""
        return self.filter(closed_at__isnull=False)

    def public(self) -> Self:
        """Incidents that the world may see: made public by a member, and never an exercise."""
        return self.filter(made_public_at__isnull=False, is_exercise=False)

    def for_member(self, member: Member) -> Self:
        """Incidents this member may see."""
        return self if member.may(Act.READ) else self.none()


class Incident(models.Model):
    """Something went wrong for customers, or will.

    `occurred_at` (it began), `aware_at` (we knew), `classified_at` (its severity was set) and `confirmed_at` (we
    were sure) are four facts: legal clocks start at different ones. Public means that a member made it so; private
    incidents are told to the affected and shown nowhere else. `planned_from` and `planned_until` hold the window of
    foreseen work. `rhythm` is the time between two updates, in minutes, where the cadence's default is overridden.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    title = models.CharField(max_length=160)
    summary = models.TextField(blank=True, default="")
    is_exercise = models.BooleanField(default=False)
    occurred_at = models.DateTimeField()
    aware_at = models.DateTimeField()
    classified_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    planned_from = models.DateTimeField(null=True)
    planned_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    made_public_at = models.DateTimeField(null=True)
    made_public_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    rhythm = models.PositiveIntegerField(null=True)
    first_word_due_at = models.DateTimeField(null=True)
    holding_update_allowed = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar = IncidentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-opened_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(made_public_at__isnull=True, made_public_by__isnull=True)
                | models.Q(made_public_at__isnull=False, made_public_by__isnull=False),
                name="incidents_public_by_a_member",
            ),
            models.CheckConstraint(condition=models.Q(severity__range=(1, 5)), name="incidents_severity_1_to_5"),
            models.CheckConstraint(
                condition=models.Q(planned_until__isnull=True)
                | models.Q(planned_from__isnull=False, planned_until__gt=models.F("planned_from")),
                name="incidents_window_in_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["opened_at"], name="incidents_open", condition=models.Q(closed_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.closed_at is None

    @property
    def is_public(self) -> bool:
        """Whether the world may see it; the same rule as the queryset's."""
        return self.made_public_at is not None and not self.is_exercise

    @property
    def is_planned(self) -> bool:
        """Whether it is work with a window, whose stages are those of planned work."""
        return self.planned_from is not None

    @property
    def lead(self) -> Member | None:
        """Who leads now; None is shown as an alarm, never hidden."""
        row = self.assignments.filter(role=Assignment.Role.LEAD, until__isnull=True).select_related("member").first()
        return row.member if row else None

    @property
    def open_promise(self) -> "Promise | None":
        """The promise that waits for word: open, or late."""
        return self.promises.undecided().select_related("update").first()

    @property
    def latest_update(self) -> "Update | None":
        """The last published statement."""
        return self.updates.filter(published_at__isnull=False).order_by("-number").first()

    @property
    def resolution(self) -> Resolution | None:
        """The end that stands; None while it goes on."""
        return self.resolutions.filter(reopened_at__isnull=True).first()

    @property
    def cadence(self) -> Rhythm:
        """The rhythm in force: that of severity and kind, with this incident's own time between words if it has one."""
        rhythm = Cadence.objects.rhythm_for(severity=self.severity, kind=self.kind, between=self.rhythm)
        return replace(rhythm, days_off=Organisation.get().days_off) if rhythm.in_working_hours else rhythm

    @transaction.atomic
    def assign(self, *, role: str, member: Member, by: Member, at: datetime) -> Assignment:
        """Give a part to a member; a new lead ends the former lead's part. Raises CannotLead."""
        self._hold()
        if role == Assignment.Role.LEAD:
            if not member.may(Act.LEAD_INCIDENT):
                raise CannotLead(f"{member.name} has no role that may lead an incident; choose somebody who has.")
            self.assignments.filter(role=role, until__isnull=True).exclude(member=member).update(until=at)
        row, is_new = self.assignments.get_or_create(
            role=role, member=member, until=None, defaults={"since": at, "assigned_by": by}
        )
        if is_new:
            self._record(at, by, "incident.assign", role=role, member=member.name)
        return row

    @transaction.atomic
    def judge(self, *, severity: int, by: Member, at: datetime, reason: str) -> SeverityChange | None:
        """Judge the harm anew, saying why. A worse severity may quicken the rhythm; a milder one never slows it."""
        self._hold()
        if severity == self.severity:
            return None
        if not reason.strip():
            raise SaysWhy("Say why the severity changes: it is on the record and changes how often we speak.")
        change: SeverityChange = self.severity_changes.create(
            before=self.severity, after=severity, changed_by=by, changed_at=at, reason=reason.strip()
        )
        before = self.cadence.between
        self.severity, self.classified_at = severity, at
        usual = Cadence.objects.rhythm_for(severity=severity, kind=self.kind).between
        self.rhythm = round(before.total_seconds() / 60) if before < usual else None
        self.save(update_fields=["severity", "classified_at", "rhythm"])
        self._record(at, by, "incident.judge", before=change.before, after=severity)
        return change

    @transaction.atomic
    def make_public(self, *, by: Member, at: datetime) -> None:
        """Show it to the world from now on; there is no way back, because the world does not forget."""
        self._hold()
        if self.is_exercise:
            raise ExerciseStaysInside("An exercise is never shown to the world.")
        if self.made_public_at is None:
            self.made_public_at, self.made_public_by = at, by
            self.save(update_fields=["made_public_at", "made_public_by"])
            self._record(at, by, "incident.make_public")

    @transaction.atomic
    def resolve(self, *, by: Member, at: datetime, summary: str, untold_because: str = "") -> Resolution:
        """End the incident. A promise still waiting ends with it, missed, unless a resolution update kept it before."""
        self._hold()
        if not self.is_open:
            raise AlreadyResolved("This incident has ended already.")
        for promise in self.promises.undecided():
            promise.miss(at=at)
        self.reminders.drop_waiting(at=at)
        self.closed_at = at
        self.save(update_fields=["closed_at"])
        self._record(at, by, "incident.resolve")
        resolution: Resolution = self.resolutions.create(
            resolved_by=by, resolved_at=at, summary=summary, untold_because=untold_because
        )
        return resolution

    @transaction.atomic
    def reopen(self, *, by: Member, at: datetime, reason: str) -> None:
        """It was not over: open it again, saying why; the next word is owed as for something new."""
        self._hold()
        if self.is_open:
            raise StillOpen("This incident is open.")
        if not reason.strip():
            raise SaysWhy("Say why it is open again.")
        self.resolutions.filter(reopened_at__isnull=True).update(
            reopened_at=at, reopened_by=by, reopened_because=reason.strip()
        )
        self.closed_at = None
        self.save(update_fields=["closed_at"])
        self.reminders.plan_first_word(self, since=at)
        self._record(at, by, "incident.reopen")

    def _hold(self) -> None:
        """Nobody else acts on it to the end of the transaction, and what it says is as it stands now."""
        Incident.objects.select_for_update(no_key=True).get(pk=self.pk)
        self.refresh_from_db()

    def _record(self, at: datetime, by: Member, act: str, **details: object) -> None:
        audit.record(at=at, actor=by.name, act=act, subject=self.public_id, **details)
