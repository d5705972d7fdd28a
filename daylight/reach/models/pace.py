"""How far the messages of a provider are already promised a time."""

from typing import ClassVar

from django.db import models

from daylight.reach.models.provider import Provider


class Pace(models.Model):
    """The next free moment of a limit that all workers share: of a provider, or of one domain there.

    A worker takes a stretch of moments at a time, so that however many workers there are, no two messages share one.
    """

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="paces")
    domain = models.CharField(max_length=255, blank=True, default="")
    next_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["provider", "domain"], name="reach_pace_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.domain}"
