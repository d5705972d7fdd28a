"""Judges a topic in the first week of an installation, while nobody knows what is usual.

A plain number would be silent in a small firm and cry wolf in a large one. So what a topic holds is compared with the
part of everything it held before, and with itself; and how many are many depends on how many customers there are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from daylight.watch.detection.bursts import A_DAY, MANY, WINDOW, many_of
from daylight.watch.judged import Judged
from daylight.watch.series import Counts

USUAL_PART, DOUBT = 0.2, 20
"""The part of everything that a topic is taken to hold before it was heard, and for so many messages."""

REACH, OVERDISPERSED = 4.0, 0.05
"""How far above the expected chance reaches: in deviations, with clumps."""

COMPARED = 60
"""From so many messages on there is something to compare with, or from a day on."""

ALMOST_ALL = 0.8
EVERYBODY = 0.05
"""Part of all customers that cannot be chance, whatever is usual."""

UNSURE = 0.95
"""The highest score of what cannot be compared: it is shown, and calls nobody."""


@dataclass(frozen=True)
class Beginning:
    """A firm since its first message: when that was, all messages hour by hour, how many customers are known."""

    known_since: datetime
    hours: Counts
    customers: int = 0

    @property
    def many(self) -> int:
        """So many of them within some hours are worth a word even where nothing is known."""
        return many_of(self.customers)

    def since(self, hours: Counts, now: datetime) -> Counts:
        """The end of a row of hours, from that of the first message on, or from the one before."""
        return hours[-int((now - self.known_since).total_seconds() // 3600) - 2 :]


def judge_young(hours: Counts, firm: Beginning, now: datetime, *, is_whole: bool) -> Judged:
    """Judge the last hours; `is_whole`: of everything, of a way in or of a group, where no part can be compared."""
    mine, everything = firm.since(hours, now), firm.since(firm.hours, now)
    seen = int(mine[-WINDOW:].sum())
    expected = _by_itself(mine) if is_whole else max(_by_itself(mine), _by_part(mine, everything))
    bound = expected + REACH * sqrt(expected * (1 + OVERDISPERSED * expected))
    strength = seen / max(firm.many, bound)
    sure = _many_of_all(seen, firm) if is_whole else _is_compared(mine, everything)
    since, low = now - timedelta(hours=WINDOW), 2 * expected - bound
    return Judged(
        score=strength if sure else min(strength, UNSURE),
        strength=strength,
        since=since,
        observed=seen,
        expected=expected,
        low=max(0.0, low),
        high=bound,
        per_day=expected * A_DAY / WINDOW,
        is_young=True,
    )


def _by_itself(mine: Counts) -> float:
    """As many as in the hours before, or as at this time yesterday."""
    before = mine[:-WINDOW]
    if len(before) < WINDOW:
        return 0.0
    yesterday = mine[-A_DAY - WINDOW : -A_DAY].sum() if len(mine) >= A_DAY + WINDOW else 0
    return max(float(before.mean() * WINDOW), float(yesterday))


def _by_part(mine: Counts, everything: Counts) -> float:
    """As many as its part of everything lets expect from what else was said meanwhile."""
    others = everything - mine
    held, rest = mine[:-WINDOW].sum() + DOUBT * USUAL_PART, others[:-WINDOW].sum() + DOUBT * (1 - USUAL_PART)
    return float(others[-WINDOW:].sum() * held / rest)


def _is_compared(mine: Counts, everything: Counts) -> bool:
    """Whether there was enough before; or hardly anything was ever said but this."""
    before = everything[:-WINDOW]
    if before.sum() >= COMPARED or (len(before) >= A_DAY and before.sum() > 0):
        return True
    return bool(mine.sum() >= ALMOST_ALL * everything.sum())


def _many_of_all(seen: int, firm: Beginning) -> bool:
    return seen >= max(MANY, EVERYBODY * firm.customers) and firm.customers > 0
