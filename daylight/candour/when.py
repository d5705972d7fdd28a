"""When a draft says the next word comes: read from the words that promise it, as a moment."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from daylight.candour.digits import unit, worth
from daylight.candour.reading.cutting import Piece

_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d\d))?(?::\d\d)?\s*([ap])?\.?m?", re.IGNORECASE)
_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True)
class Moment:
    """A promised time; whether it names its zone and its day, or counts from now."""

    at: datetime
    has_zone: bool
    has_day: bool
    is_span: bool


def moment(
    pieces: Sequence[Piece | None],
    words: Mapping[str, Any],
    *,
    now: datetime,
    zone: str = "",
    beside: Sequence[Piece | None] = (),
) -> Moment | None:
    """The moment that some words of a promise name; `now` must have a time zone.

    `None` where they name none, or one that no calendar has. A clock time without a day is the next one after `now`.
    A span counts from `now`. `beside` is what follows, where the time zone may stand.
    """
    said = [piece for piece in pieces if piece]
    try:
        span = _span(said, words)
        if span is not None:
            return Moment(now + span, has_zone=True, has_day=True, is_span=True)
        named = _zone_named([*said, *filter(None, beside)], words, _zone(zone), now)
        return _clock_time(said, words, now.astimezone(named or _zone(zone)), has_zone=named is not None)
    except (ValueError, OverflowError):
        return None


def _clock_time(said: Sequence[Piece], words: Mapping[str, Any], here: datetime, *, has_zone: bool) -> Moment | None:
    """A day, a time of day, or both."""
    day, clock = _day(said, words, here), _clock(said, words)
    if day is None and clock is None:
        return None
    hour, minute = clock or (23, 59)
    at = (day or here).replace(hour=hour, minute=minute, second=0, microsecond=0)
    if day is None and at < here - timedelta(hours=12):
        at += timedelta(days=1)
    return Moment(at.astimezone(UTC), has_zone=has_zone or clock is None, has_day=day is not None, is_span=False)


def _span(said: Sequence[Piece], words: Mapping[str, Any]) -> timedelta | None:
    """A length of time: "30 minutes", "2h", "half an hour", "an hour"."""
    for at, piece in enumerate(said):
        is_measure = piece.shape == "measure"
        minutes = unit(piece.word, words) if is_measure else words["durations"].get(piece.word.lower())
        if minutes is None:
            continue
        if is_measure:
            return timedelta(minutes=worth(piece.word) * minutes)
        counts = [_count(before, words) for before in reversed(said[max(0, at - 3) : at])]
        amount = next((count for count in counts if count not in (None, 1.0)), next(filter(None, counts), None))
        if amount is not None:
            return timedelta(minutes=amount * minutes)
    return None


def _count(piece: Piece, words: Mapping[str, Any]) -> float | None:
    if piece.shape == "number":
        return worth(piece.word)
    found = words["numbers"].get(piece.word.lower())
    return float(found) if found is not None else None


def _clock(said: Sequence[Piece], words: Mapping[str, Any]) -> tuple[int, int] | None:
    """Hour and minute of the last clock time: "14:30", "2 pm", "noon"."""
    found = None
    for at, piece in enumerate(said):
        follows = said[at + 1].word.lower().replace(".", "") if at + 1 < len(said) else ""
        written = words["clocks"].get(piece.word.lower()) or piece.word
        spoken = piece.shape == "time" or written != piece.word or (piece.shape == "number" and follows in {"am", "pm"})
        parts = _CLOCK.match(written) if spoken else None
        if parts:
            half = (parts[3] or follows[:1] if follows in {"am", "pm"} or parts[3] else "").lower()
            hour = int(parts[1]) % 12 + (12 if half == "p" else 0) if half else int(parts[1])
            found = (hour, int(parts[2] or 0)) if hour < 24 and int(parts[2] or 0) < 60 else found
    return found


def _day(said: Sequence[Piece], words: Mapping[str, Any], here: datetime) -> datetime | None:
    """The day that is named, counted from `here`; a date says more than a weekday beside it."""
    return _dated(said, words, here) or next(filter(None, (_named_day(piece, words, here) for piece in said)), None)


def _named_day(piece: Piece, words: Mapping[str, Any], here: datetime) -> datetime | None:
    """ "Today", "Friday"."""
    word = piece.word.lower()
    if word in words["days"]:
        return here + timedelta(days=words["days"][word])
    if word in words["weekdays"]:
        return here + timedelta(days=(words["weekdays"][word] - here.weekday()) % 7)
    return None


def _dated(said: Sequence[Piece], words: Mapping[str, Any], here: datetime) -> datetime | None:
    """ "2026-03-09", "9 March"."""
    for at, piece in enumerate(said):
        if iso := _ISO_DATE.match(piece.word):
            return here.replace(year=int(iso[1]), month=int(iso[2]), day=int(iso[3]))
        if (month := words["months"].get(piece.word.lower())) and piece.word[0].isupper():
            beside = [*said[max(0, at - 2) : at], *said[at + 1 : at + 2]]
            day = next((int(re.sub(r"\D", "", other.word)) for other in beside if other.shape in _DAY_SHAPES), None)
            return _coming(here, month, day) if day else None
    return None


_DAY_SHAPES = frozenset({"number", "ordinal"})


def _coming(here: datetime, month: int, day: int) -> datetime:
    """A date without its year: in the next one where it lies long ago."""
    date = here.replace(month=month, day=day)
    is_long_ago = date < here - timedelta(days=180) and (month, day) != (2, 29)
    return date.replace(year=here.year + 1) if is_long_ago else date


def _zone_named(said: Sequence[Piece], words: Mapping[str, Any], own: tzinfo, now: datetime) -> tzinfo | None:
    """The zone whose short name is written; "IST" is many, and first of all the one that people here mean by it."""
    written = [piece.word.lower() for piece in said]
    signed = [mark + number for mark, number in pairwise(written) if mark in {"+", "-"}]
    if not _names(own, now).isdisjoint([*written, *signed]):
        return own
    hours = next((words["zones"][word] for word in written if word in words["zones"]), None)
    return None if hours is None else timezone(timedelta(hours=hours))


def _names(zone: tzinfo, now: datetime) -> set[str]:
    """What a zone is called in this year's winter and summer: "wet" and "west", "-03"."""
    return {str(datetime(now.year, month, 1, tzinfo=zone).tzname()).lower() for month in (1, 7)}


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
