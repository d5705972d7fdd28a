"""Who used which words when: the second view of a stream, for themes that share words rather than manner.

Given facts, such as a product or a region, are watched like words.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import exp
from typing import NamedTuple

import numpy as np

from daylight.watch.detection.text.heard import Heard
from daylight.watch.detection.text.likelihood import evidence, unrest
from daylight.watch.detection.text.memory import DAY, RECENT, Rows
from daylight.watch.detection.text.scan import FEWEST, KNOWN, UNTIL, USUAL, USUAL_OF, WINDOWS, WORTH
from daylight.watch.detection.text.words import telling

MOST_TERMS = 40
"""Terms of one message that are watched: the first ones."""
MOST_TIMES, MOST_USES, MOST_WATCHED = 20_000, 1_500, 60_000
FACT = "\x1f"
"""Stands before a given fact, so that no word is taken for one."""
FAST, SLOW, LIVELY = 0.4 * DAY, 5 * DAY, 1.4
"""Two fading counts tell cheaply which terms may have grown; only those are looked at closely."""


@dataclass
class Times:
    """When something was seen, with the sum of its weights so far. Old moments are forgotten, never their weight."""

    most: int
    times: list[float] = field(default_factory=list)
    sums: list[float] = field(default_factory=lambda: [0.0])
    names: list[int] = field(default_factory=list)
    fast: float = 0.0
    slow: float = 0.0

    def add(self, at: float, weight: float, name: int) -> None:
        """Once more."""
        passed = at - self.times[-1] if self.times else 0.0
        self.fast = self.fast * exp(-passed / FAST) + weight
        self.slow = self.slow * exp(-passed / SLOW) + weight
        self.times.append(at)
        self.sums.append(self.sums[-1] + weight)
        self.names.append(name)
        if len(self.times) > self.most:
            half = self.most // 2
            self.times[:half] = self.times[1:half:2]
            self.names[:half] = self.names[1:half:2]
            self.sums[1 : half + 1] = self.sums[2 : half + 1 : 2]

    def until(self, moment: float) -> float:
        """The weight of all before a moment."""
        return self.sums[bisect_left(self.times, moment)]


class _Asked(NamedTuple):
    """A term of the message at this place, to be compared with what was before."""

    place: int
    term: str
    at: float
    length: float
    seen: float
    of: float
    before: float
    of_before: float


@dataclass(frozen=True)
class Rise:
    """A term that is used more: how strongly, over which days, seen and expected, and in which messages."""

    strength: float
    term: str
    days: float
    seen: float
    expected: float
    names: list[int]


class Usage:
    """The uses of every term of a stream, as far as they are remembered."""

    def __init__(self) -> None:
        self.uses: dict[str, Times] = {}
        self.all = Times(MOST_TIMES)

    def rises(self, messages: Sequence[Heard], rows: Rows, *, quiet: bool = False) -> dict[int, Rise]:
        """Take in messages; for each, by its place, the strongest rise among its terms."""
        asked: list[_Asked] = []
        for place, message in enumerate(messages):
            weight, at, name = float(rows.weights[place]), float(rows.times[place]), int(rows.names[place])
            if not weight:
                continue
            self.all.add(at, weight, name)
            for term in terms_of(message):
                uses = self.uses.get(term)
                if uses is None:
                    uses = self.uses[term] = Times(MOST_USES)
                uses.add(at, weight, name)
                if not quiet and self._lively(uses):
                    asked += self._asked(place, term, uses)
        self._forget()
        return self._strongest(asked)

    def _lively(self, uses: Times) -> bool:
        """Whether a term may have grown."""
        if len(uses.times) < FEWEST or uses.times[-1] - uses.times[-FEWEST] > RECENT:
            return False
        whole = self.all
        usual = (uses.sums[-1] - uses.slow + USUAL) / (whole.sums[-1] - whole.slow + USUAL_OF)
        return uses.fast > LIVELY * usual * whole.fast or uses.slow > LIVELY * usual * whole.slow

    def _asked(self, place: int, term: str, uses: Times) -> Iterator[_Asked]:
        """What has to be compared for the newest use of a term, window by window."""
        at, whole, total = self.all.times[-1], self.all.sums[-1], uses.sums[-1]
        for length, until in zip(WINDOWS, UNTIL, strict=True):
            if uses.times[-FEWEST] < at - length:
                continue
            before, of_before = uses.until(at - until) + USUAL, self.all.until(at - until) + USUAL_OF
            seen, of = total - uses.until(at - length), whole - self.all.until(at - length)
            if seen * of_before > LIVELY * before * of and of_before >= KNOWN * of:
                yield _Asked(place, term, at, length, seen, of, before, of_before)

    def _strongest(self, asked: list[_Asked]) -> dict[int, Rise]:
        if not asked:
            return {}
        table = np.array([(one.seen, one.of, one.before, one.of_before) for one in asked])
        strengths = evidence(table[:, 0], table[:, 1], table[:, 2], table[:, 3])
        best: dict[int, int] = {}
        for number in np.flatnonzero(strengths > WORTH):
            place = asked[number].place
            if place not in best or strengths[number] > strengths[best[place]]:
                best[place] = int(number)
        return {place: self._rise(asked[number], float(strengths[number])) for place, number in best.items()}

    def _rise(self, one: _Asked, strength: float) -> Rise:
        uses = self.uses[one.term]
        start, end = bisect_left(uses.times, one.at - one.length), bisect_left(uses.times, one.at + 1e-6)
        tempered = strength / self._swings(uses, one.at, max(one.length, DAY))
        expected = one.before * one.of / one.of_before
        return Rise(tempered, one.term, one.length / DAY, one.seen, expected, uses.names[start:end])

    def _swings(self, uses: Times, at: float, length: float) -> float:
        """How restless the use of a term was until ten days ago."""
        first = self.all.times[0]
        whole = int((at - RECENT - first) // length)
        if whole < 2:
            return 1.0
        edges = [first + length * number for number in range(whole + 1)]
        totals = np.diff([self.all.until(edge) for edge in edges])
        counts = np.diff([uses.until(edge) for edge in edges])
        return unrest(counts, totals)

    def _forget(self) -> None:
        """Terms not used for long go first when there are too many."""
        if len(self.uses) <= MOST_WATCHED:
            return
        worth = sorted(self.uses.items(), key=lambda item: (len(item[1].times) > 1, item[1].times[-1]))
        for term, _ in worth[: len(worth) - MOST_WATCHED * 3 // 4]:
            del self.uses[term]


def terms_of(message: Heard) -> list[str]:
    """The different terms of a message, and its given facts."""
    facts = [f"{FACT}{key}: {value}" for key, value in message.facets.items()]
    return facts + list(dict.fromkeys(telling(message.cleaned)))[:MOST_TERMS]
