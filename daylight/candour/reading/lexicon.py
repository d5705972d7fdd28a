"""The words of one language: which classes a word belongs to, and the letter that stands for those classes.

A text becomes a string with one letter per word. Patterns over word classes are then ordinary regular expressions over
that string, which the interpreter runs at full speed: the idea of TokensRegex (Chang and Manning, 2014) without its
engine. Words that belong to the same classes share a letter.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from daylight.candour.reading.cutting import SHAPES, Piece

BREAK = "\n"
"""The letter between two sentences."""

OWN_SHAPES = frozenset(SHAPES) - {"word", "clitic", "short"}
"""Shapes that say enough: such a piece is looked up by its shape and not by its word."""

_COMMON = 100
"""A short word weighs as much as this many long ones: nearly every sentence has it."""

_FIRST_LETTER = 0xE000  # The private use area: no text has these letters by itself.


class Lexicon:
    """Words, their classes and letters. `classes` maps a word in lower case to the names of its classes."""

    SHAPES = OWN_SHAPES | {"short", "word", "name", "initial", "caps", "mark"}
    """Classes that no list has: they come from how a word is written."""

    def __init__(self, classes: Mapping[str, Iterable[str]], *, endings: Iterable[str] = ()) -> None:
        self.endings = tuple(endings)
        self._classes = {word: frozenset(names) for word, names in classes.items()}
        self._letters: dict[frozenset[str], str] = {}
        self._with: defaultdict[str, set[str]] = defaultdict(set)
        self._known: dict[tuple[str, str, bool], str] = {}
        for shape in (*OWN_SHAPES, "short"):
            self._letter({shape})
        self._weights: dict[str, int] = {}
        for word, names in self._classes.items():
            for letter in (self._letter(names), self._letter(names | {"name"})):
                self._weights[letter] = self._weights.get(letter, 0) + (_COMMON if len(word) < 4 else 1)
        for ending in ("", *(f"-{ending}" for ending in self.endings)):
            base = {"word", ending} - {""}
            for more in (set(), {"initial"}, {"name"}, {"name", "caps"}):
                self._letter(base | more)

    def weight_of(self, letter: str) -> int:
        """How common words of this letter are, roughly: the rarer, the better to look for first."""
        return self._weights.get(letter, _COMMON)

    def letter_of(self, piece: Piece, *, first: bool) -> str:
        """The letter of a piece; `first` says that it opens a sentence, where a capital means little."""
        key = (piece.word, piece.shape, first)
        letter = self._known.get(key)
        if letter is None:
            if len(self._known) > 50_000:
                self._known.clear()
            letter = self._known[key] = self._letter(self._names(piece, first))
        return letter

    def letters_with(self, name: str) -> frozenset[str]:
        """Every letter of a class, or of one word (`=word`, or a word that is no class). Raises `KeyError`."""
        found = self._with.get(name) or self._with.get(f"={name}")
        if not found:
            raise KeyError(name)
        return frozenset(found)

    def all_letters(self) -> frozenset[str]:
        """Every letter but the break."""
        return frozenset(self._letters.values())

    def _letter(self, names: Iterable[str]) -> str:
        key = frozenset(names)
        letter = self._letters.get(key)
        if letter is None:
            letter = self._letters[key] = chr(_FIRST_LETTER + len(self._letters))
            for name in key:
                self._with[name].add(letter)
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
