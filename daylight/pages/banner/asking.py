"""Whom an open incident concerns, for the banner: asked by browsers, so every answer is kept for some seconds."""

from datetime import datetime, timedelta
from functools import lru_cache

from daylight.incidents.models import AffectedCustomer, Incident
from daylight.pages.models import BannerSecret

KEPT = timedelta(seconds=20)
"""How long an answer stands: a customer's browsers ask each process for rows no more often."""

MOST_KEPT = 50_000


def secrets(now: datetime) -> tuple[str, ...]:
    """The secrets that are taken now."""
    return _secrets(_stretch(now))


def affected(external_id: str, now: datetime) -> tuple[str, ...]:
    """The public ids of open public incidents in whose register the customer is; none for somebody unknown."""
    return _affected(external_id, _stretch(now))


def forget() -> None:
    """Ask the rows again at the next question."""
    _secrets.cache_clear()
    _affected.cache_clear()


def _stretch(now: datetime) -> datetime:
    """The beginning of the stretch of time for which one answer stands."""
    return now - timedelta(microseconds=now.timestamp() % KEPT.total_seconds() * 1_000_000)


@lru_cache(maxsize=2)
def _secrets(stretch: datetime) -> tuple[str, ...]:
    return tuple(row.secret for row in BannerSecret.objects.standing(stretch))


@lru_cache(maxsize=MOST_KEPT)
def _affected(external_id: str, stretch: datetime) -> tuple[str, ...]:
    theirs = AffectedCustomer.objects.present().filter(
        customer__external_id=external_id, customer__erased_at__isnull=True
    )
    open_ones = Incident.objects.public().filter(closed_at__isnull=True, pk__in=theirs.values("incident"))
    return tuple(open_ones.order_by("pk").values_list("public_id", flat=True))
