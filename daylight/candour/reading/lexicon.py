"""The words of one language: which classes a word belongs to, and the letter that stands for those classes.

A text becomes a string with one letter per word. Patterns over word classes are then ordinary regular expressions over
that string, which the interpreter runs at full speed: the idea of TokensRegex (Chang and Manning, 2014) without its
engine. Words that belong to the same classes share a letter.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from daylight.candour.reading.cutting import SHAPES, Piece, pieces_of

BREAK = "\n"
"""The letter between two sentences."""

ENDS = frozenset(".!?;…")
BULLETS = frozenset("-*•–—+")  # noqa: RUF001

AT_BREAK, OPENING, INSIDE = range(3)
"""Where a reading is: between sentences, behind marks that open one, or behind its first word."""

OWN_SHAPES = frozenset(SHAPES) - {"word", "clitic", "short"}
"""Shapes that say enough: such a piece is looked up by its shape and not by its word."""

_COMMON = 100
"""A short word weighs as much as this many long ones: nearly every sentence has it."""

_MOST_KEPT = 20_000
"""Chunks (some megabytes) whose cutting is remembered: texts are made of the same words over and over."""

_FIRST_LETTER = 0xE000  # The private use area: no text has these letters by itself.


class Taken(NamedTuple):
    """What a chunk adds to a reading: as many letters as plain words and pieces, `None` where a sentence ends."""

    letters: str
    words: tuple[str, ...]
    pieces: tuple[Piece | None, ...]
    after: int
    """Where the reading is then."""


UNBROKEN = tuple(Taken("", (), (), where) for where in (AT_BREAK, OPENING, INSIDE))
"""Nothing, wherever the reading is."""

BROKEN = (UNBROKEN[AT_BREAK], *(2 * [Taken(BREAK, ("",), (None,), AT_BREAK)]))
"""The end of a sentence, if one has begun."""


def plain(piece: Piece) -> str:
    """The word of a piece without its capitals; of numbers, times and the like their shape, "#time"."""
    return f"#{piece.shape}" if piece.shape in OWN_SHAPES and piece.shape != "mark" else piece.word.lower()


def letter_at(bit: int) -> str:
    """The letter of a bit."""
    return chr(_FIRST_LETTER + bit)


def bits(number: int) -> Iterator[int]:
    """Which bits of a number are set, from the least on."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


class Lexicon:
    """Words, their classes and letters. `classes` maps a word in lower case to the names of its classes.

    A set of letters is a number with one bit for each: bit `n` for the letter `letter(n)`.
    """

    SHAPES = OWN_SHAPES | {"short", "word", "name", "initial", "caps", "mark"}
    """Classes that no list has: they come from how a word is written."""

    def __init__(self, classes: Mapping[str, Iterable[str]], *, endings: Iterable[str] = ()) -> None:
        self.endings = tuple(endings)
        self._classes = {word: frozenset(names) for word, names in classes.items()}
        self._letters: dict[frozenset[str], str] = {}
        self._of: list[frozenset[str]] = []
        self._with: defaultdict[str, int] = defaultdict(int)
        self.known: tuple[dict[str, Taken], ...] = ({}, {}, {})
        self._weights: list[int] = []
        for shape in (*OWN_SHAPES, "short"):
            self._letter({shape})
        for capital in (frozenset[str](), frozenset({"name"})):  # Apart, so that letters of a class are neighbours.
            for word, names in self._classes.items():
                letter = self._letter(names | capital)
                self._weights[ord(letter) - _FIRST_LETTER] += _COMMON if len(word) < 4 else 1
        for ending in ("", *(f"-{ending}" for ending in self.endings)):
            base = {"word", ending} - {""}
            for more in (set(), {"initial"}, {"name"}, {"name", "caps"}):
                self._letter(base | more)
        self._weights = [weight or _COMMON for weight in self._weights]

    def weight_of(self, letters: int) -> int:
        """How common words of these letters are, roughly: the rarer, the better to look for first."""
        return sum(self._weights[bit] for bit in bits(letters))

    def take(self, chunk: str, where: int) -> Taken:
        """What a chunk adds there; remembered in `known`, where a reader looks first."""
        known = self.known[where]
        if len(known) >= _MOST_KEPT:
            known.clear()
        letters, words, pieces = list[str](), list[str](), list[Piece | None]()
        for piece in pieces_of(chunk):
            is_mark = piece.shape == "mark"
            if not (is_mark and (piece.word in ENDS or (where != INSIDE and piece.word in BULLETS))):
                letters.append(self.letter_of(piece, first=where != INSIDE))
                words.append(plain(piece))
                pieces.append(piece)
                where = OPENING if is_mark and where != INSIDE else INSIDE
            elif where != AT_BREAK:
                letters.append(BREAK)
                words.append("")
                pieces.append(None)
                where = AT_BREAK
        taken = known[chunk] = Taken("".join(letters), tuple(words), tuple(pieces), where)
        return taken

    def letter_of(self, piece: Piece, *, first: bool) -> str:
        """The letter of a piece; `first` says that it opens a sentence, where a capital means little."""
        return self._letter(self._names(piece, first))

    def classes_of(self, letter: str) -> frozenset[str]:
        """The classes that a letter stands for."""
        return self._of[ord(letter) - _FIRST_LETTER]

    def letters_with(self, name: str) -> int:
        """Every letter of a class, or of one word (`=word`, or a word that is no class). Raises `KeyError`."""
        found = self._with.get(name) or self._with.get(f"={name}")
        if not found:
            raise KeyError(name)
        return found

    def all_letters(self) -> int:
        """Every letter but the break."""
        return (1 << len(self._letters)) - 1

    def _letter(self, names: Iterable[str]) -> str:
        key = frozenset(names)
        letter = self._letters.get(key)
        if letter is None:
            bit = len(self._letters)
            letter = self._letters[key] = letter_at(bit)
            self._weights.append(0)
            self._of.append(key)
            for name in key:
                self._with[name] |= 1 << bit
        return letter

    def _names(self, piece: Piece, first: bool) -> frozenset[str]:
        if piece.shape == "mark":
            return self._classes.get(piece.word, frozenset({"mark"}))
        if piece.shape in OWN_SHAPES:
            return frozenset({piece.shape})
        lower = piece.word.lower()
        known, capital = self._classes.get(lower), piece.word[0].isupper()
        if known is not None:
            return known | {"name"} if capital and not first and len(lower) > 1 else known
        ending = next((f"-{ending}" for ending in self.endings if lower.endswith(ending)), "")
        return frozenset({"word", ending, *_written(piece.word, first=first)} - {""})


def _written(word: str, *, first: bool) -> set[str]:
    """What the capitals of an unknown word say of it."""
    if word.isupper() and len(word) > 1:
        return {"name", "caps"}
    if any(letter.isupper() for letter in word[1:]):
        return {"name"}
    return ({"initial"} if first else {"name"}) if word[0].isupper() else set()
