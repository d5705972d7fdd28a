"""A word to a member of the crew."""

from typing import ClassVar

from django.db import models

from daylight.accounts.models import Member
from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.incidents.models import Incident, Reminder


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
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=20, blank=True, default="")
    address = models.CharField(max_length=400, blank=True, default="")
    gave_up_at = models.DateTimeField(null=True)

    objects: ClassVar = DueQuerySet["Alarm"].as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["member", "key"], name="reach_alarm_once")]
        indexes: ClassVar = [due_index("reach_alarm_due")]

    def __str__(self) -> str:
        return f"{self.member}: {self.subject}"
