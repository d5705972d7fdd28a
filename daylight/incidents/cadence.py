"""How often we speak: rhythms and the clock of one promise, as plain calculations without a database."""

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from daylight.core.working_time import add_working_time
from daylight.incidents.words import Kind, Severity

WORKING_DAY = timedelta(hours=8)

WARN_AT = (50, 80, 100)
"""Percent of a promise's time after which the lead is warned."""

AMBER_BELOW = 0.2
"""Share of the time left under which a clock turns amber."""


@dataclass(frozen=True)
class Rhythm:
    """The time until the first word, and between two words; counted in working hours where goods move by day.

    Working hours are Monday to Friday, 9 to 17 in the organisation's zone, but for `days_off`.
    """

    first_word: timedelta
    between: timedelta
    in_working_hours: bool = False
    days_off: Container[date] = ()

    def first_word_by(self, opened_at: datetime, zone: ZoneInfo) -> datetime:
        """When the first word is owed for something opened at `opened_at`."""
        return self._after(opened_at, self.first_word, zone)

    def next_word_by(self, after: datetime, zone: ZoneInfo) -> datetime:
        """The latest time of the next word after a word at `after`."""
        return self._after(after, self.between, zone)

    def every(self, minutes: int) -> "Rhythm":
        """The same with another time between two words."""
        return replace(self, between=timedelta(minutes=minutes))

    def suggest(self, after: datetime, zone: ZoneInfo) -> datetime:
        """A round time for the next word that keeps the rhythm: full five minutes, never later than promised."""
        latest = self.next_word_by(after, zone)
        if self.between < timedelta(minutes=15):
            return latest.replace(second=0, microsecond=0)
        round_ = latest.replace(minute=latest.minute - latest.minute % 5, second=0, microsecond=0)
        return round_ if round_ > after else latest

    def _after(self, start: datetime, length: timedelta, zone: ZoneInfo) -> datetime:
        if self.in_working_hours:
            return add_working_time(start, length, zone, self.days_off)
        return start + length


BY_SEVERITY: dict[int, Rhythm] = {
    Severity.HIGHLY_MATERIAL: Rhythm(timedelta(minutes=15), timedelta(minutes=30)),
    Severity.MATERIAL: Rhythm(timedelta(minutes=30), timedelta(minutes=60)),
    Severity.NOTICEABLE: Rhythm(timedelta(hours=2), timedelta(days=1)),
    Severity.SLIGHT: Rhythm(timedelta(days=1), timedelta(days=3)),
    Severity.IMMATERIAL: Rhythm(timedelta(days=3), timedelta(days=7)),
}
"""What an installation starts with; a member may set others (see the model `Cadence`)."""

BY_KIND: dict[str, Rhythm] = {
    Kind.LATE_DELIVERY: Rhythm(timedelta(hours=4), WORKING_DAY, in_working_hours=True),
    Kind.SUPPLIER_FAILURE: Rhythm(timedelta(hours=4), WORKING_DAY, in_working_hours=True),
    Kind.FORESEEN_TROUBLE: Rhythm(timedelta(hours=4), WORKING_DAY, in_working_hours=True),
    Kind.DATA_BREACH: Rhythm(timedelta(hours=24), timedelta(hours=72)),
}
"""Kinds that bring their own rhythm: goods move by the working day, and a breach is told by the law's clock."""


def default_rhythm(severity: int, kind: str) -> Rhythm:
    """The rhythm when no member has set another: that of the kind where it has one, else that of the severity."""
    return BY_KIND.get(kind, BY_SEVERITY[severity])


@dataclass(frozen=True)
class PromiseClock:
    """One promise as time: when given, and for when."""

    given_at: datetime
    promised_for: datetime

    def at(self, percent: int) -> datetime:
        """When `percent` of the time has gone."""
        return self.given_at + (self.promised_for - self.given_at) * percent / 100

    def left(self, now: datetime) -> timedelta:
        """The time left; negative when late."""
        return self.promised_for - now

    def mood(self, now: datetime) -> str:
        """calm, amber (under a fifth is left) or red (the time has passed)."""
        if now > self.promised_for:
            return "red"
        whole = self.promised_for - self.given_at
        return "amber" if self.left(now) < whole * AMBER_BELOW else "calm"
