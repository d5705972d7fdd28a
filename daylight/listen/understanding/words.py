"""Words of a message as the phrases of a language see them: small, plain, typing errors mended, each with its place."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

SHORTEST_MENDED = 4
"""Shorter words are too near to each other for anybody to say which one was meant."""

_WORD = re.compile(
    r"(?:any|some|no|sum|up|ne|l8)\d\w*|\d{1,2}[:.]\d\d(?!\d)|\d+(?:st|nd|rd|th)\b|\d+|[^\W\d_]+(?:['\u2019`\u00b4][^\W\d_]+)*",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?…\u061f\uff1f\uff01。]+(?=\s|$|[\"')])|[?!]+|[\n;]+|(?<=\w) [-\u2013\u2014]+ |\.{3,}")
_SPREAD = re.compile(r"(.)\1{2,}")
_SHOUTED = re.compile(r"([^\W\d_])\1{3,}")
_SIGNS = re.compile(r"[^a-z0-9\s]+")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word: what the phrases see, and where it stood."""

    plain: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of one sentence and the marks that end it."""

    words: tuple[Word, ...]
    marks: str


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one language mends words: other spellings, and words worth recognising in spite of a typing error."""

    others: Mapping[str, Sequence[str]]
    mended: frozenset[str]
    left_alone: frozenset[str]

    def read(self, word: str) -> Sequence[str]:
        """The words meant by one that was written."""
        if word in self.others:
            return self.others[word]
        if word in self.mended or word in self.left_alone or len(word) < SHORTEST_MENDED:
            return (word,)
        far = 1 if len(word) < 8 else 2
        near = process.extractOne(word, self.mended, scorer=DamerauLevenshtein.distance, score_cutoff=far)
        return (near[0],) if near and _same_ends(word, near[0]) else (word,)


def plain(text: str) -> str:
    """Small letters without accents and apostrophes; umlauts as two letters."""
    if text.isascii():  # Most is, and needs no tables of Unicode.
        return _SIGNS.sub("", text.lower())
    text = unicodedata.normalize("NFKC", text).casefold().translate(_GERMAN)
    letters = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in letters if sign.isalnum() or sign.isspace())


def sentences(text: str, spelling: Spelling) -> Iterator[Sentence]:
    """The sentences of `text`, those without a word too when they ask or shout ("???")."""
    start = 0
    for end in [*_END.finditer(text), None]:
        stop = end.start() if end else len(text)
        marks = end.group().strip() if end else ""
        words = tuple(_words(text, start, stop, spelling))
        marks += "!!" if _SHOUTED.search(text, start, stop) else ""
        if words or marks.strip(".…-\u2013\u2014;\n"):
            yield Sentence(words, marks)
        start = end.end() if end else stop


def _words(text: str, start: int, stop: int, spelling: Spelling) -> Iterator[Word]:
    for match in _WORD.finditer(text, start, stop):
        for meant in spelling.read(_known_shape(match.group())):
            yield Word(meant, match.start(), match.end())


@lru_cache(20_000)
def _known_shape(word: str) -> str:
    if word[0].isdigit():
        return "0t" if ":" in word or "." in word else "0th" if word[-1].isalpha() else "0"
    return _SPREAD.sub(r"\1", plain(word))


def _same_ends(written: str, meant: str) -> bool:
    """A typing error seldom falls on the first letter, unless the first two changed places."""
    return written[0] == meant[0] or written[:2] == meant[1::-1]
