"""Days on which the firm does not work, without a database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

LEAP_YEAR = 2000
"""For days of every year: 29 February is one of them."""

_EACH_YEAR = re.compile(r"\d{2}-\d{2}")


@dataclass(frozen=True)
class Holidays:
    """Days off, as they are kept: `2026-04-03`, or `12-25` for each year."""

    kept: frozenset[str] = frozenset()

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and not self.kept.isdisjoint({day.isoformat(), f"{day:%m-%d}"})

    def between(self, first: date, last: date) -> Iterator[date]:
        """Those from the first day to the last, both included."""
        if self.kept:
            days = (first + timedelta(days=number) for number in range((last - first).days + 1))
            yield from (day for day in days if day in self)


NONE = Holidays()


def read_lines(text: str) -> list[str]:
    """Days as people write them, one in a line, each as it is kept. Raises ValueError with the line that is no day."""
    return sorted({_day(line.strip()) for line in text.splitlines() if line.strip()})


def _day(line: str) -> str:
    try:
        if _EACH_YEAR.fullmatch(line):
            return f"{date.fromisoformat(f'{LEAP_YEAR}-{line}'):%m-%d}"
        return date.fromisoformat(line).isoformat()
    except ValueError as problem:
        raise ValueError(line[:40]) from problem
