"""Something went wrong, or will."""

import secrets
from typing import ClassVar

from django.db import models

from daylight.accounts.models import Member
from daylight.incidents.words import Kind, Severity


def new_public_id() -> str:
    """A short name for permanent addresses that says nothing of how many incidents there were."""
    return secrets.token_hex(5)


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

    class Meta:
        ordering: ClassVar = ["-opened_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(made_public_at__isnull=True, made_public_by__isnull=True)
                | models.Q(made_public_at__isnull=False, made_public_by__isnull=False),
                name="incidents_public_by_a_member",
            ),
            models.CheckConstraint(condition=models.Q(severity__range=(1, 5)), name="incidents_severity_1_to_5"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["opened_at"], name="incidents_open", condition=models.Q(closed_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.title


class Assignment(models.Model):
    """Who does what in an incident; a lead must be a named member."""

    class Role(models.TextChoices):
        """Parts to play in one incident."""

        LEAD = "lead", "Lead"
        WRITER = "writer", "Writer"
        LIAISON = "liaison", "Customer liaison"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="assignments")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=12, choices=Role.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    assigned_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(role="lead", until__isnull=True),
                name="incidents_one_lead_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} as {self.role}"


class SeverityChange(models.Model):
    """A member judged the harm anew, and said why."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="severity_changes")
    before = models.PositiveSmallIntegerField(choices=Severity.choices)
    after = models.PositiveSmallIntegerField(choices=Severity.choices)
    changed_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"severity {self.before} → {self.after}"


class Note(models.Model):
    """Something a member wrote on the timeline for the crew, never for customers."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notes")
    written_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:60]


class Resolution(models.Model):
    """The end of an incident: who said so, when, in which words."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="resolution")
    resolved_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField()
    summary = models.TextField()

    def __str__(self) -> str:
        return f"{self.incident} resolved"
