"""The messages of the last ten days and a sample of all before, as arrays; bounded however much comes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from daylight.watch.detection.text.vectors import SIZE

Floats = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
DAY = 86_400.0
RECENT = 10 * DAY
STRATA = ((0.125 * DAY, 3_000), (DAY, 3_000), (3 * DAY, 2_500), (RECENT, 2_500))
"""Up to which age how many messages are kept; of more, every second, which then counts twice."""
PAST = 6_000


@dataclass
class Rows:
    """Messages in order of time: points, times, how many each stands for, and names."""

    points: Floats
    times: Times
    weights: Floats
    names: Numbers

    @classmethod
    def none(cls) -> "Rows":
        """No rows."""
        return cls(np.zeros((0, SIZE), np.float32), np.zeros(0), np.zeros(0, np.float32), np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.times)

    def only(self, places: "Numbers | slice") -> "Rows":
        """Some of the rows."""
        return Rows(self.points[places], self.times[places], self.weights[places], self.names[places])

    def with_more(self, more: "Rows") -> "Rows":
        """These rows, then those."""
        return Rows(
            np.concatenate([self.points, more.points]),
            np.concatenate([self.times, more.times]),
            np.concatenate([self.weights, more.weights]),
            np.concatenate([self.names, more.names]),
        )

    def thinned(self, start: int, end: int) -> "Rows":
        """Every second row between two places is dropped, the others count twice."""
        kept = np.concatenate([np.arange(start), np.arange(start, end, 2), np.arange(end, len(self))])
        rows = self.only(kept)
        rows.weights[start : start + (end - start + 1) // 2] *= 2
        return rows


class Memory:
    """What the scan looks at: `recent`, up to ten days old, and `past`."""

    def __init__(self) -> None:
        self.recent = Rows.none()
        self.past = Rows.none()

    def age(self, now: float) -> None:
        """Rows older than ten days go into the past; too many rows are thinned."""
        end = int(np.searchsorted(self.recent.times, now - RECENT))
        if end:
            self.past = self.past.with_more(self.recent.only(slice(0, end)))
            self.recent = self.recent.only(slice(end, None))
        if len(self.past) > PAST:
            self.past = self.past.thinned(0, len(self.past) // 2)
        younger = 0.0
        for age, most in STRATA:
            start, stop = np.searchsorted(self.recent.times, [now - age, now - younger])
            stop = len(self.recent) if younger == 0 else stop
            if stop - start > most:
                self.recent = self.recent.thinned(int(start), int(stop))
            younger = age

    def named(self, names: Sequence[int]) -> Rows:
        """Those of the recent rows that have these names."""
        order = np.argsort(self.recent.names, kind="stable")
        places = np.searchsorted(self.recent.names[order], names)
        known = places < len(order)
        places = order[places[known]]
        return self.recent.only(places[self.recent.names[places] == np.asarray(names)[known]])

    def add(self, rows: Rows) -> None:
        """Take in newer rows."""
        self.recent = self.recent.with_more(rows)

    def to_bytes(self) -> bytes:
        """Everything, to be kept over a restart; about 600 bytes a row."""
        out = io.BytesIO()
        arrays: dict[str, Any] = {}
        for name, rows in (("recent", self.recent), ("past", self.past)):
            arrays |= {f"{name}_{key}": value for key, value in vars(rows).items()}
            arrays[f"{name}_points"] = rows.points.astype(np.float16)
        np.savez(out, **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, kept: bytes) -> "Memory":
        """What `to_bytes` gave."""
        arrays = np.load(io.BytesIO(kept), allow_pickle=False)
        memory = cls()
        for name in ("recent", "past"):
            values = {key: arrays[f"{name}_{key}"] for key in ("points", "times", "weights", "names")}
            setattr(memory, name, Rows(**{**values, "points": values["points"].astype(np.float32)}))
        return memory
