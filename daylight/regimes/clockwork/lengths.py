"""How long a clock runs, and the instant at which it ends; never later than the law's own end.

Hours are hours that pass, whatever a clock on the wall does meanwhile. Days, weeks and months leave out the day of the
start and end with the minute before midnight of their last day, in the zone of the law. Working days leave out
Saturdays, Sundays and the holidays of the calendar. Where a law lets a period end later because its last day is no
working day, that is not used: who keeps our time keeps the law's.
"""

import calendar as months
import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from daylight.core.working_time import SATURDAY, WORKING_HOURS, add_working_time

LAST_MINUTE = time(23, 59)

_WRITTEN = re.compile(r"(-?\d{1,4}) (business )?(hour|day|week|month)s?")


class Unit(StrEnum):
    """What a length is counted in."""

    HOURS = "hour"
    DAYS = "day"
    WEEKS = "week"
    MONTHS = "month"
    BUSINESS_HOURS = "business hour"
    BUSINESS_DAYS = "business day"


LONGEST = {
    Unit.HOURS: 10 * 366 * 24,
    Unit.DAYS: 10 * 366,
    Unit.WEEKS: 10 * 53,
    Unit.MONTHS: 10 * 12,
    Unit.BUSINESS_HOURS: 10 * 366 * 8,
    Unit.BUSINESS_DAYS: 10 * 262,
}
"""Ten years of each: a longer clock is a mistake in the pack."""

MAY_GO_BACK = {Unit.HOURS, Unit.DAYS, Unit.WEEKS}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where and when a law counts: its zone, days that are no working days, and when a day of it ends."""

    zone: ZoneInfo
    days_off: Container[date] = ()
    ends_at: time = LAST_MINUTE
    working_hours: tuple[time, time] = WORKING_HOURS

    def end_of(self, day: date) -> datetime:
        """The last minute of a day that counts; the first of two, where clocks go back over it."""
        return datetime.combine(day, self.ends_at, self.zone).astimezone(UTC)

    def works_on(self, day: date) -> bool:
        """Whether it is a working day."""
        return day.weekday() < SATURDAY and day not in self.days_off


@dataclass(frozen=True, slots=True)
class Length:
    """So many of a unit; a negative one lies before its start, as in "14 days before the departure"."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        many = "" if abs(self.amount) == 1 else "s"
        before = " before" if self.amount < 0 else ""
        return f"{abs(self.amount)} {self.unit}{many}{before}"

    def after(self, start: datetime, calendar: Calendar) -> datetime:
        """The instant, in UTC, by which it must be done when the clock began at `start`."""
        local = start.astimezone(calendar.zone).date()
        match self.unit:
            case Unit.HOURS:
                return start.astimezone(UTC) + timedelta(hours=self.amount)
            case Unit.BUSINESS_HOURS:
                length = timedelta(hours=self.amount)
                ends = add_working_time(start, length, calendar.zone, calendar.days_off, hours=calendar.working_hours)
                return ends.astimezone(UTC)
            case Unit.BUSINESS_DAYS:
                return calendar.end_of(_working_days_after(local, self.amount, calendar))
            case Unit.MONTHS:
                return calendar.end_of(_months_after(local, self.amount))
        days = timedelta(days=self.amount * (7 if self.unit is Unit.WEEKS else 1))
        if days < timedelta(0):
            return _days_before(start, days, calendar)
        return start.astimezone(UTC) if not days else calendar.end_of(local + days)


def read_length(text: str) -> Length:
    """A length as packs write it: "72 hours", "4 business days", "-14 days". Raises ValueError with a sentence."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{text}” is no length; write it as “72 hours”, “30 days” or “4 business days”")
    length = Length(int(found[1]), Unit((found[2] or "") + found[3]))
    if abs(length.amount) > LONGEST[length.unit]:
        raise ValueError(f"“{text}” is more than ten years")
    if length.amount < 0 and length.unit not in MAY_GO_BACK:
        raise ValueError(f"“{text}” goes back in time, which only hours, days and weeks can")
    return length


def _days_before(start: datetime, days: timedelta, calendar: Calendar) -> datetime:
    """The same time of an earlier day, or so many whole days earlier, whichever comes first where clocks change."""
    on_the_wall = (start.astimezone(calendar.zone) + days).astimezone(UTC)
    return min(on_the_wall, start.astimezone(UTC) + days)


def _working_days_after(day: date, amount: int, calendar: Calendar) -> date:
    left = amount
    while left:
        day += timedelta(days=1)
        left -= calendar.works_on(day)
    return day


def _months_after(day: date, amount: int) -> date:
    """The same day of a later month; the last one of a month that has no such day."""
    years, month = divmod(day.month - 1 + amount, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))
