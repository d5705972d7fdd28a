"""How often we speak, and whom we call when nobody does."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from daylight.accounts.models import Member
from daylight.incidents.cadence import Rhythm, default_rhythm
from daylight.incidents.words import Kind, Severity


class CadenceQuerySet(models.QuerySet["Cadence"]):
    """Finds the rhythm for an incident."""

    def rhythm_for(self, *, severity: int, kind: str, between: int | None = None) -> Rhythm:
        """The rhythm a member has set for this severity and kind, else for the severity, else the default.

        `between` (minutes) takes the place of the time between two words.
        """
        rows = list(self.filter(severity=severity, kind__in=["", kind]))
        usual = default_rhythm(severity, kind)
        chosen = next((row for row in rows if row.kind == kind), None)
        if chosen is None and not usual.in_working_hours:
            chosen = next((row for row in rows if not row.kind), None)
        rhythm = chosen.as_rhythm() if chosen else usual
        return rhythm if between is None else rhythm.every(between)


class Cadence(models.Model):
    """The rhythm for a severity and, where given, a kind; in minutes. The more particular row wins."""

    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    kind = models.CharField(max_length=20, choices=Kind.choices, blank=True, default="")
    first_word = models.PositiveIntegerField()
    rhythm = models.PositiveIntegerField()
    in_working_hours = models.BooleanField(default=False)

    objects: ClassVar = CadenceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["severity", "kind"], name="incidents_cadence_once"),
            models.CheckConstraint(condition=models.Q(first_word__gt=0, rhythm__gt=0), name="incidents_cadence_moves"),
        ]

    def __str__(self) -> str:
        return f"severity {self.severity} {self.kind}: every {self.rhythm} min"

    def as_rhythm(self) -> Rhythm:
        """The row as a plain value."""
        return Rhythm(timedelta(minutes=self.first_word), timedelta(minutes=self.rhythm), self.in_working_hours)


class EscalationRung(models.Model):
    """A step of the escalation ladder: this member is alarmed when a promise is late by `after` minutes."""

    position = models.PositiveSmallIntegerField(unique=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    after = models.PositiveIntegerField(default=5)

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return f"{self.position}: {self.member} after {self.after} min"
