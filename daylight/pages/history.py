"""How each component fared on each of the last days, worked out from what was published: no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from daylight.incidents.words import ComponentState

DAYS = 90
"""Days shown for each component, today included."""

RANK = {state: rank for rank, state in enumerate(ComponentState)}
"""How bad a state is; the enumeration goes from best to worst."""


@dataclass(frozen=True)
class Spell:
    """A component was in `state` from `since` until `until` (None: still is), because of `incident` (its headline)."""

    state: ComponentState
    since: datetime
    until: datetime | None
    incident: str = ""


@dataclass(frozen=True)
class Day:
    """The worst a component was on one local day; `state` is None when nobody kept a record yet."""

    date: date
    state: ComponentState | None
    incidents: tuple[str, ...] = ()

    @property
    def is_trouble(self) -> bool:
        """Whether there is something to tell of this day."""
        return self.state is not None and self.state != ComponentState.OPERATIONAL


def days(spells: Sequence[Spell], *, now: datetime, zone: ZoneInfo, kept_since: datetime) -> tuple[Day, ...]:
    """The last 90 local days, oldest first."""
    today = now.astimezone(zone).date()
    first_kept = min([kept_since, *(spell.since for spell in spells)]).astimezone(zone).date()
    return tuple(
        _day(today - timedelta(days=back), spells, now=now, zone=zone, first_kept=first_kept)
        for back in range(DAYS - 1, -1, -1)
    )


def _day(day: date, spells: Iterable[Spell], *, now: datetime, zone: ZoneInfo, first_kept: date) -> Day:
    if day < first_kept:
        return Day(date=day, state=None)
    touching = [
        spell
        for spell in spells
        if spell.state != ComponentState.OPERATIONAL
        and spell.since.astimezone(zone).date() <= day
        and (spell.until is None or spell.until.astimezone(zone).date() >= day)
    ]
    worst = max((spell.state for spell in touching), key=RANK.__getitem__, default=ComponentState.OPERATIONAL)
    return Day(date=day, state=worst, incidents=tuple(dict.fromkeys(spell.incident for spell in touching)))
