"""A sign of life for each loop, so that silence of the machine is seen by people."""

from datetime import datetime
from typing import Self

from django.db import models


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Questions about the loops' signs of life."""

    def red(self, now: datetime) -> Self:
        """Loops that stopped turning, whose last turn failed, or whose oldest due row waits too long."""
        return self.filter(models.Q(quiet_at__lt=now) | models.Q(is_late=True) | ~models.Q(problem=""))


class Heartbeat(models.Model):
    """When a loop last turned, from when on its silence means death, what waits longest, and what went wrong."""

    loop = models.CharField(max_length=60, primary_key=True)
    turned_at = models.DateTimeField()
    quiet_at = models.DateTimeField()
    oldest_due_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(default=False)
    problem = models.CharField(max_length=500, blank=True, default="")
    host = models.CharField(max_length=120, blank=True, default="")

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.loop

    def worries(self, now: datetime) -> list[str]:
        """What is wrong with this loop, in sentences that give away nothing; empty when all is well."""
        worries = []
        if self.quiet_at < now:
            worries.append(f"It last turned {how_long_ago(self.turned_at, now)}: is the worker running?")
        if self.problem:
            worries.append("Its last turn failed; the worker's log says why.")
        if self.is_late and self.oldest_due_at:
            worries.append(f"Its oldest work was due {how_long_ago(self.oldest_due_at, now)}.")
        return worries


def how_long_ago(then: datetime, now: datetime) -> str:
    """An age in plain words, such as "3 minutes ago"."""
    seconds = int((now - then).total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return f"{max(seconds, 0)} seconds ago"
