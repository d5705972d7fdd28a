"""A little language for phrases, so that what people say is data and not a regular expression.

`a|b` is either word, `word?` may be missing, `call_back` is two words, `<class>` any entry of a class, `beg*` the
beginning of a word, `..` up to two words, `...` up to five; `^` and `$` are the ends of the sentence.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from daylight.listen.understanding.words import Word, plain

END = "$"
GAPS = {"..": r"(?: \S+){0,2}?", "...": r"(?: \S+){0,5}?"}

Classes = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """Words as phrases are looked for in them: a blank before each and at the end; and which words they are."""

    text: str
    words: frozenset[str]

    @classmethod
    def of(cls, words: Sequence[Word]) -> "Line":
        """These words, one after the other."""
        said = [word.plain for word in words]
        return cls("".join(f" {word}" for word in said) + " ", frozenset(said))


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase, ready to be looked for."""

    pattern: re.Pattern[str]
    anchors: frozenset[str]
    """Words one of which must be there; empty when that cannot be said."""

    def place(self, line: Line) -> tuple[int, int] | None:
        """From which word to which a line says it."""
        if self.anchors and self.anchors.isdisjoint(line.words):
            return None
        hit = self.pattern.search(line.text)
        return (line.text.count(" ", 0, hit.start()), line.text.count(" ", 0, hit.end())) if hit else None


class Phrases:
    """Phrases any of which will do. Most lines have a word of none of them, which one look tells."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases = tuple(phrases)
        anchors = [phrase.anchors for phrase in self._phrases]
        self._anchors = frozenset().union(*anchors) if all(anchors) else None

    def place(self, line: Line) -> tuple[int, int] | None:
        """Where a line says the first of them that it says."""
        if self._anchors is not None and self._anchors.isdisjoint(line.words):
            return None
        for phrase in self._phrases:
            place = phrase.place(line)
            if place:
                return place
        return None


def compiled(written: str, classes: Classes) -> Phrase:
    """A phrase as it stands in the data."""
    elements = [_Element(part, classes) for part in written.split()]
    anchors = [element.first_words for element in elements if element.first_words]
    pattern = "".join(element.pattern for element in elements)
    return Phrase(re.compile(f"{pattern}(?= )"), min(anchors, key=len, default=frozenset()))


class _Element:
    """One part of a phrase."""

    def __init__(self, written: str, classes: Classes) -> None:
        self.first_words: frozenset[str] = frozenset()
        if written in GAPS:
            self.pattern = GAPS[written]
        elif written == "^":
            self.pattern = written
        else:
            self._read(written, classes)

    def _read(self, written: str, classes: Classes) -> None:
        bare = written.removesuffix("?")
        entries = [entry for part in bare.split("|") for entry in _entries(part, classes)]
        either = "|".join(_pattern(entry) for entry in sorted(set(entries), key=len, reverse=True))
        self.pattern = f"(?:{either})" + ("?" if bare != written else "")
        if bare == written and not any("*" in entry or entry == END for entry in entries):
            self.first_words = frozenset(entry.split()[0] for entry in entries)


def _entries(part: str, classes: Classes) -> list[str]:
    if part.startswith("<"):
        return [_folded(entry) for entry in classes[part.strip("<>")]]
    return [part if part == END else _folded(part.replace("_", " "))]


def _folded(entry: str) -> str:
    return plain(entry.removesuffix("*")) + ("*" if entry.endswith("*") else "")


def _pattern(entry: str) -> str:
    if entry == END:
        return "(?= $)"
    return "".join(" " + re.escape(word).replace(r"\*", r"\S*") + "(?= )" for word in entry.split())
