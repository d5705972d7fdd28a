"""A word to a member of the crew."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from daylight.accounts.models import Member
from daylight.core.due import PROBLEM_LENGTH, DueQuerySet, DueRow, due_index
from daylight.incidents.models import Incident, Reminder


class AlarmQuerySet(DueQuerySet["Alarm"]):
    """Questions about alarms."""

    def given_up(self) -> Self:
        """Those that reached nobody: the desk shows them."""
        return self.filter(gave_up_at__isnull=False)

    def about(self, reminder: Reminder) -> Self:
        """Those about the same promise as `reminder`, or about the same first word, in the order they were made."""
        same = self.filter(incident=reminder.incident_id, reminder__promise=reminder.promise_id)
        return same.exclude(reminder=reminder).order_by("made_at", "pk")


class Alarm(DueRow):
    """One word to one member, over the channels of their staff contacts in order, until one accepts it.

    `key` says what it is about, so that the same thing is never told twice to the same member.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="alarm_rows")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, null=True, related_name="alarms")
    reminder = models.ForeignKey(Reminder, on_delete=models.SET_NULL, null=True, related_name="alarms")
    key = models.CharField(max_length=160)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    path = models.CharField(max_length=200, default="/desk/")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=20, blank=True, default="")
    address = models.CharField(max_length=400, blank=True, default="")
    gave_up_at = models.DateTimeField(null=True)

    objects: ClassVar = AlarmQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["member", "key"], name="reach_alarm_once")]
        indexes: ClassVar = [due_index("reach_alarm_due")]

    def give_up(self, *, at: datetime, problem: str) -> None:
        """It reached nobody; the reason stays on the row. Raises LeaseLost."""
        self._move(due_at=None, leased_until=None, gave_up_at=at, problem=problem[:PROBLEM_LENGTH])

    def __str__(self) -> str:
        return f"{self.member}: {self.subject}"
