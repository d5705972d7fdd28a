"""One text, read once: its letters, sentences, and where each pattern is found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from daylight.candour.reading.cutting import Piece, chunks_of, even
from daylight.candour.reading.lexicon import BREAK, Lexicon
from daylight.candour.reading.patterns import Finder, Group, Spans

ENDS = frozenset(".!?;…")
BULLETS = frozenset("-*•–—+")  # noqa: RUF001
_SHORT_LINE = 60
"""A line shorter than this (characters) was ended on purpose and not by a mail program."""


class Place(NamedTuple):
    """Where a pattern is found: `start` and `end` count letters of the reading."""

    start: int
    end: int


@dataclass(slots=True)
class Reading:
    """A text as letters. `pieces[i]` is the piece behind letter `i`, `None` between sentences; `plain[i]` its word."""

    text: str
    letters: str
    pieces: Sequence[Piece | None]
    plain: Sequence[str]
    _found: dict[int, list[Place]] = field(default_factory=dict)
    _sentences: list[Place] | None = None
    _spans: dict[int, Spans] = field(default_factory=dict)

    def found(self, group: Group) -> list[Place]:
        """Where any pattern of a group is, in the order of the text; remembered."""
        places = self._found.get(id(group))
        if places is None:
            spans = sorted(self.spans(group.finder).get(group.number, ()))
            places = self._found[id(group)] = [Place(start, end) for start, end in spans if end > start]
        return places

    def spans(self, finder: Finder) -> Spans:
        """Where the patterns of each group are that has any, by its number and in no order; remembered."""
        spans = self._spans.get(id(finder))
        if spans is None:
            spans = self._spans[id(finder)] = finder.search(self.letters, self.sentences())
        return spans

    def span(self, place: Place) -> tuple[int, int]:
        """The characters of a place, from its first word to its last."""
        words = [piece for piece in self.pieces[place.start : place.end] if piece]
        return (words[0].start, words[-1].end) if words else (0, 0)

    def words(self, place: Place) -> str:
        """What the text says there."""
        start, end = self.span(place)
        return self.text[start:end]

    def sentence(self, place: Place) -> Place:
        """The sentence in which a place begins."""
        start = self.letters.rfind(BREAK, 0, place.start + 1) + 1
        return Place(start, self.letters.find(BREAK, place.start + (self.letters[place.start] == BREAK)))

    def sentences(self) -> list[Place]:
        """All sentences that have a word."""
        if self._sentences is None:
            ends = [at for at, letter in enumerate(self.letters) if letter == BREAK]
            self._sentences = [Place(start + 1, end) for start, end in pairwise(ends) if end > start + 1]
        return self._sentences

    def __len__(self) -> int:
        return sum(1 for piece in self.pieces if piece and piece.shape != "mark")


def read(text: str, lexicon: Lexicon) -> Reading:
    """`text` as its reader sees it, sentence by sentence."""
    letters, words, first = [BREAK], [""], True
    pieces: list[Piece | None] = [None]
    line_start, smooth = 0, even(text)
    for chunk, at in chunks_of(smooth):
        if chunk[0] == "\n":
            if _ends_sentence(smooth, chunk, at, line_start):
                first = _broken(letters, pieces, words)
            line_start = at + len(chunk)
            continue
        for piece, letter, plain in lexicon.pieces_of(chunk):
            word, shape, start, end = piece
            is_mark = shape == "mark"
            if is_mark and (word in ENDS or (first and word in BULLETS)):
                first = _broken(letters, pieces, words)
                continue
            letters.append(lexicon.letter_of(piece, first=True) if first else letter)
            pieces.append(Piece(word, shape, at + start, at + end))
            words.append(plain)
            first = first and is_mark
    _broken(letters, pieces, words)
    string = "".join(letters)
    return Reading(text, string, pieces, words)


def _broken(letters: list[str], pieces: list[Piece | None], words: list[str]) -> bool:
    """End the sentence, if one is open; the next word is a first one."""
    if letters[-1] != BREAK:
        letters.append(BREAK)
        pieces.append(None)
        words.append("")
    return True


def _ends_sentence(text: str, chunk: str, at: int, line_start: int) -> bool:
    """Whether a line break is meant: an empty line, a list, a heading, a short line."""
    following = text[at + len(chunk) : at + len(chunk) + 1]
    if chunk.count("\n") > 1 or at - line_start < _SHORT_LINE:
        return True
    return not following or following in BULLETS or following.isupper() or following.isdigit() or text[at - 1] in ":.!?"
