"""No clock is ever silently late: its end never lies after the law's own, reckoned another way, whatever the start."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from daylight.incidents.cadence import WARN_AT
from daylight.regimes.clockwork.holidays import calendars, holidays_of
from daylight.regimes.clockwork.lengths import Calendar, Length, Unit, read_length
from daylight.regimes.clockwork.reckoning import Limit, reckon
from daylight.regimes.models import RegimeClock

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "America/Santiago",  # Clocks change at midnight.
    "Australia/Lord_Howe",  # By half an hour.
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
)
STARTS = some.datetimes(datetime(2015, 1, 1), datetime(2045, 12, 31)).map(lambda wall: wall.replace(tzinfo=UTC))  # noqa: DTZ001
FORWARD = some.builds(Length, some.integers(0, 100), some.sampled_from(Unit))
CALENDARS = some.builds(
    Calendar,
    zone=some.sampled_from(ZONES).map(ZoneInfo),
    days_off=some.sampled_from([(), *map(holidays_of, calendars())]),
)
DAY = timedelta(days=1)


def midnight_after(day: date, zone: ZoneInfo) -> datetime:
    """The very end of a day, as an instant: the first instant at which the date there is a later one."""
    guess = datetime.combine(day + DAY, time(), zone).astimezone(UTC) - timedelta(hours=2)
    while guess.astimezone(zone).date() <= day:
        guess += timedelta(minutes=1)
    return guess


def days_of(start: datetime, calendar: Calendar, amount: int, *, working: bool) -> date:
    """The last day of a period that leaves out its first one, counted one by one."""
    day, counted = start.astimezone(calendar.zone).date(), 0
    while counted < amount:
        day += DAY
        counted += not working or (day.weekday() < 5 and day not in calendar.days_off)
    return day


def end_of_the_law(start: datetime, length: Length, calendar: Calendar) -> datetime:
    """When the law's own period is over, at the very latest reading that needs no extension."""
    zone, first = calendar.zone, start.astimezone(calendar.zone).date()
    if length.unit is Unit.HOURS:
        return datetime.fromtimestamp(start.timestamp() + length.amount * 3600, UTC)
    if length.unit is Unit.MONTHS:
        month = first.replace(day=1)
        for _ in range(length.amount):
            month = (month + 31 * DAY).replace(day=1)
        last = (month + 31 * DAY).replace(day=1) - DAY
        return midnight_after(min(last, month + (first.day - 1) * DAY), zone)
    if length.unit is Unit.BUSINESS_HOURS:
        days = -(-length.amount // 8) + 1
        return midnight_after(days_of(start - DAY, calendar, days + 1, working=True), zone)
    working = length.unit is Unit.BUSINESS_DAYS
    amount = length.amount * (7 if length.unit is Unit.WEEKS else 1)
    return midnight_after(days_of(start, calendar, amount, working=working), zone)


@given(STARTS, FORWARD, CALENDARS)
def test_the_end_is_never_after_the_law_s_and_never_before_the_start(
    start: datetime, length: Length, calendar: Calendar
) -> None:
    ends = length.after(start, calendar)

    assert start <= ends + timedelta(minutes=1)
    assert ends <= end_of_the_law(start, length, calendar)


@given(STARTS, some.timedeltas(timedelta(0), timedelta(days=40)), FORWARD, CALENDARS)
def test_a_later_start_never_ends_sooner(start: datetime, by: timedelta, length: Length, calendar: Calendar) -> None:
    assert length.after(start, calendar) <= length.after(start + by, calendar)


@given(STARTS, some.integers(0, 60), some.sampled_from(ZONES), some.sampled_from(calendars()))
def test_a_holiday_left_out_never_ends_a_clock_later(start: datetime, days: int, zone: str, key: str) -> None:
    length, place = Length(days, Unit.BUSINESS_DAYS), ZoneInfo(zone)

    assert length.after(start, Calendar(place)) <= length.after(start, Calendar(place, holidays_of(key)))


@given(STARTS, some.integers(1, 400), some.sampled_from([Unit.HOURS, Unit.DAYS, Unit.WEEKS]), CALENDARS)
def test_what_must_come_before_ends_that_long_before(start: datetime, amount: int, unit: Unit, at: Calendar) -> None:
    ends = Length(-amount, unit).after(start, at)
    hours = amount * {Unit.HOURS: 1, Unit.DAYS: 24, Unit.WEEKS: 168}[unit]

    assert ends <= start - timedelta(hours=hours)


LIMITS = some.lists(some.builds(Limit, some.sampled_from(["aware", "classified", "confirmed"]), FORWARD), min_size=1)
MOMENTS = some.dictionaries(some.sampled_from(["aware", "classified", "confirmed", "occurred"]), STARTS)


@given(LIMITS, MOMENTS, CALENDARS)
def test_a_clock_runs_as_soon_as_any_start_is_known_and_else_says_what_it_waits_for(
    limits: list[Limit], moments: dict[str, datetime], calendar: Calendar
) -> None:
    reckoned = reckon(limits, moments, calendar)
    ends = [limit.length.after(moments[limit.starts], calendar) for limit in limits if limit.starts in moments]

    assert reckoned.owed_by == min(ends, default=None)
    assert set(reckoned.waits_for) == {limit.starts for limit in limits} - set(moments)
    assert reckoned.is_started or reckoned.waits_for


@given(LIMITS, MOMENTS, some.sampled_from(["aware", "classified", "confirmed"]), STARTS, CALENDARS)
def test_to_learn_one_more_start_never_puts_a_clock_off(
    limits: list[Limit], moments: dict[str, datetime], name: str, at: datetime, calendar: Calendar
) -> None:
    before = reckon(limits, {key: value for key, value in moments.items() if key != name}, calendar)
    after = reckon(limits, moments | {name: at}, calendar)

    assert before.owed_by is None or (after.owed_by is not None and after.owed_by <= before.owed_by)


@given(STARTS, FORWARD, CALENDARS, STARTS)
def test_whoever_looks_after_the_end_sees_that_it_is_late(
    start: datetime, length: Length, calendar: Calendar, now: datetime
) -> None:
    ends = length.after(start, calendar)
    clock = RegimeClock(started_at=start, owed_by=ends)
    span = clock.span
    assert span is not None
    warned = [span.at(percent) for percent in WARN_AT]

    assert clock.is_late(now) is (now > ends)
    assert warned == sorted(warned)
    assert warned[-1] == ends


@given(FORWARD)
def test_a_length_reads_as_it_is_written(length: Length) -> None:
    assert read_length(str(length)) == length
