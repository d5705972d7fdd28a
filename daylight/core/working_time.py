"""Time that counts only while people are at work."""

from collections.abc import Container
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WORKING_HOURS = time(9), time(17)
SATURDAY = 5


def add_working_time(
    start: datetime,
    length: timedelta,
    zone: ZoneInfo,
    days_off: Container[date] = (),
    *,
    hours: tuple[time, time] = WORKING_HOURS,
) -> datetime:
    """The instant at which `length` of working time has passed since `start`, in the zone of `start`'s own tzinfo."""
    here = start.astimezone(zone)
    left = length
    while True:
        begins, ends = (datetime.combine(here.date(), moment, zone) for moment in hours)
        here = max(here, begins)
        if here.weekday() < SATURDAY and here < ends and here.date() not in days_off:
            today = ends - here
            if left <= today:
                return (here + left).astimezone(start.tzinfo)
            left -= today
        here = datetime.combine(here.date() + timedelta(days=1), hours[0], zone)
