"""The moment before a first big statement or after a long shift: a writer is asked, and may take a pause."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.incidents.models.incident import Incident


class CalmMomentQuerySet(models.QuerySet["CalmMoment"]):
    """Questions about pauses."""

    def running(self, at: datetime) -> Self:
        """Pauses that go on."""
        return self.filter(paused_until__gt=at, ended_at__isnull=True)


class CalmMoment(models.Model):
    """One writer was asked on one incident, `asked_at` the last time; the pause they booked last, if any.

    It went from `paused_at` to `paused_until`; `ended_at` is when they went on before its end. Nothing waits for it:
    words can be sent at any time.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="calm_moments")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = CalmMomentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "member"], name="incidents_calm_moment_once")
        ]

    def __str__(self) -> str:
        return f"{self.member} on {self.incident}"

    def pause(self, *, until: datetime, at: datetime) -> None:
        """Book a pause; every word stays as it is."""
        self.paused_at, self.paused_until, self.ended_at = at, until, None
        self.save(update_fields=["paused_at", "paused_until", "ended_at"])
        self._record("calm.pause", at, until=until.isoformat())

    def go_on(self, *, at: datetime) -> None:
        """End the pause early."""
        self.ended_at = at
        self.save(update_fields=["ended_at"])
        self._record("calm.go_on", at)

    def _record(self, act: str, at: datetime, **details: object) -> None:
        audit.record(at=at, actor=self.member.name, act=act, subject=self.incident.public_id, **details)
