"""Topics that form by themselves: each message goes to the nearest, or begins one."""

import io
from collections.abc import Sequence

import numpy as np

from daylight.watch.detection.text.memory import DAY, Floats, Numbers
from daylight.watch.detection.text.vectors import SIZE, Middle, unit, vectors

NEAR, ALIKE = 0.45, 0.80
"""As cosines: how near a message must be to join, and how near two topics must be to become one."""
MOST = 1_000
STEADY = 200.0
"""Messages after which a topic moves by no more than one part in so many."""
FADES = 90 * DAY
NONE = -1
"""The topic of a message without words."""


class Topics:
    """At most `most` topics, each with a name (a number never given twice), a middle and a fading weight.

    A topic that gave way, because two grew together or because the rarest had to go, is answered by `now_called`.
    """

    def __init__(self, near: float = NEAR, most: int = MOST) -> None:
        self.near, self.most = near, most
        self.names: Numbers = np.zeros(0, np.int64)
        self.sums: Floats = np.zeros((0, SIZE), np.float32)
        self.weights: Floats = np.zeros(0, np.float32)
        self.last = np.zeros(0)
        self.gave_way: dict[int, int] = {}
        self.next_name = 1
        self.middle = Middle()

    def assign(self, texts: Sequence[str], at: float) -> list[int]:
        """The topic of each text; -1 for one without words. `at` is in seconds since 1970."""
        return self.assign_vectors(vectors(texts), at)

    def assign_vectors(self, raw: Floats, at: float) -> list[int]:
        """The same for vectors made before."""
        given: list[int] = []
        for start in range(0, len(raw), 256):
            given += self._block(self.middle.around(raw[start : start + 256]), at)
        return [self.now_called(name) for name in given]

    def now_called(self, name: int) -> int:
        """The topic that a name stands for today."""
        while name in self.gave_way:
            name = self.gave_way[name]
        return name

    def _block(self, points: Floats, at: float) -> list[int]:
        nearness = points @ unit(self.sums).T if len(self.names) else np.zeros((len(points), 0), np.float32)
        known = len(self.names)
        given = np.full(len(points), NONE)
        best = nearness.argmax(1) if known else np.zeros(len(points), np.int64)
        joins = nearness.max(1) >= self.near if known else np.zeros(len(points), bool)
        self._join(best[joins], points[joins], at)
        given[joins] = self.names[best[joins]]
        for place in np.flatnonzero(~joins & points.any(1)):
            given[place] = self._join_or_begin(points[place], known, at)
        self._tidy(at)
        return [int(name) for name in given]

    def _join(self, places: Numbers, points: Floats, at: float) -> None:
        """Move topics towards the messages that joined them."""
        if not len(places):
            return
        touched, order = np.unique(places, return_inverse=True)
        added = np.zeros((len(touched), SIZE), np.float32)
        np.add.at(added, order, points)
        self.sums[touched] += added
        self.weights[touched] += np.bincount(order).astype(np.float32)
        self.last[touched] = at
        over = touched[self.weights[touched] > STEADY]
        length = np.linalg.norm(self.sums[over], axis=1, keepdims=True)
        self.sums[over] *= np.minimum(1, STEADY / np.maximum(length, 1e-9))

    def _join_or_begin(self, point: Floats, since: int, at: float) -> int:
        """Join a topic that this very block began, or begin one."""
        if len(self.names) > since:
            nearness = unit(self.sums[since:]) @ point
            best = int(nearness.argmax())
            if nearness[best] >= self.near:
                self._join(np.array([since + best]), point[None, :], at)
                return int(self.names[since + best])
        name, self.next_name = self.next_name, self.next_name + 1
        self.names = np.append(self.names, name)
        self.sums = np.concatenate([self.sums, point[None, :]])
        self.weights = np.append(self.weights, np.float32(1))
        self.last = np.append(self.last, at)
        return name

    def _tidy(self, at: float) -> None:
        """When there are too many: topics grown alike become one; then the rarest, faded by time, give way."""
        if len(self.names) <= self.most:
            return
        worth = self.weights * np.exp2(-(at - self.last) / FADES)
        middles = unit(self.sums)
        alike = middles @ middles.T
        order = np.argsort(-worth)
        kept = np.zeros(len(order), bool)
        target = int(self.most * 0.9)
        for place in order:
            near = np.flatnonzero(kept & (alike[place] >= ALIKE))
            if not len(near) and kept.sum() < target:
                kept[place] = True
                continue
            others = near if len(near) else np.flatnonzero(kept)
            self._give_way(int(place), int(others[alike[place][others].argmax()]), bool(len(near)))
        self.names, self.sums = self.names[kept], self.sums[kept]
        self.weights, self.last = self.weights[kept], self.last[kept]

    def _give_way(self, place: int, to: int, alike: bool) -> None:
        self.gave_way[int(self.names[place])] = int(self.names[to])
        while len(self.gave_way) > 20 * self.most:
            del self.gave_way[next(iter(self.gave_way))]
        if alike:
            self.sums[to] += self.sums[place]
            self.weights[to] += self.weights[place]
            self.last[to] = max(self.last[to], self.last[place])

    def to_bytes(self) -> bytes:
        """Everything, to be kept over a restart; about 2 MB for 1,000 topics."""
        out = io.BytesIO()
        ways = np.array(list(self.gave_way.items()), np.int64).reshape(-1, 2)
        settings = np.array([self.near, self.most, self.next_name, self.middle.count])
        np.savez(
            out,
            names=self.names,
            sums=self.sums,
            weights=self.weights,
            last=self.last,
            ways=ways,
            settings=settings,
            middle=self.middle.mean,
        )
        return out.getvalue()

    @classmethod
    def from_bytes(cls, kept: bytes) -> "Topics":
        """What `to_bytes` gave."""
        arrays = np.load(io.BytesIO(kept), allow_pickle=False)
        near, most, next_name, count = arrays["settings"].tolist()
        topics = cls(near, int(most))
        topics.names, topics.sums = arrays["names"], arrays["sums"]
        topics.weights, topics.last = arrays["weights"], arrays["last"]
        topics.gave_way = {int(one): int(other) for one, other in arrays["ways"]}
        topics.next_name, topics.middle = int(next_name), Middle(arrays["middle"], int(count))
        return topics
