"""Looks around each new message: did its neighbourhood grow against what it was before?

The neighbourhood is found from the message itself: the mean of its neighbours of the last three days, each neighbour
then measured against the mean of the others, so that nobody is near only because it was counted in.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from daylight.watch.detection.text.likelihood import evidence, unrest
from daylight.watch.detection.text.memory import DAY, Floats, Memory, Numbers, Rows
from daylight.watch.detection.text.neighbours import Neighbours, without_later
from daylight.watch.detection.text.vectors import unit

Doubles = npt.NDArray[np.float64]

WINDOWS = tuple(days * DAY for days in (0.125, 0.5, 1, 3, 10))
UNTIL = tuple(days * DAY for days in (1, 2, 3, 6, 10))
"""For each window, how old a message must be to belong to what was before."""
AGES = sorted({*WINDOWS, *UNTIL})
_YOUNGER, _OLDER = ([AGES.index(age) for age in ages] for ages in (WINDOWS, UNTIL))
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


@dataclass(frozen=True)
class _Growth:
    """For each message looked at, by radius and window: how strongly its neighbourhood grew, seen and expected."""

    strength: Doubles
    seen: Doubles
    expected: Doubles

    @classmethod
    def of(cls, seen: Doubles, of: Doubles, before: Doubles, of_before: Doubles) -> "_Growth":
        known = (seen >= FEWEST) & (of_before >= KNOWN * of)
        return cls(np.where(known, evidence(seen, of, before, of_before), 0.0), seen, before * of / of_before)


class Block:
    """The newest rows of a memory, looked at together; each sees only what came before it."""

    def __init__(self, memory: Memory, near: Neighbours) -> None:
        self.rows, self.past, self.near = memory.recent, memory.past, near
        self.running = np.concatenate([[0.0], np.cumsum(self.rows.weights, dtype=np.float64)])
        self.past_weight = float(self.past.weights.sum())

    def findings(self) -> dict[int, Finding]:
        """What stands out, by its number among the fresh rows."""
        looked, sums, near = self._gathered()
        if not len(looked):
            return {}
        around = self._around(looked, sums, near)
        centres = unit(sums)
        nobody = np.zeros((len(looked), len(NEARNESS)))
        promising = np.flatnonzero(self._growth(looked, around, nobody).strength.max((1, 2)) > WORTH)
        if not len(promising):
            return {}
        looked, around, centres = looked[promising], around[promising], centres[promising]
        past = centres @ self.past.points.T
        before = np.stack([(past >= at_least) @ self.past.weights for at_least in NEARNESS], 1).astype(np.float64)
        growth = self._growth(looked, around, before)
        return {
            int(looked[number]): self._finding(
                growth, number, int(looked[number]), centre=centres[number], near=around[number], past=past[number]
            )
            for number in np.flatnonzero(growth.strength.max((1, 2)) > WORTH).tolist()
        }

    def _gathered(self) -> tuple[Numbers, Floats, Neighbours]:
        """The fresh rows with some neighbours, the sums of these, and the pairs, each as near as it counts."""
        rows, near, first = self.rows, self.near, self.near.first
        age = rows.times[first + near.of] - rows.times[near.places]
        near = near.only((age <= SEED_DAYS) & (rows.weights[near.places] > 0))
        near = replace(near, nearness=near.nearness * rows.weights[near.places])
        looked = np.flatnonzero(np.bincount(near.of, minlength=len(rows) - first) >= SEEDS)
        near = near.only(np.isin(near.of, looked))
        near = replace(near, of=np.searchsorted(looked, near.of))
        begin = int(near.places.min(initial=first))
        used = np.zeros((len(looked), len(rows) - begin), np.float32)
        used[near.of, near.places - begin] = near.nearness
        return looked, used @ rows.points[begin:], near

    def _around(self, looked: Numbers, sums: Floats, counted: Neighbours) -> Floats:
        """How near every row is to the middle of each neighbourhood; who was counted in, to that of the others."""
        square = np.einsum("ij,ij->i", sums, sums)
        along = sums @ self.rows.points.T
        own, share = along[counted.of, counted.places], counted.nearness
        others = square[counted.of] - 2 * share * own + share * share
        near: Floats = along / np.sqrt(np.maximum(square, 1e-9))[:, None]
        near[counted.of, counted.places] = (own - share) / np.sqrt(np.maximum(others, 1e-6))
        without_later(near, looked, self.near.first)
        return near

    def _growth(self, looked: Numbers, around: Floats, before: Doubles) -> _Growth:
        """Compare the neighbours in every window and radius with those before it; `before` are those of the past."""
        times, places = self.rows.times, self.near.first + looked
        moments = times[places][:, None]
        start, end = (np.searchsorted(times, moments - np.array(ages)) for ages in (WINDOWS, UNTIL))
        of = self.running[places + 1][:, None] - self.running[start]
        of_before = self.past_weight + self.running[end] + USUAL_OF
        young, old = self._counted(places, around)
        return _Growth.of(young, of[:, None, :], old + before[:, :, None] + USUAL, of_before[:, None, :])

    def _counted(self, places: Numbers, around: Floats) -> tuple[Doubles, Doubles]:
        """The weight of the neighbours, by radius and window, in the window and before it."""
        row, column = np.nonzero(around >= NEARNESS[0])
        ages = np.searchsorted(AGES, self.rows.times[places[row]] - self.rows.times[column])
        radius = np.searchsorted(NEARNESS, around[row, column], side="right") - 1
        shape = len(places), len(NEARNESS), len(AGES) + 1
        cells = np.ravel_multi_index((row, radius, ages), shape)
        counts = np.bincount(cells, self.rows.weights[column], math.prod(shape)).astype(np.float64).reshape(shape)
        until: Doubles = counts[:, ::-1].cumsum(1)[:, ::-1].cumsum(2)
        return until[:, :, _YOUNGER], until[:, :, -1:] - until[:, :, _OLDER]

    def _finding(
        self, growth: _Growth, number: int, fresh: int, *, centre: Floats, near: Floats, past: Floats
    ) -> Finding:
        """The messages of a neighbourhood, nearest first, the strength tempered by how restless the topic is."""
        radius, window = divmod(int(growth.strength[number].argmax()), len(WINDOWS))
        length, place = WINDOWS[window], self.near.first + fresh
        since = int(np.searchsorted(self.rows.times, self.rows.times[place] - length))
        part = slice(since, place + 1)
        inside = since + np.flatnonzero((near[part] >= NEARNESS[radius]) & (self.rows.weights[part] > 0))
        inside = inside[np.argsort(-near[inside], kind="stable")]
        restless = swings(self.past, past >= NEARNESS[radius], max(length, DAY))
        return Finding(
            float(growth.strength[number, radius, window] / restless),
            length / DAY,
            float(growth.seen[number, radius, window]),
            float(growth.expected[number, radius, window]),
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
