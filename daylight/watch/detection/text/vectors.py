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
TOGETHER = 64
"""Texts that are made points in one go: few enough that most of their different tokens are shared."""
MOST_KNOWN = 60_000


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
    """The mean of the vectors of a text's tokens, as the model makes it; each different token is fetched once."""
    parts = [text.split(" ") for text in texts]
    ids = _tokens()
    tokens = [list(chain.from_iterable([ids[part] for part in each])) for each in parts]
    lengths = np.array([len(each) for each in tokens])
    every, place = np.unique(np.fromiter(chain.from_iterable(tokens), np.int64), return_inverse=True)
    cells = np.repeat(np.arange(len(texts)) * len(every), lengths) + place
    counts = np.bincount(cells, minlength=len(texts) * len(every)).reshape(len(texts), -1).astype(np.float32)
    means: Floats = counts @ _model().embedding[every] / lengths[:, None].astype(np.float32)
    return means


class _Tokens(dict[str, list[int]]):
    """The tokens of a word with its marks; words come again, and looking up is quicker than cutting.

    No token of this model reaches over a space, so that words can be cut one by one.
    """

    def __missing__(self, part: str) -> list[int]:
        if len(self) > MOST_KNOWN:
            self.clear()
        model = _model()
        cut = model.tokenizer.encode(part, add_special_tokens=False).ids
        self[part] = [min(token, len(model.embedding) - 1) for token in cut]
        return self[part]


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
def _tokens() -> _Tokens:
    """One for the process; what is in it depends on the model alone."""
    return _Tokens()


@functools.cache
def _model() -> Any:
    """Loaded once, from the weights in the wheel: 0.6 s and 125 MB, in the process that needs it."""
    package: Any = importlib.import_module("wordllama")
    model = package.WordLlama.load(cache_dir=Path(package.__file__).parent, disable_download=True)
    model.tokenizer.no_padding()
    return model
