"""Which earlier messages lie near each of the newest."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from daylight.watch.detection.text.memory import Floats, Numbers, Rows


@dataclass(frozen=True)
class Neighbours:
    """Pairs in order: the newest row `first + of` and the row `places` are so near; none looks at a later one."""

    first: int
    names: Numbers
    of: Numbers
    places: Numbers
    nearness: Floats

    @classmethod
    def among(cls, rows: Rows, fresh: int, at_least: float) -> "Neighbours":
        """Those of the last `fresh` rows, themselves with them, as near as this or nearer."""
        first = len(rows) - fresh
        near = rows.points[first:] @ rows.points.T
        without_later(near, np.arange(fresh), first)
        of, places = np.nonzero(near >= at_least)
        return cls(first, rows.names, of, places, near[of, places])

    def only(self, which: npt.NDArray[np.bool_]) -> "Neighbours":
        """Some of the pairs."""
        return replace(self, of=self.of[which], places=self.places[which], nearness=self.nearness[which])


def without_later(near: Floats, fresh: Numbers, first: int) -> None:
    """Nobody is near to what comes after it: rows of `near` are of the fresh messages with these numbers."""
    later = np.arange(near.shape[1] - first)[None, :] > fresh[:, None]
    near[:, first:][later] = -1
