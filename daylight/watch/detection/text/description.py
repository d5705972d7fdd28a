"""What is shown with a signal: rising terms, typical messages, where it is, and how many people speak of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from daylight.watch.detection.text.heard import Heard
from daylight.watch.detection.text.likelihood import evidence
from daylight.watch.detection.text.memory import Floats
from daylight.watch.detection.text.repeats import COPY
from daylight.watch.detection.text.terms import Term, rising_terms
from daylight.watch.detection.text.vectors import unit, vectors

TYPICAL = 5


@dataclass(frozen=True)
class Place:
    """A given fact, such as a product, that stands out among the messages of a surge."""

    key: str
    value: str
    seen: int
    expected: float
    strength: float


@dataclass(frozen=True)
class Description:
    """A surge in words and numbers."""

    terms: list[Term]
    typical: list[int]
    places: list[Place]
    writers: int
    unknown_writers: int
    copies: int


def describe(now: Sequence[Heard], before: Sequence[Heard]) -> Description:
    """Describe the messages of a surge, against a sample of all messages before it. Numbers are places in `now`."""
    points = vectors([message.text for message in now])
    first = without_copies(points)
    known = {message.writer for message in now if message.writer}
    return Description(
        rising_terms([now[place].text for place in first], [message.text for message in before]),
        typical(points),
        standing_out(now, before),
        len(known),
        sum(not now[place].writer for place in first),
        len(now) - len(first),
    )


def without_copies(points: Floats) -> list[int]:
    """The first of each set of near-duplicates."""
    kept: list[int] = []
    for place in range(len(points)):
        if not points[place].any() or not (points[kept] @ points[place] >= COPY).any():
            kept.append(place)
    return kept


def typical(points: Floats, most: int = TYPICAL) -> list[int]:
    """The messages nearest to the middle of all, copies left out, the nearest first."""
    if not len(points):
        return []
    nearness = unit(points) @ unit(points.mean(0, keepdims=True))[0]
    order = np.argsort(-nearness, kind="stable")
    return [int(order[place]) for place in without_copies(points[order])[:most]]


def standing_out(now: Sequence[Heard], before: Sequence[Heard], most: int = 5) -> list[Place]:
    """The facts that are seen clearly more often in the surge than before, by a scan over every value."""
    seen, earlier = _facts(now), _facts(before)
    found = []
    for (key, value), count in seen.items():
        past = earlier[key, value] + 0.5
        strength = float(
            evidence(
                np.array([float(count)]), np.array([float(len(now))]), np.array([past]), np.array([len(before) + 1.0])
            )[0]
        )
        if strength >= 2:
            found.append(Place(key, value, count, past * len(now) / (len(before) + 1), strength))
    return sorted(found, key=lambda place: (-place.strength, place.key, place.value))[:most]


def _facts(messages: Sequence[Heard]) -> Counter[tuple[str, str]]:
    return Counter((key, value) for message in messages for key, value in message.facets.items())
