"""A sentence as the claims are read from it: pieces, the stems of its telling words, and what is found in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from daylight.candour.draft import begin_in
from daylight.candour.languages import Language
from daylight.candour.reading.cutting import Piece
from daylight.candour.reading.reading import Place, Reading

STEM = 6
"""Letters of a word that count: “deliveries” and “delivery” are the same."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a text that is said at `now`, to people who live in `zone`, of what `began` then, if known."""

    language: Language
    reading: Reading
    place: Place
    now: datetime
    zone: str
    before: "Sentence | None" = None
    began: datetime | None = None

    @cached_property
    def pieces(self) -> Sequence[Piece]:
        """Its pieces; a sentence has no breaks."""
        return [piece for piece in self.reading.pieces[self.place.start : self.place.end] if piece]

    def found(self, group: str, within: Place | None = None) -> Sequence[Place]:
        """Where a group of patterns is in this sentence, or in a part of it."""
        return begin_in(self.reading.found(self.language.groups[f"claims.{group}"]), within or self.place)

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
        return self.stems_within(0, len(self.pieces))

    def stems_within(self, first: int, end: int) -> frozenset[str]:
        """Of its telling words from one piece to another."""
        told = (piece for at, piece in enumerate(self.pieces[first:end], first) if at not in self._small)
        return frozenset(self.stem(piece.word) for piece in told if piece.shape in _TELLING)

    @cached_property
    def _small(self) -> set[int]:
        return {self.number_of(place) for place in self.found("small")}

    @cached_property
    def nouns(self) -> set[int]:
        """Which pieces can be counted."""
        return {self.number_of(place) for place in self.found("noun")}

    @cached_property
    def stops(self) -> set[int]:
        """Which pieces end a look ahead; the “'s” in “this week's orders” does not."""
        places = map(self.number_of, self.found("stop"))
        return {at for at in places if self.pieces[at].shape != "clitic"}

    @cached_property
    def matter(self) -> frozenset[str]:
        """Its stems, with those of the sentence before where a pronoun points there."""
        return self.stems | (self.before.stems if self.before and self.has("pronoun") else frozenset())

    def stems_of(self, group: str, within: Place) -> frozenset[str]:
        """Of the first word of each place of a group that lies within another place."""
        places = (place.start for place in self.found(group, within))
        return frozenset(self.stem(piece.word) for at in places if (piece := self.reading.pieces[at]))

    def stem(self, word: str) -> str:
        """A word without its ending: enough to know it again."""
        return stem(word, self.language)


def stem(word: str, language: Language) -> str:
    """A word without its ending, in lower case, cut short."""
    return re.sub(language.when["stems"]["endings"], "", word.lower())[:STEM]


_TELLING = frozenset({"word", "code", "host"})


def sentences(
    language: Language, reading: Reading, *, now: datetime, zone: str, began: datetime | None = None
) -> list[Sentence]:
    """All sentences of a text."""
    found: list[Sentence] = []
    for place in reading.sentences():
        found.append(Sentence(language, reading, place, now, zone, found[-1] if found else None, began))
    return found
