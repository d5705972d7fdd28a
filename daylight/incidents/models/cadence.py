"""How often we speak, and whom we call when nobody does."""

from typing import ClassVar

from django.db import models

from daylight.accounts.models import Member
from daylight.incidents.words import Kind, Severity


class Cadence(models.Model):
    """The default rhythm for a severity and, where given, a kind; in minutes. The more particular row wins."""

    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    kind = models.CharField(max_length=20, choices=Kind.choices, blank=True, default="")
    first_word = models.PositiveIntegerField()
    rhythm = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["severity", "kind"], name="incidents_cadence_once")]

    def __str__(self) -> str:
        return f"severity {self.severity} {self.kind}: every {self.rhythm} min"


class EscalationRung(models.Model):
    """A step of the escalation ladder: this member is alarmed when a promise is late by `after` minutes."""

    position = models.PositiveSmallIntegerField(unique=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    after = models.PositiveIntegerField(default=5)

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return f"{self.position}: {self.member} after {self.after} min"
