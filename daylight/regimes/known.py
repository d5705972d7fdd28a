"""The packs of this installation: those that come with Daylight, and the firm's own in its data directory."""

from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from daylight.accounts.models import Organisation
from daylight.regimes.clockwork.holidays import holidays_of
from daylight.regimes.clockwork.lengths import LAST_MINUTE, Calendar
from daylight.regimes.packs.pack import Clock, Pack
from daylight.regimes.packs.reading import OUR_HOLIDAYS
from daylight.regimes.packs.shelf import Shelf, shelf


def our_folder() -> Path:
    """Where a firm puts packs of its own."""
    return Path(settings.DATA_DIR) / "regimes"


def the_shelf() -> Shelf:
    """Every pack at hand now."""
    return shelf(our_folder())


def calendar_of(pack: Pack, clock: Clock, organisation: Organisation) -> Calendar:
    """Where and when the law of a pack counts; the firm's own days off only where the pack asks for them."""
    days_off = (
        organisation.days_off if pack.holidays == OUR_HOLIDAYS else holidays_of(pack.holidays) if pack.holidays else ()
    )
    return Calendar(
        zone=ZoneInfo(pack.zone or organisation.time_zone), days_off=days_off, ends_at=clock.ends_at or LAST_MINUTE
    )
