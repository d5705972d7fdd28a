"""Texts as points: messages on one topic lie near each other."""

import functools
import importlib
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from daylight.watch.detection.text.words import clean, has_words

Floats = npt.NDArray[np.float32]
SIZE = 256
SETTLED = 20_000
TOGETHER = 256


def vectors(texts: Sequence[str], *, cleaned: bool = False) -> Floats:
    """One row of 256 numbers, of length 1, for each text; what has no words at all lies at zero."""
    if not texts:
        return np.zeros((0, SIZE), np.float32)
    read = list(texts) if cleaned else [clean(text) for text in texts]
    found = np.zeros((len(read), SIZE), np.float32)
    told = [place for place, text in enumerate(read) if has_words(text)]
    for start in range(0, len(told), TOGETHER):
        part = told[start : start + TOGETHER]
        found[part] = _means([read[place] for place in part])
    return unit(found)


def _means(texts: list[str]) -> Floats:
    """The mean of the vectors of a text's tokens: what the model does itself, without padding each to the longest."""
    model = _model()
    tokens = [encoding.ids or [0] for encoding in model.tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
    counts = np.array([len(ids) for ids in tokens])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    every = np.fromiter(chain.from_iterable(tokens), np.int64, int(counts.sum()))
    sums: Floats = np.add.reduceat(model.embedding[np.minimum(every, len(model.embedding) - 1)], starts, axis=0)
    sums /= counts[:, None].astype(np.float32)
    return sums


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
    model = package.WordLlama.load(cache_dir=Path(package.__file__).parent, disable_download=True)
    model.tokenizer.no_padding()
    return model
