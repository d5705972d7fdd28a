"""How soon we answer."""

from typing import ClassVar

from django.db import models

from daylight.incidents.words import Severity
from daylight.listen.models.conversation import Conversation


class ReplyTime(models.Model):
    """The time within which a kind of conversation is answered; with a severity: where it is about such an incident.

    The more particular row wins. `in_working_hours` counts from Monday to Friday, 9 to 17, alone.
    """

    kind = models.CharField(max_length=12, choices=Conversation.Kind.choices)
    severity = models.PositiveSmallIntegerField(choices=[(0, "About no incident"), *Severity.choices], default=0)
    minutes = models.PositiveIntegerField()
    in_working_hours = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "severity"], name="listen_reply_time_once"),
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="listen_reply_time_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.severity}: {self.minutes} min"
