"""One text, read once: its letters, sentences, and where each pattern is found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from daylight.candour.reading.cutting import Piece, Place, chunks_of, even
from daylight.candour.reading.lexicon import AT_BREAK, BREAK, BROKEN, BULLETS, UNBROKEN, Lexicon
from daylight.candour.reading.patterns import Finder, Group, Searched

__all__ = ["Place", "Reading", "read"]

_SHORT_LINE = 60
"""A line shorter than this (characters) was ended on purpose and not by a mail program."""


@dataclass(slots=True)
class Reading:
    """A text as letters. `plain[i]` is the word behind letter `i`, "" between sentences.

    `_parts[i]` is its piece with the place in its chunk, `None` between sentences, and `_starts[i]` where that begins.
    """

    text: str
    letters: str
    plain: Sequence[str]
    _parts: Sequence[Piece | None]
    _starts: Sequence[int]
    _pieces: Sequence[Piece | None] | None = None
    _sentences: list[Place] | None = None
    _searched: dict[Finder, Searched] = field(default_factory=dict)

    def found(self, group: Group) -> list[Place]:
        """Where any pattern of a group is, in the order of the text."""
        searched = self._searched.get(group.finder) or self.searched(group.finder)
        return searched.places.get(group.number) or []

    def searched(self, finder: Finder) -> Searched:
        """Where all patterns of a finder are; remembered."""
        searched = self._searched.get(finder)
        if searched is None:
            searched = self._searched[finder] = finder.search(self.letters, self.sentences())
        return searched

    @property
    def pieces(self) -> Sequence[Piece | None]:
        """The piece behind each letter with its place in the text, `None` between sentences; made when asked for."""
        if self._pieces is None:
            self._pieces = [
                piece and Piece(piece.word, piece.shape, start + piece.start, start + piece.end)
                for piece, start in zip(self._parts, self._starts, strict=True)
            ]
        return self._pieces

    def span(self, place: Place) -> tuple[int, int]:
        """The characters of a place that lies within a sentence, from its first word to its last."""
        first, last = self._parts[place.start], self._parts[place.end - 1]
        if place.end <= place.start or first is None or last is None:
            return 0, 0
        return self._starts[place.start] + first.start, self._starts[place.end - 1] + last.end

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

    def worded(self, place: Place) -> list[int]:
        """Which letters of a place stand for words and not for marks."""
        parts = enumerate(self._parts[place.start : place.end], place.start)
        return [at for at, piece in parts if piece and piece.shape != "mark"]

    def __len__(self) -> int:
        return len(self.worded(Place(0, len(self.letters))))


def read(text: str, lexicon: Lexicon) -> Reading:
    """`text` as its reader sees it, sentence by sentence."""
    known, smooth = lexicon.known, even(text)
    letters, words, starts = [BREAK], [""], [0]
    pieces: list[Piece | None] = [None]
    at, line_start, where = 0, 0, AT_BREAK
    for chunk in chunks_of(smooth):
        at = smooth.find(chunk, at)
        if chunk[0] == "\n":
            taken = BROKEN[where] if _ends_sentence(smooth, chunk, at, line_start) else UNBROKEN[where]
            line_start = at + len(chunk)
        else:
            taken = known[where].get(chunk) or lexicon.take(chunk, where)
        added, said, cut, where = taken
        letters.append(added)
        words += said
        pieces += cut
        starts += (at,) * len(cut)
        at += len(chunk)
    if where != AT_BREAK:
        letters.append(BREAK)
        words.append("")
        pieces.append(None)
        starts.append(at)
    return Reading(text, "".join(letters), words, pieces, starts)


def _ends_sentence(text: str, chunk: str, at: int, line_start: int) -> bool:
    """Whether a line break is meant: an empty line, a list, a heading, a short line."""
    following = text[at + len(chunk) : at + len(chunk) + 1]
    if chunk.count("\n") > 1 or at - line_start < _SHORT_LINE:
        return True
    return not following or following in BULLETS or following.isupper() or following.isdigit() or text[at - 1] in ":.!?"
