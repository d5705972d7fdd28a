"""Warnings whose time has come, and clocks that must follow what others wrote down about the incident."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from daylight.accounts import audit
from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.regimes import applying
from daylight.regimes.models import ClockWarning, Regime, RegimeClock


def warn_step(now: datetime) -> Step:
    """Fire the warnings whose time has come."""
    return work_through(ClockWarning.objects.select_related("clock__regime__incident"), now, _warn, limit=100)


def clock_step(now: datetime) -> Step:
    """Bring running clocks up to date, as starts change elsewhere and packs by an upgrade; write down misses.

    Those of closed incidents, where little changes, are looked at once a day.
    """
    regimes = Regime.objects.standing().filter(clocks__in=RegimeClock.objects.unsettled()).distinct()
    seldom = Q(incident__closed_at__isnull=False, looked_at__gt=now - timedelta(days=1))
    moved = 0
    for regime in regimes.exclude(seldom).select_related("incident"):
        moved += applying.recount(regime, at=now) > 0
        if not regime.incident.is_open:
            Regime.objects.filter(pk=regime.pk).update(looked_at=now)
    over = RegimeClock.objects.running().filter(missed_at__isnull=True, owed_by__lt=now)
    return Step(handled=moved + sum(_miss(clock, now) for clock in over.select_related("regime")))


@transaction.atomic
def _warn(warning: ClockWarning, now: datetime) -> None:
    clock = applying.held_clock(warning.clock)
    if clock.is_settled or clock.regime.dropped_at is not None:
        ClockWarning.objects.drop_waiting(clock, at=now)
    else:
        warning.fire(at=now)


@transaction.atomic
def _miss(clock: RegimeClock, now: datetime) -> bool:
    clock = applying.held_clock(clock)
    if not clock.is_late(now) or clock.missed_at is not None:
        return False
    clock.missed_at = clock.owed_by
    clock.save(update_fields=["missed_at"])
    audit.record(
        at=now,
        actor="Daylight",
        act="regime.miss",
        subject=clock.regime.incident.public_id,
        pack=clock.regime.pack,
        clock=clock.clock,
    )
    return True
