"""Who used which words when: the second view of a stream, for themes that share words rather than manner.

Given facts, such as a product or a region, are watched like words.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import exp, sqrt
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
FADING = 0.4 * DAY, 5 * DAY
"""Two fading counts tell cheaply which terms may have grown; only those are looked at closely."""
LIVELY = 1.3
HIGHEST = 200.0
"""Fading counts are kept as growing ones, so that nothing has to fade; beyond e to this power they are scaled down."""


@dataclass
class Times:
    """When something was seen, with the sum of its weights so far. Old moments are forgotten, never their weight."""

    most: int
    times: list[float] = field(default_factory=list)
    sums: list[float] = field(default_factory=lambda: [0.0])
    names: list[int] = field(default_factory=list)
    fast: float = 0.0
    slow: float = 0.0

    def add(self, at: float, weight: float, name: int, grown: tuple[float, float]) -> None:
        """Once more; `grown` is how much a new use counts in the two growing counts."""
        self.fast += weight * grown[0]
        self.slow += weight * grown[1]
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
        self.origin: list[float] = []

    def rises(self, messages: Sequence[Heard], rows: Rows, *, quiet: bool = False) -> dict[int, Rise]:
        """Take in messages; for each, by its place, the strongest rise among its terms."""
        asked: list[_Asked] = []
        for place, message in enumerate(messages):
            weight, at, name = float(rows.weights[place]), float(rows.times[place]), int(rows.names[place])
            if weight:
                lively = self._take(terms_of(message), at, weight, name, quiet)
                asked += self._asked(place, at, lively) if lively else ()
        self._forget()
        return self._strongest(asked)

    def _take(self, terms: list[str], at: float, weight: float, name: int, quiet: bool) -> list[str]:
        """Note the terms of one message; those that may have grown."""
        grown, lively = self._grown(at), []
        self.all.add(at, weight, name, grown)
        for term in terms:
            uses = self.uses.get(term)
            if uses is None:
                uses = self.uses[term] = Times(MOST_USES)
            uses.add(at, weight, name, grown)
            if not quiet and self._lively(uses, grown):
                lively.append(term)
        return lively

    def _grown(self, at: float) -> tuple[float, float]:
        """How much a use counts now, against one at the origin of each growing count."""
        self.origin = self.origin or [at, at]
        fast, slow = ((at - origin) / fading for origin, fading in zip(self.origin, FADING, strict=True))
        if fast > HIGHEST:
            self._scale_down(at, exp(-fast), exp(-slow))
            return 1.0, 1.0
        return exp(fast), exp(slow)

    def _scale_down(self, at: float, fast: float, slow: float) -> None:
        self.origin = [at, at]
        for times in (self.all, *self.uses.values()):
            times.fast *= fast
            times.slow *= slow

    def _lively(self, uses: Times, grown: tuple[float, float]) -> bool:
        """Whether a term may have grown: by two standard deviations in one of the fading counts."""
        if len(uses.times) < FEWEST or uses.times[-1] - uses.times[-FEWEST] > RECENT:
            return False
        whole, slow = self.all, uses.slow / grown[1]
        whole_slow = whole.slow / grown[1]
        usual = (uses.sums[-1] - slow + USUAL) / (whole.sums[-1] - whole_slow + USUAL_OF)
        expected = usual * whole_slow
        if slow - expected > 2 * sqrt(expected):
            return True
        expected = usual * whole.fast / grown[0]
        return uses.fast / grown[0] - expected > 2 * sqrt(expected)

    def _asked(self, place: int, at: float, terms: list[str]) -> Iterator[_Asked]:
        """What has to be compared for the newest use of some terms, window by window."""
        whole = self.all.sums[-1]
        for length, until in zip(WINDOWS, UNTIL, strict=True):
            of, of_before = whole - self.all.until(at - length), self.all.until(at - until) + USUAL_OF
            if of_before < KNOWN * of:
                continue
            for term in terms:
                uses = self.uses[term]
                if uses.times[-FEWEST] < at - length:
                    continue
                before, seen = uses.until(at - until) + USUAL, uses.sums[-1] - uses.until(at - length)
                if seen * of_before > LIVELY * before * of:
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
