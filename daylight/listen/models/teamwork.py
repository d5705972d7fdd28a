"""Who has which conversation: queues, hand-overs, breaks."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from daylight.accounts.models import Member
from daylight.listen.models.conversation import Conversation, Queue


class HandOver(models.Model):
    """A conversation went from one hand to another, with a word. `is_relief`: it was too heated to go on with.

    Without `to_member` and `to_queue` it went back to everybody.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="hand_overs")
    from_member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    to_member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    to_queue = models.ForeignKey(Queue, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    word = models.CharField(max_length=500, blank=True, default="")
    is_relief = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["from_member", "made_at"], name="listen_hand_over_from")]

    def __str__(self) -> str:
        return f"to {self.to_member or self.to_queue or 'everybody'}"


class BreakQuerySet(models.QuerySet["Break"]):
    """Questions about breaks."""

    def running(self, now: datetime) -> Self:
        """Breaks that somebody is on."""
        return self.filter(until__gt=now, ended_at__isnull=True)


class Break(models.Model):
    """A member takes a break until a time; the conversations they had went back. `ended_at` is set by coming back."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="breaks", db_index=False)
    began_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = BreakQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["member", "began_at"], name="listen_break_of")]

    def __str__(self) -> str:
        return f"{self.member} until {self.until:%H:%M}"
