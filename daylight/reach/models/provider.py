"""How a channel reaches the world."""

from typing import ClassVar

from django.db import models

from daylight.core.secrets import SealedField


class Provider(models.Model):
    """The settings of one channel: sealed at rest, tested before use, paused when it breaks.

    Without settings the channel uses what is built in: for mail DAYLIGHT_SMTP_URL, else the outbox. `paused_at` and
    `problem` are set by `ChannelBroken`: deliveries stay queued and the staff is alarmed.
    """

    channel = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    settings = SealedField(null=True)
    is_active = models.BooleanField(default=True)
    tested_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel"], condition=models.Q(is_active=True), name="reach_one_active_provider"
            )
        ]

    def __str__(self) -> str:
        return self.name
