"""Looks around each new message: did its neighbourhood grow against what it was before?

The neighbourhood is found from the message itself: the mean of its neighbours of the last three days, each neighbour
then measured against the mean of the others, so that nobody is near only because it was counted in.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daylight.watch.detection.text.likelihood import evidence, unrest
from daylight.watch.detection.text.memory import DAY, Floats, Memory, Numbers, Rows

WINDOWS = tuple(days * DAY for days in (0.125, 0.5, 1, 3, 10))
UNTIL = tuple(days * DAY for days in (1, 2, 3, 6, 10))
"""For each window, how old a message must be to belong to what was before."""
NEARNESS = (0.35, 0.45, 0.55)
"""Radii of the neighbourhood, as cosines: from a broad theme to a narrow one."""
SEED, SEED_DAYS, SEEDS = 0.42, 3 * DAY, 3
FEWEST = 7
"""Fewer messages cannot be `WORTH` anything."""
USUAL, USUAL_OF = 4.0, 100.0
"""What is taken as known of every topic before anything is: four messages in a hundred."""
KNOWN = 0.5
"""The past must hold at least half as many messages as the window it is compared with."""
WORTH = 12.0
"""Below this strength nothing is worked out further."""


@dataclass(frozen=True)
class Finding:
    """A theme that grew: how strongly, over which days, seen and expected, its middle and its messages,
    and the term that showed it, if one did."""

    strength: float
    days: float
    seen: float
    expected: float
    centre: Floats
    members: Numbers
    term: str = ""


@dataclass
class _Best:
    """For each message looked at, the strongest of all windows and radii so far."""

    places: Numbers
    strength: npt.NDArray[np.float64]
    window: Numbers
    radius: Numbers
    seen: npt.NDArray[np.float64]
    expected: npt.NDArray[np.float64]

    @classmethod
    def of(cls, places: Numbers) -> "_Best":
        size, zero = len(places), np.zeros(len(places))
        return cls(places, zero.copy(), np.zeros(size, np.int64), np.zeros(size, np.int64), zero.copy(), zero.copy())

    def keep(
        self, strength: npt.NDArray[np.float64], window: int, radius: int, *counts: npt.NDArray[np.float64]
    ) -> None:
        """Where this is stronger, it takes the place."""
        better = strength > self.strength
        self.strength[better], self.seen[better], self.expected[better] = (
            values[better] for values in (strength, *counts)
        )
        self.window[better], self.radius[better] = window, radius


class Block:
    """The newest rows of a memory, looked at together; each sees only what came before it."""

    def __init__(self, memory: Memory, fresh: int) -> None:
        self.rows, self.past = memory.recent, memory.past
        self.places = np.arange(len(self.rows) - fresh, len(self.rows))
        self.running = np.concatenate([[0.0], np.cumsum(self.rows.weights, dtype=np.float64)])
        self.past_weight = float(self.past.weights.sum())

    def findings(self) -> tuple[npt.NDArray[np.float64], dict[int, Finding]]:
        """The strength for each fresh row, and the findings by its number among them."""
        strengths, found = np.zeros(len(self.places)), dict[int, Finding]()
        sums, used, looked = self._gathered()
        if len(looked):
            self._look(sums, used, looked, strengths, found)
        return strengths, found

    def _gathered(self) -> tuple[Floats, Floats, Numbers]:
        """For each fresh row with some neighbours, their sum and the share of each row in it."""
        rows = self.rows
        near = rows.points[self.places] @ rows.points.T
        since = np.searchsorted(rows.times, rows.times[self.places] - SEED_DAYS)
        every = np.arange(len(rows))[None, :]
        counted = (every <= self.places[:, None]) & (every >= since[:, None]) & (near >= SEED)
        used = np.where(counted, near, np.float32(0)) * rows.weights
        looked = np.flatnonzero((used > 0).sum(1) >= SEEDS)
        used = used[looked]
        return used @ rows.points, used, looked

    def _look(
        self,
        sums: Floats,
        used: Floats,
        looked: Numbers,
        strengths: npt.NDArray[np.float64],
        found: dict[int, Finding],
    ) -> None:
        """Compare every window and radius around each neighbourhood, and fill in what is found."""
        rows, places = self.rows, self.places[looked]
        square = np.einsum("ij,ij->i", sums, sums)
        centres = sums / np.sqrt(np.maximum(square, 1e-9))[:, None]
        along = sums @ rows.points.T
        others = square[:, None] - 2 * used * along + used * used
        near = (along - used) / np.sqrt(np.maximum(others, 1e-6))
        near[np.arange(len(rows))[None, :] > places[:, None]] = -1
        past = centres @ self.past.points.T
        best = _Best.of(places)
        for radius, at_least in enumerate(NEARNESS):
            self._compare(near >= at_least, past >= at_least, radius, best)
        for number in np.flatnonzero(best.strength > WORTH):
            at_least = NEARNESS[best.radius[number]]
            finding = self._finding(best, int(number), near[number], past[number] >= at_least, centres[number])
            found[int(looked[number])] = finding
            best.strength[number] = finding.strength
        strengths[looked] = best.strength

    def _compare(
        self,
        near: npt.NDArray[np.bool_],
        past: npt.NDArray[np.bool_],
        radius: int,
        best: _Best,
    ) -> None:
        """Count the neighbours in every window and before it."""
        rows, places, each = self.rows, best.places, np.arange(len(best.places))
        counts = np.zeros((len(places), len(rows) + 1))
        np.cumsum(np.where(near, rows.weights, np.float32(0)), axis=1, out=counts[:, 1:])
        before_all = past @ self.past.weights
        for window, (length, until) in enumerate(zip(WINDOWS, UNTIL, strict=True)):
            start = np.searchsorted(rows.times, rows.times[places] - length)
            end = np.searchsorted(rows.times, rows.times[places] - until)
            seen = counts[each, places + 1] - counts[each, start]
            of = self.running[places + 1] - self.running[start]
            of_before = self.past_weight + self.running[end] + USUAL_OF
            before = before_all + counts[each, end] + USUAL
            known = (seen >= FEWEST) & (of_before >= KNOWN * of)
            strength = np.where(known, evidence(seen, of, before, of_before), 0.0)
            best.keep(strength, window, radius, seen, before * of / of_before)

    def _finding(
        self,
        best: _Best,
        number: int,
        near: Floats,
        past: npt.NDArray[np.bool_],
        centre: Floats,
    ) -> Finding:
        """The messages of a neighbourhood, nearest first, the strength tempered by how restless the topic is."""
        length, place = WINDOWS[best.window[number]], int(best.places[number])
        since = int(np.searchsorted(self.rows.times, self.rows.times[place] - length))
        inside = since + np.flatnonzero(
            (near[since : place + 1] >= NEARNESS[best.radius[number]]) & (self.rows.weights[since : place + 1] > 0)
        )
        inside = inside[np.argsort(-near[inside], kind="stable")]
        strength = best.strength[number] / swings(self.past, past, max(length, DAY))
        return Finding(
            float(strength),
            length / DAY,
            float(best.seen[number]),
            float(best.expected[number]),
            centre,
            self.rows.names[inside],
        )


def swings(past: Rows, near: npt.NDArray[np.bool_], length: float) -> float:
    """How restless a topic was, over stretches of this length in the past."""
    if len(past) < 2:
        return 1.0
    whole = int((past.times[-1] - past.times[0]) // length)
    if whole < 2:
        return 1.0
    stretch = np.minimum(((past.times - past.times[0]) // length).astype(np.int64), whole)
    totals = np.bincount(stretch, past.weights, whole + 1)[:whole].astype(np.float64)
    counts = np.bincount(stretch[near], past.weights[near], whole + 1)[:whole].astype(np.float64)
    return unrest(counts, totals)
