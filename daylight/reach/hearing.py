"""How an affected customer heard of an incident: when first, how often, and how long they were in the dark.

Nothing here asks the database: times go in, lengths of time come out.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any


@dataclass(frozen=True)
class Word:
    """One update that reached one customer: when it was published, when it was accepted for them, and on what.

    `next_by` is the time until which it promised the next word; None when it promised none.
    """

    update: int
    published_at: datetime
    told_at: datetime
    next_by: datetime | None
    channel: str


@dataclass(frozen=True)
class Hearing:
    """What one customer heard. `since` is when the incident began for them, `until` its end, or now.

    `words` are in the order in which they came.
    """

    since: datetime
    aware_at: datetime
    until: datetime
    words: tuple[Word, ...] = ()

    @classmethod
    def of(cls, words: Iterable[Word], *, since: datetime, aware_at: datetime, until: datetime) -> "Hearing":
        """The first word of each update counts: who is told of it on two channels is told once."""
        first: dict[int, Word] = {}
        for word in sorted(words, key=lambda word: word.told_at):
            first.setdefault(word.update, word)
        return cls(since, aware_at, until, tuple(first.values()))

    @property
    def first(self) -> Word | None:
        """The first word; None when they were never told."""
        return self.words[0] if self.words else None

    @property
    def after_publishing(self) -> timedelta | None:
        """From the publication of the first word to its acceptance."""
        return _not_negative(self.first.told_at - self.first.published_at) if self.first else None

    @property
    def after_beginning(self) -> timedelta | None:
        """From the moment it began for them to the first word; nothing when they were told before."""
        return _not_negative(self.first.told_at - self.since) if self.first else None

    @property
    def after_knowing(self) -> timedelta | None:
        """From the moment we knew to the first word."""
        return _not_negative(self.first.told_at - self.aware_at) if self.first else None

    @property
    def between(self) -> tuple[timedelta, ...]:
        """The times between one word and the next."""
        return tuple(later.told_at - earlier.told_at for earlier, later in pairwise(self.words))

    @property
    def silences(self) -> tuple[tuple[datetime, datetime], ...]:
        """When they were in the dark: before the first word, and from a promise that passed to the word that came."""
        if not self.words:
            return ((self.since, self.until),) if self.until > self.since else ()
        ends = [word.told_at for word in self.words[1:]] + [self.until]
        promised = [(word.next_by, end) for word, end in zip(self.words, ends, strict=True) if word.next_by]
        return tuple((begin, end) for begin, end in [(self.since, self.words[0].told_at), *promised] if end > begin)

    @property
    def in_the_dark(self) -> timedelta:
        """How long they were in the dark, all in all."""
        return sum((end - begin for begin, end in self.silences), timedelta())


def _not_negative(length: timedelta) -> timedelta:
    return max(length, timedelta())


@dataclass
class Spread:
    """How lengths of time are spread over many customers, to the second, in memory that does not grow with them."""

    seconds: Counter[int] = field(default_factory=Counter)

    def add(self, length: timedelta | None) -> None:
        """Count one customer's; None is nobody's."""
        if length is not None:
            self.seconds[round(length.total_seconds())] += 1

    def figures(self) -> dict[str, Any] | None:
        """Count, median, 95 %, slowest and sum, in seconds; None when there is nobody."""
        count = self.seconds.total()
        if not count:
            return None
        steps = sorted(self.seconds.items())
        return {
            "count": count,
            "median": _at(steps, (count + 1) // 2),
            "p95": _at(steps, -(-count * 95 // 100)),
            "slowest": steps[-1][0],
            "sum": sum(length * times for length, times in steps),
        }

    def within(self, limits: Sequence[int]) -> list[int]:
        """How many stay within each limit (in seconds, ascending) and were beyond the one before; then the rest."""
        counts = [0] * (len(limits) + 1)
        for length, times in self.seconds.items():
            counts[next((place for place, limit in enumerate(limits) if length <= limit), len(limits))] += times
        return counts


def _at(steps: Sequence[tuple[int, int]], place: int) -> int:
    """The length of the customer at this place in line, counted from 1."""
    for length, times in steps:
        place -= times
        if place <= 0:
            return length
    raise ValueError("Nobody stands there.")
