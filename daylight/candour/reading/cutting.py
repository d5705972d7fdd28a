"""A text is cut into pieces: words, numbers, times, addresses, marks, each with its place."""

import re
from typing import NamedTuple

SHAPES = {
    "url": r"<?(?:https?://|www\.)[^\s<>\"]*[\w/#=-]>?",
    "email": r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+",
    "code": r"`[^`]*`|\w*[A-Za-z\d]_\w+|CVE-\d+-\d+|HTTP/\d\S{0,3}|/(?:[\w.-]+/)*[\w-]+\.\w+|\.\w+(?:-\w+)+/\S*\w",
    "date": r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}/\d{1,2}(?!\d)",
    "time": r"\d{1,2}:\d\d(?::\d\d)?(?:[ap]\.?m\b\.?)?|\d{1,2}h\d\d|\d{1,2}(?:\.\d\d)?[ap]m\b",
    "percent": r"\d+(?:[.,]\d+)?%",
    "money": r"(?:[A-Z]{2,3})?[$€£¥]\d[\d.,]*\d|[$€£¥]\d|\d+(?:[.,]\d+)?[$€£¥]",
    "version": r"v?\d+(?:\.\d+){2,}",
    "host": r"(?:[A-Za-z0-9*-]{1,63}\.)+[a-z]{2,7}(?:/[\w./%#?=&-]*\w)?(?![\w@])",
    "measure": r"\d[\d.,]*(?:ms|secs?|s|mins?|mn|hrs?|h|m|days?|d|[KMGT]i?B(?:ps|/s)?|[KMG]bps)(?!\w)",
    "ordinal": r"\d+(?:st|nd|rd|th)(?!\w)",
    "number": r"\d[\d,.]*\d(?:k|bn)?(?!\w)|\d(?:k|bn)?(?!\w)",
    "short": r"(?:[A-Za-z]\.){2,}",
    "clitic": r"n't(?!\w)|'(?:re|ve|ll|s|m|d)(?!\w)",
    "word": r"[^\W\d_]+?(?=n't(?!\w))|[^\W\d_]+(?:-[^\W\d_]+)*|\w+",
    "mark": r"\S",
}
"""What a piece looks like; the first that fits is taken."""

_CHUNK = re.compile(r"`[^`\n]+`|\n\s*|[^\s`]+|`")
_PIECE = re.compile("|".join(f"(?P<{shape}>{pattern})" for shape, pattern in SHAPES.items()))
_EVEN = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00b4": "'", "\u00a0": " ", "\u202f": " ", "\r": " "})
_ABBREVIATIONS = frozenset(
    [
        "approx",
        "dr",
        "etc",
        "inc",
        "jr",
        "ltd",
        "mr",
        "mrs",
        "ms",
        "no",
        "prof",
        "sr",
        "st",
        "vs",
        "z.b",
        "bzw",
        "ca",
        "evtl",
        "ggf",
        "usw",
        "nr",
    ]
)


class Piece(NamedTuple):
    """A word, number, address or mark; `start` and `end` are characters within its chunk, or within the text."""

    word: str
    shape: str
    start: int
    end: int


class Place(NamedTuple):
    """Where a pattern is found: `start` and `end` count letters of a reading."""

    start: int
    end: int


def even(text: str) -> str:
    """The text with one kind of apostrophe and space; every character keeps its place."""
    return text if text.isascii() and "\r" not in text else text.translate(_EVEN)


def chunks_of(text: str) -> list[str]:
    """What stands between spaces, and line breaks, in order; `text` must be even."""
    is_words = "`" not in text and "\n" not in text
    return text.split() if is_words else _CHUNK.findall(text)


def pieces_of(chunk: str) -> tuple[Piece, ...]:
    """What a chunk is made of."""
    if chunk.isalpha():
        return (Piece(chunk, "word", 0, len(chunk)),)
    pieces = [
        Piece(match[0], match.lastgroup or "mark", match.start(), match.end()) for match in _PIECE.finditer(chunk)
    ]
    if len(pieces) == 2 and pieces[1].word == "." and pieces[0].word.lower() in _ABBREVIATIONS:
        return (Piece(chunk, "short", 0, len(chunk)),)
    return tuple(pieces)
