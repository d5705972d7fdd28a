"""A sign of life for each loop, so that silence of the machine is seen by people."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models

QUIET_AFTER = timedelta(seconds=60)
"""A loop that has not turned for this long is taken for dead."""


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    """Questions about the loops' signs of life."""

    def red(self, now: datetime) -> Self:
        """Loops that stopped turning, whose last turn failed, or whose oldest due row waits too long."""
        return self.filter(models.Q(turned_at__lt=now - QUIET_AFTER) | models.Q(is_late=True) | ~models.Q(problem=""))


class Heartbeat(models.Model):
    """When a loop last turned, what waits longest in it, and what went wrong, if anything."""

    loop = models.CharField(max_length=60, primary_key=True)
    turned_at = models.DateTimeField()
    oldest_due_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(default=False)
    problem = models.CharField(max_length=500, blank=True, default="")
    host = models.CharField(max_length=120, blank=True, default="")

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.loop
