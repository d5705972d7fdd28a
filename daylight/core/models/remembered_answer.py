"""The answer to a request that may be sent twice."""

from typing import ClassVar

from django.db import models


class RememberedAnswer(models.Model):
    """What was answered to the first request with an idempotency key; `status` is None while it is at work."""

    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["scope", "key"], name="core_answer_once")]
        indexes: ClassVar = [models.Index(fields=["made_at"], name="core_answer_made_at")]

    def __str__(self) -> str:
        return self.key
