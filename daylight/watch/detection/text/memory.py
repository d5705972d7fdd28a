"""The messages of the last ten days and a sample of all before, as arrays; bounded however much comes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from daylight.watch.detection.text.vectors import SIZE, Middle

Floats = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
DAY = 86_400.0
RECENT = 10 * DAY
STRATA = ((0.125 * DAY, 3_000), (DAY, 3_000), (3 * DAY, 2_500), (RECENT, 2_500))
"""Up to which age how many messages are kept; of more, every second, which then counts for two."""
PAST = 6_000
"""Of all before; the lightest are thinned first, so that last winter is remembered as well as last week."""


@dataclass
class Rows:
    """Messages in order of time: points as they are and as seen from the middle of the stream, times, how many each
    stands for, and names."""

    raw: Floats
    points: Floats
    times: Times
    weights: Floats
    names: Numbers

    @classmethod
    def none(cls, room: int = 0) -> "Rows":
        """No rows, or room for some."""
        numbers = np.zeros(room), np.zeros(room, np.float32), np.zeros(room, np.int64)
        return cls(np.zeros((room, SIZE), np.float32), np.zeros((room, SIZE), np.float32), *numbers)

    def __len__(self) -> int:
        return len(self.times)

    def only(self, places: "Numbers | slice") -> "Rows":
        """Some of the rows."""
        return Rows(*(values[places] for values in vars(self).values()))

    def with_more(self, more: "Rows") -> "Rows":
        """These rows, then those."""
        both = zip(vars(self).values(), vars(more).values(), strict=True)
        return Rows(*(np.concatenate(values) for values in both))

    def thinned(self, which: Numbers) -> "Rows":
        """Of each two neighbours among these rows the heavier stays, and counts for both."""
        one, other = which[: len(which) // 2 * 2].reshape(-1, 2).T
        heavier = self.weights[other] > self.weights[one]
        stays, goes = np.where(heavier, other, one), np.where(heavier, one, other)
        weights = self.weights.copy()
        weights[stays] += weights[goes]
        rows = replace(self, weights=weights)
        return rows.only(np.delete(np.arange(len(self)), goes))


class _Kept:
    """Rows with room behind them, so that adding some seldom copies all."""

    def __init__(self, rows: Rows) -> None:
        self.room, self.start, self.end = rows, 0, len(rows)

    @property
    def rows(self) -> Rows:
        """What is kept; a view, to be asked for again after a change."""
        return self.room.only(slice(self.start, self.end))

    def add(self, more: Rows) -> None:
        if self.end + len(more) > len(self.room):
            empty = Rows.none(len(self.rows) + len(more))
            self.room, self.end, self.start = self.rows.with_more(empty), self.end - self.start, 0
        begin, self.end = self.end, self.end + len(more)
        for name, values in vars(more).items():
            getattr(self.room, name)[begin : self.end] = values

    def without_first(self, count: int) -> Rows:
        """The first rows, which are kept no longer."""
        first = self.rows.only(slice(0, count))
        self.start += count
        return first


class Memory:
    """What the scan looks at: `recent`, up to ten days old, and `past`."""

    def __init__(self, recent: Rows | None = None, past: Rows | None = None) -> None:
        self._recent, self._past = _Kept(recent or Rows.none()), _Kept(past or Rows.none())

    @property
    def recent(self) -> Rows:
        """The rows of the last ten days."""
        return self._recent.rows

    @property
    def past(self) -> Rows:
        """A sample of all rows before."""
        return self._past.rows

    def seen_from(self, middle: Middle) -> None:
        """See all points anew, from where the middle is now."""
        for rows in (self.recent, self.past):
            rows.points[:] = middle.seen_from(rows.raw)

    def age(self, now: float) -> None:
        """Rows older than ten days go into the past; too many rows are thinned."""
        self._past.add(self._recent.without_first(int(np.searchsorted(self.recent.times, now - RECENT))))
        if len(self.past) > PAST:
            light = np.flatnonzero(self.past.weights <= np.median(self.past.weights))
            self._past = _Kept(self.past.thinned(light))
        younger = 0.0
        for age, most in STRATA:
            start, stop = np.searchsorted(self.recent.times, [now - age, now - younger])
            stop = len(self.recent) if younger == 0 else stop
            if stop - start > most:
                self._recent = _Kept(self.recent.thinned(np.arange(start, stop)))
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
        self._recent.add(rows)

    def to_bytes(self) -> bytes:
        """Everything, to be kept over a restart; about 600 bytes a row. Points are to be seen from a middle again."""
        out = io.BytesIO()
        arrays: dict[str, Any] = {}
        for name, rows in (("recent", self.recent), ("past", self.past)):
            arrays |= {f"{name}_{key}": getattr(rows, key) for key in ("times", "weights", "names")}
            arrays[f"{name}_raw"] = rows.raw.astype(np.float16)
        np.savez(out, **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, kept: bytes) -> "Memory":
        """What `to_bytes` gave."""
        arrays = np.load(io.BytesIO(kept), allow_pickle=False)
        both = []
        for name in ("recent", "past"):
            raw = arrays[f"{name}_raw"].astype(np.float32)
            both.append(
                Rows(raw, np.zeros_like(raw), *(arrays[f"{name}_{key}"] for key in ("times", "weights", "names")))
            )
        return cls(*both)
