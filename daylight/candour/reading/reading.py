"""One text, read once: its letters, sentences, and where each pattern is found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from daylight.candour.reading.cutting import Piece, chunks_of, even, pieces_of
from daylight.candour.reading.lexicon import BREAK, Lexicon
from daylight.candour.reading.patterns import Pattern

ENDS = frozenset(".!?;…")
BULLETS = frozenset("-*•–—+")  # noqa: RUF001
_SHORT_LINE = 60
"""A line shorter than this (characters) was ended on purpose and not by a mail program."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a pattern is found: `start` and `end` count letters of the reading."""

    start: int
    end: int


@dataclass(slots=True)
class Reading:
    """A text as letters. `pieces[i]` is the piece behind letter `i`, or `None` between sentences."""

    text: str
    letters: str
    pieces: Sequence[Piece | None]
    _found: dict[int, tuple[Place, ...]] = field(default_factory=dict)
    _present: frozenset[str] = frozenset()

    def found(self, patterns: Sequence[Pattern]) -> tuple[Place, ...]:
        """Where any of these patterns is, in the order of the text; remembered."""
        key = id(patterns)
        if key not in self._found:
            places = {
                Place(match.start(), match.end())
                for pattern in patterns
                if not pattern.needs or not pattern.needs.isdisjoint(self._present)
                for match in pattern.regex.finditer(self.letters)
                if match.end() > match.start()
            }
            self._found[key] = tuple(sorted(places))
        return self._found[key]

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
        ends = [at for at, letter in enumerate(self.letters) if letter == BREAK]
        return [Place(start + 1, end) for start, end in pairwise(ends) if end > start + 1]

    def __len__(self) -> int:
        return sum(1 for piece in self.pieces if piece and piece.shape != "mark")


def read(text: str, lexicon: Lexicon) -> Reading:
    """`text` as its reader sees it, sentence by sentence."""
    letters, first = [BREAK], True
    pieces: list[Piece | None] = [None]
    line_start, smooth = 0, even(text)
    for chunk, at in chunks_of(smooth):
        if chunk[0] == "\n":
            if _ends_sentence(smooth, chunk, at, line_start):
                first = _broken(letters, pieces)
            line_start = at + len(chunk)
            continue
        for piece in pieces_of(chunk):
            if piece.shape == "mark" and (piece.word in ENDS or (first and piece.word in BULLETS)):
                first = _broken(letters, pieces)
                continue
            letters.append(lexicon.letter_of(piece, first=first))
            pieces.append(Piece(piece.word, piece.shape, at + piece.start, at + piece.end))
            first = first and piece.shape == "mark"
    _broken(letters, pieces)
    string = "".join(letters)
    return Reading(text, string, pieces, _present=frozenset(string))


def _broken(letters: list[str], pieces: list[Piece | None]) -> bool:
    """End the sentence, if one is open; the next word is a first one."""
    if letters[-1] != BREAK:
        letters.append(BREAK)
        pieces.append(None)
    return True


def _ends_sentence(text: str, chunk: str, at: int, line_start: int) -> bool:
    """Whether a line break is meant: an empty line, a list, a heading, a short line."""
    following = text[at + len(chunk) : at + len(chunk) + 1]
    if chunk.count("\n") > 1 or at - line_start < _SHORT_LINE:
        return True
    return not following or following in BULLETS or following.isupper() or following.isdigit() or text[at - 1] in ":.!?"
