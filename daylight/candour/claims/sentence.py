"""A sentence as the claims are read from it: pieces, the stems of its telling words, and what is found in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from daylight.candour.languages import Language
from daylight.candour.reading.cutting import Piece
from daylight.candour.reading.reading import Place, Reading

STEM = 6
"""Letters of a word that count: “deliveries” and “delivery” are the same."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a text that is said at `now`, to people who live in `zone`."""

    language: Language
    reading: Reading
    place: Place
    now: datetime
    zone: str

    @cached_property
    def pieces(self) -> Sequence[Piece]:
        """Its pieces; a sentence has no breaks."""
        return [piece for piece in self.reading.pieces[self.place.start : self.place.end] if piece]

    def found(self, group: str) -> list[Place]:
        """Where a group of patterns is in this sentence."""
        places = self.reading.found(self.language.groups[f"claims.{group}"])
        return [place for place in places if self.place.start <= place.start < self.place.end]

    def has(self, group: str) -> bool:
        """Whether it is there at all."""
        return bool(self.found(group))

    def at(self, number: int, end: int | None = None) -> Place:
        """The place of its pieces from `number` to `end`."""
        return Place(self.place.start + number, self.place.start + (number + 1 if end is None else end))

    def number_of(self, place: Place) -> int:
        """Which of its pieces a place begins with."""
        return place.start - self.place.start

    @cached_property
    def stems(self) -> frozenset[str]:
        """Of its telling words: no small ones, no numbers, no marks."""
        small = {at for place in self.found("small") for at in range(place.start, place.end)}
        told = (piece for at, piece in enumerate(self.pieces, self.place.start) if at not in small)
        return frozenset(self.stem(piece.word) for piece in told if piece.shape in _TELLING)

    def stems_of(self, group: str) -> frozenset[str]:
        """Of the last word of each place of a group."""
        return frozenset(self.stem(self._word(place.end - 1)) for place in self.found(group))

    def stem(self, word: str) -> str:
        """A word without its ending: enough to know it again."""
        return stem(word, self.language)

    def _word(self, at: int) -> str:
        piece = self.reading.pieces[at]
        return piece.word if piece else ""


def stem(word: str, language: Language) -> str:
    """A word without its ending, in lower case, cut short."""
    return re.sub(language.when["stems"]["endings"], "", word.lower())[:STEM]


_TELLING = frozenset({"word", "code", "host"})


def sentences(language: Language, reading: Reading, *, now: datetime, zone: str) -> list[Sentence]:
    """All sentences of a text."""
    return [Sentence(language, reading, place, now, zone) for place in reading.sentences()]
