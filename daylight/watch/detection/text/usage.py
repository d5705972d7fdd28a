"""Who used which words when: the second view of a stream, for themes that share words rather than manner.

Given facts, such as a product or a region, are watched like words.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

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


class Times:
    """When something was seen, with the sum of its weights so far. Old moments are forgotten, never their weight.

    Arrays, since Python's search for garbage would go through lists again and again.
    """

    __slots__ = ("fast", "most", "names", "slow", "sums", "times")

    def __init__(self, most: int) -> None:
        self.most, self.fast, self.slow = most, 0.0, 0.0
        self.times, self.sums, self.names = array("d"), array("d", (0.0,)), array("q")

    def add(self, at: float, weight: float, name: int, fast: float, slow: float) -> int:
        """Once more, with what it adds to the two growing counts; how many uses are remembered."""
        self.fast += fast
        self.slow += slow
        self.times.append(at)
        self.sums.append(self.sums[-1] + weight)
        self.names.append(name)
        number = len(self.times)
        if number > self.most:
            half = self.most // 2
            self.times[:half] = self.times[1:half:2]
            self.names[:half] = self.names[1:half:2]
            self.sums[1 : half + 1] = self.sums[2 : half + 1 : 2]
        return number

    def until(self, moment: float) -> float:
        """The weight of all before a moment."""
        return self.sums[bisect_left(self.times, moment)]

    def between(self, edges: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """The weight between each two neighbouring moments."""
        return np.diff(np.asarray(self.sums)[np.searchsorted(np.asarray(self.times), edges)])


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
    names: Sequence[int]


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
        grown, lively, known = self._grown(at), [], self.uses
        fast, slow = weight * grown[0], weight * grown[1]
        self.all.add(at, weight, name, fast, slow)
        whole_fast, whole_slow = self.all.fast / grown[0], self.all.slow / grown[1]
        earlier = self.all.sums[-1] - whole_slow + USUAL_OF
        for term in terms:
            uses = known.get(term)
            if uses is None:
                uses = known[term] = Times(MOST_USES)
            if uses.add(at, weight, name, fast, slow) < FEWEST or quiet or at - uses.times[-FEWEST] > RECENT:
                continue
            slowly = uses.slow / grown[1]
            usual = (uses.sums[-1] - slowly + USUAL) / earlier
            if _grew(slowly, usual * whole_slow) or _grew(uses.fast / grown[0], usual * whole_fast):
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

    def _asked(self, place: int, at: float, terms: list[str]) -> Iterator[_Asked]:
        """What has to be compared for the newest use of some terms, window by window."""
        whole = self.all.sums[-1]
        for length, until in zip(WINDOWS, UNTIL, strict=True):
            within = [term for term in terms if self.uses[term].times[-FEWEST] >= at - length]
            if not within:
                continue
            of, of_before = whole - self.all.until(at - length), self.all.until(at - until) + USUAL_OF
            if of_before < KNOWN * of:
                continue
            for term in within:
                uses = self.uses[term]
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
        edges = first + length * np.arange(whole + 1)
        return unrest(uses.between(edges), self.all.between(edges))

    def _forget(self) -> None:
        """Terms not used for long go first when there are too many."""
        if len(self.uses) <= MOST_WATCHED:
            return
        worth = sorted(self.uses.items(), key=lambda item: (len(item[1].times) > 1, item[1].times[-1]))
        for term, _ in worth[: len(worth) - MOST_WATCHED * 3 // 4]:
            del self.uses[term]


def _grew(count: float, expected: float) -> bool:
    """Whether a fading count is higher by two standard deviations."""
    return count > expected and (count - expected) ** 2 > 4 * expected


def terms_of(message: Heard) -> list[str]:
    """The different terms of a message, and its given facts."""
    facts = [f"{FACT}{key}: {value}" for key, value in message.facets.items()]
    return facts + list(dict.fromkeys(telling(message.cleaned)))[:MOST_TERMS]
