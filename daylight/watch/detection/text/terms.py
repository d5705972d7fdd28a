"""Words that rise: seen far more often now than before."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from daylight.watch.detection.text.likelihood import evidence
from daylight.watch.detection.text.words import clean, telling

FEWEST = 2
CLEAR = 3.0
"""Strength below which a rise may be chance."""


@dataclass(frozen=True)
class Term:
    """A word or pair of words: in how many messages it was seen, how many to expect, and how clear the rise is."""

    words: str
    seen: int
    expected: float
    strength: float


def rising_terms(now: Sequence[str], before: Sequence[str], limit: int = 8) -> list[Term]:
    """The terms of the messages `now` that stand out against those `before`, the clearest first.

    A pair replaces its words when it is seen nearly as often as they are.
    """
    seen, earlier = in_messages(now), in_messages(before)
    names = [term for term, count in seen.items() if count >= FEWEST]
    if not names:
        return []
    counts = np.array([seen[name] for name in names], np.float64)
    past = np.array([earlier[name] for name in names], np.float64) + 0.5
    totals = np.full(len(names), float(len(now))), np.full(len(names), len(before) + 20.0)
    strengths = evidence(counts, totals[0], past, totals[1])
    order = sorted(range(len(names)), key=lambda place: (-strengths[place], names[place]))
    found = [
        Term(
            names[place], int(counts[place]), float(past[place] * len(now) / totals[1][place]), float(strengths[place])
        )
        for place in order
        if strengths[place] >= CLEAR
    ]
    return _without_parts(found, limit)


def in_messages(texts: Iterable[str]) -> Counter[str]:
    """In how many messages each term stands."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update(set(telling(clean(text))))
    return found


def _without_parts(found: list[Term], limit: int) -> list[Term]:
    """A word within a pair that says nearly as much is left out, and so is a pair whose words say more."""
    pairs = {term.words: term.seen for term in found if " " in term.words}
    told: list[Term] = []
    for term in found:
        covered = any(term.words in pair.split() and seen >= 0.7 * term.seen for pair, seen in pairs.items())
        shown = {word for one in told for word in one.words.split()}
        repeated = " " in term.words and set(term.words.split()) <= shown
        if not covered and not repeated:
            told.append(term)
        if len(told) == limit:
            break
    return told
