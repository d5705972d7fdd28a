"""Public holidays by which a law counts working days, from rules kept as data. No rule, no holiday: then it ends early.

A day that is proclaimed for one year only is left out; that makes a clock end earlier, and never later, than the law.
"""

import calendar as months
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from daylight.core.working_time import SATURDAY

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FRIDAY, SUNDAY = 4, 6


@dataclass(frozen=True)
class PublicHolidays:
    """The holidays of one calendar; asks `day in holidays` like a set of days without an end."""

    key: str
    name: str
    rules: tuple[Mapping[str, Any], ...]
    moves: str

    def __hash__(self) -> int:
        return hash(self.key)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _kept_around(self, day.year)


def holidays_of(key: str) -> PublicHolidays:
    """The calendar of that key, such as "us-federal". Raises KeyError."""
    return _calendars()[key]


def calendars() -> tuple[str, ...]:
    """The keys of every calendar."""
    return tuple(_calendars())


@cache
def _calendars() -> dict[str, PublicHolidays]:
    data = tomllib.loads(Path(__file__).with_name("calendars.toml").read_text(encoding="utf-8"))
    return {
        key: PublicHolidays(key, found["name"], tuple(found["days"]), found.get("moves", ""))
        for key, found in data.items()
    }


@lru_cache(maxsize=256)
def _kept_around(calendar: PublicHolidays, year: int) -> frozenset[date]:
    """Days off of a year; the New Year of the next one may be kept in December."""
    return frozenset(day for each in (year, year + 1) for day in _kept_in(calendar, each))


def _kept_in(calendar: PublicHolidays, year: int) -> set[date]:
    named = [_day_of(rule, year) for rule in calendar.rules if year >= rule.get("since", 0)]
    if calendar.moves == "nearest":
        return {_nearest(day) for day in named}
    kept = set(named)
    if calendar.moves == "next":
        for day in sorted(day for day in named if day.weekday() >= SATURDAY):
            kept.add(_next_free(day, kept))
    return kept


def _day_of(rule: Mapping[str, Any], year: int) -> date:
    if "easter" in rule:
        return _easter(year) + timedelta(days=rule["easter"])
    if "on" in rule:
        month, day = map(int, rule["on"].split("-"))
        return date(year, month, day)
    return _of_weekday(year, rule["month"], WEEKDAYS.index(rule["weekday"]), rule["nth"])


def _of_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth Monday (or other day) of a month; the last one for -1."""
    length = months.monthrange(year, month)[1]
    days = [date(year, month, day) for day in range(1, length + 1) if date(year, month, day).weekday() == weekday]
    return days[nth if nth < 0 else nth - 1]


def _nearest(day: date) -> date:
    if day.weekday() == SATURDAY:
        return day - timedelta(days=1)
    return day + timedelta(days=1) if day.weekday() == SUNDAY else day


def _next_free(day: date, taken: set[date]) -> date:
    while day.weekday() > FRIDAY or day in taken:
        day += timedelta(days=1)
    return day


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the rule of Meeus, Jones and Butcher."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)
