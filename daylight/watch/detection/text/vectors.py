"""Texts as points: messages on one topic lie near each other."""

import functools
import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from daylight.watch.detection.text.words import clean, has_words

Floats = npt.NDArray[np.float32]
SIZE = 256
SETTLED = 20_000


def vectors(texts: Sequence[str], *, cleaned: bool = False) -> Floats:
    """One row of 256 numbers, of length 1, for each text; what has no words at all lies at zero."""
    if not texts:
        return np.zeros((0, SIZE), np.float32)
    read = list(texts) if cleaned else [clean(text) for text in texts]
    order = sorted(range(len(read)), key=lambda place: len(read[place]))
    found = np.zeros((len(read), SIZE), np.float32)
    found[order] = _model().embed([read[place] or " " for place in order], batch_size=128)
    found[[place for place, text in enumerate(read) if not has_words(text)]] = 0
    return unit(np.nan_to_num(found))


def unit(rows: Floats) -> Floats:
    """The same directions at length 1; zero stays zero."""
    length = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    scaled: Floats = rows / np.maximum(length, 1e-9)[:, None]
    return scaled


class Middle:
    """The mean of a stream so far. What all its messages share says nothing of a topic, so it is taken away."""

    def __init__(self, mean: Floats | None = None, count: int = 0) -> None:
        self.mean = np.zeros(SIZE, np.float32) if mean is None else mean
        self.count = count

    def around(self, raw: Floats) -> Floats:
        """The points seen from the middle of what came before them, which then moves by them."""
        points = self.seen_from(raw)
        told = int(raw.any(axis=1).sum())
        if told:
            seen = min(self.count, SETTLED)
            self.mean = (self.mean * seen + raw.sum(0)) / (seen + told)
            self.count += told
        return points

    def seen_from(self, raw: Floats) -> Floats:
        """The points seen from the middle, which stays where it is."""
        return unit(np.where(raw.any(axis=1, keepdims=True), raw - self.mean, np.float32(0)))


@functools.cache
def _model() -> Any:
    """Loaded once, from the weights in the wheel: 0.6 s and 125 MB, in the process that needs it."""
    package: Any = importlib.import_module("wordllama")
    return package.WordLlama.load(cache_dir=Path(package.__file__).parent, disable_download=True)
