"""The answer to a request that may be sent twice."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

KEPT_FOR = timedelta(hours=24)
LONGEST_WORK = timedelta(minutes=5)
"""A first request that has not answered by then died with its process."""


class RememberedAnswers(models.QuerySet["RememberedAnswer"]):
    """Questions about answers."""

    def past(self, now: datetime) -> Self:
        """Answers kept long enough, and claims of requests that died: their keys are free again."""
        return self.filter(Q(made_at__lt=now - KEPT_FOR) | Q(status__isnull=True, made_at__lt=now - LONGEST_WORK))


class RememberedAnswer(models.Model):
    """What was answered to the first request with an idempotency key; `status` is None while it is at work."""

    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True, default="")

    objects: ClassVar = RememberedAnswers.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["scope", "key"], name="core_answer_once")]
        indexes: ClassVar = [models.Index(fields=["made_at"], name="core_answer_made_at")]

    def __str__(self) -> str:
        return self.key
