"""What members did to an incident: took a part, judged the harm, ended it, wrote a note."""

from typing import ClassVar

from django.db import models

from daylight.accounts.models import Member
from daylight.incidents.words import Severity


class Assignment(models.Model):
    """Who does what in an incident; a lead must be a named member."""

    class Role(models.TextChoices):
        """Parts to play in one incident."""

        LEAD = "lead", "Lead"
        WRITER = "writer", "Writer"
        LIAISON = "liaison", "Customer liaison"

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="assignments")
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
            ),
            models.UniqueConstraint(
                fields=["incident", "role", "member"],
                condition=models.Q(until__isnull=True),
                name="incidents_part_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} as {self.role}"


class SeverityChange(models.Model):
    """A member judged the harm anew, and said why."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="severity_changes")
    before = models.PositiveSmallIntegerField(choices=Severity.choices)
    after = models.PositiveSmallIntegerField(choices=Severity.choices)
    changed_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"severity {self.before} → {self.after}"


class Note(models.Model):
    """Something a member wrote on the timeline for the crew, never for customers."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="notes")
    written_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:60]


class Resolution(models.Model):
    """An end of an incident: who said so, when, in which words; and, if it was not over, who reopened it and why.

    `untold_because` is the reason why customers got no word of it; none is needed where an update told them.
    """

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="resolutions")
    resolved_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField()
    summary = models.TextField()
    untold_because = models.CharField(max_length=300, blank=True, default="")
    reopened_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    reopened_because = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident"], condition=models.Q(reopened_at__isnull=True), name="incidents_one_resolution"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident} resolved"
