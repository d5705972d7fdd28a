"""The types of values that cross the border: bounded, so that nothing a caller sends can surprise a database."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, Field, FiniteFloat, StringConstraints

FIRST_YEAR, LAST_YEAR = 1970, 2199
LARGEST_KEY = 2**63 - 1


def _no_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("Leave out the NUL character.")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("Write something here.")
    return text


def _near(moment: datetime) -> datetime:
    if not FIRST_YEAR < moment.year < LAST_YEAR:
        raise ValueError(f"Give a time between {FIRST_YEAR + 1} and {LAST_YEAR - 1}.")
    return moment.astimezone(UTC)


def _near_day(day: date) -> date:
    if not FIRST_YEAR < day.year < LAST_YEAR:
        raise ValueError(f"Give a date between {FIRST_YEAR + 1} and {LAST_YEAR - 1}.")
    return day


def _plain_facts(facts: dict[str, Any]) -> dict[str, Any]:
    if len(facts) > 50:
        raise ValueError("Give at most 50 attributes.")
    for name, value in facts.items():
        if len(name) > 120 or "\x00" in name:
            raise ValueError("Attribute names have at most 120 characters and no NUL.")
        if isinstance(value, str) and (len(value) > 1000 or "\x00" in value):
            raise ValueError(f"The value of '{name}' has more than 1,000 characters or a NUL.")
    return facts


def _a_zone(name: str) -> str:
    if name and name not in available_timezones():
        raise ValueError("Write a time zone such as Europe/Berlin, or leave it out.")
    return name


TimeZone = Annotated[str, StringConstraints(max_length=60), AfterValidator(_a_zone)]
"""A time zone by its name in the tz database, or nothing."""

Language = Annotated[str, StringConstraints(max_length=12, pattern=r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?$")]
"""A language by its code, such as "de" or "pt-BR", or nothing."""

LanguageCode = Annotated[str, StringConstraints(max_length=12, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")]
"""A language by its code, such as "de" or "pt-BR"."""

Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_no_nul)]
"""One line of text of at most 200 characters."""

Title = Annotated[str, StringConstraints(max_length=160), AfterValidator(_no_nul), AfterValidator(_not_blank)]
"""A headline of at most 160 characters, never blank."""

Name = Annotated[
    str, StringConstraints(min_length=1, max_length=200), AfterValidator(_no_nul), AfterValidator(_not_blank)
]
"""A name of at most 200 characters, never blank."""

Word = Annotated[
    str, StringConstraints(min_length=1, max_length=120), AfterValidator(_no_nul), AfterValidator(_not_blank)
]
"""A key in somebody's records, of at most 120 characters, never blank."""

Paragraphs = Annotated[str, StringConstraints(max_length=8000), AfterValidator(_no_nul)]
"""Text of at most 8,000 characters."""

LongWords = Annotated[
    str, StringConstraints(min_length=1, max_length=20_000), AfterValidator(_no_nul), AfterValidator(_not_blank)
]
"""What somebody says, of at most 20,000 characters, never blank."""

Because = Annotated[str, StringConstraints(max_length=400), AfterValidator(_no_nul)]
"""A reason that may be needed, of at most 400 characters."""

Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=300), AfterValidator(_no_nul), AfterValidator(_not_blank)
]
"""A reason in words, of at most 300 characters, never blank."""

Moment = Annotated[AwareDatetime, AfterValidator(_near)]
"""An instant with its zone; kept in UTC."""

Day = Annotated[date, AfterValidator(_near_day)]
"""A calendar date."""

Key = Annotated[int, Field(ge=1, le=LARGEST_KEY)]
"""The number of a row."""

Fact = str | int | FiniteFloat | bool | None
Facts = Annotated[dict[str, Fact], AfterValidator(_plain_facts)]
"""Plain facts by name, at most 50."""
