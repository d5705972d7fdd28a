"""The line below the list: what is well, so that silence is not mistaken for blindness."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from daylight.core.models import Heartbeat
from daylight.pages.models import Publication
from daylight.reach.models import Provider


@dataclass(frozen=True)
class Quiet:
    """Signs of life: the worker's, the status page's, and how many channels are paused."""

    worker_seen_at: datetime | None
    worker_is_well: bool
    paused_channels: int
    published_at: datetime | None


def facts(now: datetime) -> Quiet:
    """The signs of life as they are now."""
    return Quiet(
        worker_seen_at=Heartbeat.objects.aggregate(last=Max("turned_at"))["last"],
        worker_is_well=not Heartbeat.objects.red(now).exists(),
        paused_channels=Provider.objects.filter(is_active=True, paused_at__isnull=False).count(),
        published_at=Publication.objects.aggregate(last=Max("made_at"))["last"],
    )
