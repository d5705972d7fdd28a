"""One clock of a regime, as it runs for an incident."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from daylight.accounts.models import Member
from daylight.incidents.cadence import PromiseClock
from daylight.incidents.models import Incident
from daylight.regimes.models.regime import Regime

AT_RISK_FROM = 80
"""Percent of a clock's time after which it is at risk."""


class RegimeClockQuerySet(models.QuerySet["RegimeClock"]):
    """Questions about clocks."""

    def owed(self) -> Self:
        """Clocks of regimes that apply, met or not."""
        return self.filter(is_owed=True, regime__dropped_at__isnull=True)

    def unsettled(self) -> Self:
        """Those that are neither met nor exempt: running, late, or not started."""
        return self.owed().filter(met_at__isnull=True, exempt_at__isnull=True)

    def running(self) -> Self:
        """Those with a time that comes, or came."""
        return self.unsettled().filter(owed_by__isnull=False)

    def waiting(self) -> Self:
        """Those that have not started, because nobody said when."""
        return self.unsettled().filter(owed_by__isnull=True)

    def of(self, incident: Incident) -> Self:
        """The clocks of an incident, the soonest first, those without a time last."""
        mine = self.owed().filter(regime__incident=incident).select_related("regime", "met_by", "exempt_by")
        return mine.order_by(models.F("owed_by").asc(nulls_last=True), "pk")


class RegimeClock(models.Model):
    """By when somebody must be told, and whether they were.

    `owed_by` moves when a start is set anew, and is empty while the start is not known. Met: `met_at`, with the proof.
    Missed: `missed_at` is when the time passed without. Exempt: by a member, with the reason. `is_owed` is False where
    the answers came to say that it is not.
    """

    regime = models.ForeignKey(Regime, on_delete=models.CASCADE, related_name="clocks")
    clock = models.CharField(max_length=80)
    variant = models.CharField(max_length=80, blank=True, default="")
    name = models.CharField(max_length=200)
    to = models.CharField(max_length=200)
    is_aim = models.BooleanField(default=False)
    is_owed = models.BooleanField(default=True)
    started_at = models.DateTimeField(null=True)
    owed_by = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    met_recorded_at = models.DateTimeField(null=True)
    proof = models.TextField(blank=True, default="")
    exempt_at = models.DateTimeField(null=True)
    exempt_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    exemption = models.CharField(max_length=300, blank=True, default="")
    exempt_because = models.TextField(blank=True, default="")

    objects: ClassVar = RegimeClockQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regime", "clock", "variant"], name="regimes_clock_once"),
            models.CheckConstraint(
                condition=models.Q(met_at__isnull=True, met_by__isnull=True)
                | models.Q(met_at__isnull=False, met_by__isnull=False),
                name="regimes_met_by_a_member",
            ),
            models.CheckConstraint(
                condition=models.Q(exempt_at__isnull=True, exempt_by__isnull=True)
                | models.Q(exempt_at__isnull=False, exempt_by__isnull=False),
                name="regimes_exempt_by_a_member",
            ),
            models.CheckConstraint(
                condition=models.Q(met_at__isnull=True) | models.Q(exempt_at__isnull=True),
                name="regimes_met_or_exempt",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_settled(self) -> bool:
        """Whether nothing is owed on it any more."""
        return self.met_at is not None or self.exempt_at is not None or not self.is_owed

    @property
    def was_late(self) -> bool:
        """Whether it was met after its time."""
        return self.met_at is not None and self.owed_by is not None and self.met_at > self.owed_by

    @property
    def span(self) -> PromiseClock | None:
        """Its time from start to end; None while it has not started."""
        if self.owed_by is None or self.started_at is None:
            return None
        return PromiseClock(min(self.started_at, self.owed_by), self.owed_by)

    @property
    def at_risk_from(self) -> datetime | None:
        """From when on four fifths of its time are gone."""
        return self.span.at(AT_RISK_FROM) if self.span else None

    def is_late(self, now: datetime) -> bool:
        """Whether its time has passed and nothing settles it; asked of the time, not of what a loop wrote down."""
        return not self.is_settled and self.owed_by is not None and now > self.owed_by
