"""How a channel reaches the world."""

from typing import ClassVar

from django.db import models

from daylight.core.secrets import SealedField


class Provider(models.Model):
    """One way a channel leaves the house: sealed at rest, tested before use, paused when it breaks.

    A channel may have several that are active: batches go to each in proportion to its `weight`, those of weight 0
    only while no other is healthy. `per_second` limits what all workers together hand to it, `per_domain` what goes
    to the mailboxes of one domain ({"example.org": 20}, messages a second), `connections` how many one worker opens.
    Without settings the channel uses what is built in: for mail DAYLIGHT_SMTP_URL, else the outbox. `paused_at` and
    `problem` are set by `ChannelBroken`: deliveries stay queued, other providers take over, the staff is alarmed. With
    `paused_by` a member paused it: it is neither used nor tried until a member resumes it. A provider that is not
    active took a test and waits to be used.
    """

    channel = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=30, blank=True, default="")
    weight = models.PositiveSmallIntegerField(default=1)
    per_second = models.PositiveIntegerField(null=True)
    per_domain = models.JSONField(default=dict)
    connections = models.PositiveSmallIntegerField(null=True)
    settings = SealedField(null=True)
    is_active = models.BooleanField(default=True)
    tested_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.CharField(max_length=160, blank=True, default="")
    problem = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "name"], condition=models.Q(is_active=True), name="reach_provider_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
