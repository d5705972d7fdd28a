"""Warnings to the crew before, at and after the end of a regime clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.incidents.cadence import WARN_AT
from daylight.incidents.models.reminder import rungs_of_the_ladder
from daylight.regimes.models.clock import RegimeClock

OVER = 100


class ClockWarningQuerySet(DueQuerySet["ClockWarning"]):
    """Plans, drops and finds warnings."""

    def unheard(self) -> Self:
        """Warnings that fired and of which nobody was alarmed yet."""
        return self.filter(fired_at__isnull=False, heard_at__isnull=True)

    def drop_waiting(self, clock: RegimeClock, *, at: datetime) -> None:
        """They no longer matter: none of those that still wait will fire."""
        self.filter(clock=clock, fired_at__isnull=True, dropped_at__isnull=True).update(dropped_at=at, due_at=None)

    def plan(self, clock: RegimeClock, *, at: datetime) -> None:
        """Warnings at 50, 80 and 100 %, then the ladder; of those whose time is over already, only the latest."""
        self.drop_waiting(clock, at=at)
        planned = list(_planned(clock))
        past = [row for row in planned if row.planned_for <= at]
        for row in [*past[-1:], *(row for row in planned if row.planned_for > at)]:
            row.due_at = row.planned_for
            row.save(force_insert=True)


class ClockWarning(DueRow):
    """One warning about a clock as it stood; once. `percent` is the share of its time that is gone.

    After 100 come the rungs of the ladder, and `member` is whom it names, if anybody. `heard_at` is when it was
    handed to those who carry alarms.
    """

    clock = models.ForeignKey(RegimeClock, on_delete=models.CASCADE, related_name="warnings")
    percent = models.PositiveSmallIntegerField()
    rung = models.PositiveSmallIntegerField(default=0)
    planned_for = models.DateTimeField()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    fired_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)

    objects: ClassVar = ClockWarningQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(fired_at__isnull=True) | models.Q(dropped_at__isnull=True),
                name="regimes_warning_fired_or_dropped",
            )
        ]
        indexes: ClassVar = [
            due_index("regimes_warning_due"),
            models.Index(
                fields=["fired_at"],
                name="regimes_warning_unheard",
                condition=models.Q(fired_at__isnull=False, heard_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent} % of {self.clock}"

    def recipients(self) -> list[Member]:
        """Whom to alarm: whom the ladder names; at first the lead; from 80 % on all who have a part in the incident;
        when the time is over, and where that leaves nobody, everybody who may lead."""
        if self.member is not None:
            return [self.member]
        incident = self.clock.regime.incident
        able = Member.objects.able_to(Act.LEAD_INCIDENT).order_by("pk")
        if self.percent >= OVER:
            return list(able)
        parts = incident.assignments.filter(until__isnull=True).select_related("member").order_by("pk")
        everybody = list(dict.fromkeys(part.member for part in parts if part.member.is_active))
        lead = [incident.lead] if incident.lead is not None and incident.lead.is_active else []
        return (lead if self.percent < WARN_AT[1] else everybody) or list(able)

    def fire(self, *, at: datetime) -> bool:
        """Its time has come: a fact, set once. False when it had fired or was dropped before."""
        waiting = ClockWarning.objects.filter(pk=self.pk, fired_at__isnull=True, dropped_at__isnull=True)
        return bool(waiting.update(fired_at=at, due_at=None))

    def hear(self, *, at: datetime) -> None:
        """Its alarms are made."""
        ClockWarning.objects.filter(pk=self.pk, heard_at__isnull=True).update(heard_at=at)


def _planned(clock: RegimeClock) -> Iterator[ClockWarning]:
    span = clock.span
    if span is None:
        return
    for percent in WARN_AT:
        yield ClockWarning(clock=clock, percent=percent, planned_for=span.at(percent))
    for rung, after, member_id in rungs_of_the_ladder():
        planned_for = span.promised_for + timedelta(minutes=after)
        yield ClockWarning(clock=clock, percent=OVER, rung=rung, planned_for=planned_for, member_id=member_id)
