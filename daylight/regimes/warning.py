"""Warnings whose time has come, and clocks that must follow what others wrote down about the incident."""

from datetime import datetime

from django.db import transaction

from daylight.accounts import audit
from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.regimes import applying
from daylight.regimes.models import ClockWarning, Regime, RegimeClock


def warn_step(now: datetime) -> Step:
    """Fire the warnings whose time has come."""
    return work_through(ClockWarning.objects.select_related("clock__regime__incident"), now, _warn, limit=100)


def clock_step(now: datetime) -> Step:
    """Bring running clocks up to date, as starts change elsewhere and packs by an upgrade; write down misses."""
    regimes = Regime.objects.standing().filter(clocks__in=RegimeClock.objects.unsettled()).distinct()
    moved = sum(applying.recount(regime, at=now) > 0 for regime in regimes.select_related("incident"))
    over = RegimeClock.objects.running().filter(missed_at__isnull=True, owed_by__lt=now)
    return Step(handled=moved + sum(_miss(clock.pk, now) for clock in over))


@transaction.atomic
def _warn(warning: ClockWarning, now: datetime) -> None:
    clock = RegimeClock.objects.select_for_update(no_key=True).get(pk=warning.clock_id)
    if clock.is_settled or clock.regime.dropped_at is not None:
        ClockWarning.objects.drop_waiting(clock, at=now)
    else:
        warning.fire(at=now)


@transaction.atomic
def _miss(key: int, now: datetime) -> bool:
    clock = RegimeClock.objects.select_for_update(no_key=True).get(pk=key)
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
