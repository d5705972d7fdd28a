"""The parts of a request for news that a message holds: that it asks, what for, since when, how often, and of whom.

The words of each part are written down by language; how much the parts weigh together was learnt once for all
languages, from messages of our own (`bin/prove chasers`), and is the same on every installation.
"""

import math
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from daylight.listen.understanding import by_phrases
from daylight.listen.understanding.words import Sentence, Word, plain, sentences

LONG = 22
"""Words from which a sentence is read in pieces: whoever tells much in one sentence says a little of everything."""
PIECE = 14
JOINED = 18
"""Two short sentences, one after the other, are read together too: "You said Monday. It's Thursday."."""
FAR = 8
"""Words that may lie between two parts that have to do with each other."""
NEXT = 2

ASKED, ASKED_TWICE, SHOUTED = "?", "??", "!"
MASK = "other_news"
"""Words that only look like a request for news."""
COMMON = frozenset({"me", "you", "thing", "any", "hail", "time", "asked", "passed", "sent"})
"""Parts that nearly every message holds; two of these together say nothing."""
ALONE_SAYS_NOTHING = frozenset({"me", "you", "any", "time", "hail"})

_DATA = Path(__file__).with_name("data")
_BEGINNING = 3
_NUMBERS = {"0": "NUM", "0th": "ORD"}


@dataclass(frozen=True, slots=True)
class Window:
    """Words that are read together, and the marks that end them."""

    words: tuple[Word, ...]
    marks: str


@dataclass(frozen=True, slots=True)
class Heard:
    """How the parts of the heaviest window weigh, as the logarithm of the odds, and where it stands."""

    weight: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Said:
    part: str
    start: int
    end: int


def read(said: str, language: str) -> Heard:
    """The window of `said` that most sounds like a request for news; what holds none weighs as the emptiest does."""
    return _read(said, language)


@lru_cache(1_000)  # Its kind, and whether it chases, are asked one after the other, of hundreds of messages.
def _read(said: str, language: str) -> Heard:
    heard = [_heard(window, language) for window in windows(said, language)]
    return max(heard, key=lambda one: one.weight, default=Heard(weights().none, 0, 0))


def _heard(window: Window, language: str) -> Heard:
    known = weights()
    weight = known.none + sum(known.of.get(one, 0.0) for one in features(window, language))
    if not window.words:
        return Heard(weight, 0, 0)
    return Heard(weight, window.words[0].start, window.words[-1].end)


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt: how heavy each feature is, what is true of none, and how parts and phrases are put together."""

    none: float
    of: Mapping[str, float]
    parts: float
    phrases: float
    both: float


@cache
def weights() -> Weights:
    """The weights that are shipped."""
    data = tomllib.loads((_DATA / "weights.toml").read_text(encoding="utf-8"))
    return Weights(data["none"], data["weights"], data["parts"], data["phrases"], data["both"])


@cache
def languages() -> tuple[str, ...]:
    """The languages whose words are known."""
    return tuple(sorted(path.stem for path in (_DATA / "parts").glob("*.toml")))


@cache
def common(language: str) -> frozenset[str]:
    """The words by which that language is recognised."""
    return _pack(language).common


def windows(said: str, language: str) -> Iterator[Window]:
    """The sentences, long ones in pieces, and short ones together with the next."""
    before: Sentence | None = None
    for sentence in sentences(said, by_phrases.spelling(language)):
        if len(sentence.words) > LONG:
            yield from _pieces(sentence)
            before = None
            continue
        yield Window(sentence.words, sentence.marks)
        if before is not None and len(before.words) + len(sentence.words) <= JOINED:
            yield Window(before.words + sentence.words, before.marks + sentence.marks)
        before = sentence


def _pieces(sentence: Sentence) -> Iterator[Window]:
    for start in range(0, len(sentence.words) - PIECE // 2, PIECE // 2):
        yield Window(sentence.words[start : start + PIECE], sentence.marks)


def features(window: Window, language: str) -> frozenset[str]:
    """What can weigh: each part, where it stands, and which parts stand near each other."""
    words = [word.plain for word in window.words]
    said = _without_other_news(list(_pack(language).said(words)))
    marks = set(_marks(window.marks))
    size = "short" if len(words) <= 3 else "middle" if len(words) <= 10 else "long"
    parts = {one.part for one in said}
    found = {f"{part}" for part in parts - ALONE_SAYS_NOTHING} | marks | {f"{min(6, len(words) // 4)} x 4 words"}
    if ASKED in marks:
        found |= {f"{ASKED} {part}" for part in parts} | {f"{ASKED} {size}"}
    if size != "middle":
        found |= {f"{size} {part}" for part in parts}
    found |= {f"^ {one.part}" for one in said if one.start <= 1}
    for one in said:
        found.update(_together(one, said))
    return frozenset(found)


def _together(one: _Said, others: Sequence[_Said]) -> Iterator[str]:
    for other in others:
        if one.part == other.part:
            continue
        if one.end <= other.start <= one.end + NEXT:
            yield f"{one.part} > {other.part}"
        said_of_any = one.part in COMMON and other.part in COMMON
        if one.part < other.part and not said_of_any and 0 <= _between(one, other) <= FAR:
            yield f"{one.part} & {other.part}"


def _between(one: _Said, other: _Said) -> int:
    """Words between the two; less than none when one lies over the other."""
    return max(other.start - one.end, one.start - other.end)


def _marks(marks: str) -> Iterator[str]:
    asked = sum(marks.count(sign) for sign in "?\uff1f\u061f")
    if asked:
        yield ASKED
    if asked > 1:
        yield ASKED_TWICE
    if "!" in marks or "\uff01" in marks:
        yield SHOUTED


def _without_other_news(said: list[_Said]) -> list[_Said]:
    covered = {at for one in said if one.part == MASK for at in range(one.start, one.end)}
    return [one for one in said if one.part == MASK or not covered.issuperset(range(one.start, one.end))]


class _Pack:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        data = tomllib.loads((_DATA / "parts" / f"{language}.toml").read_text(encoding="utf-8"))
        self.common = frozenset(plain(word) for word in data["common"])
        self._classes = {word: name for name, words in data["classes"].items() for word in words} | _NUMBERS
        self._entries: dict[str, list[tuple[str, Sequence[str]]]] = defaultdict(list)
        for part, written in data["parts"].items():
            for entry in written:
                words = tuple(entry.split())
                self._entries[words[0].rstrip("*")[:_BEGINNING]].append((part, words))

    def said(self, words: Sequence[str]) -> Iterator[_Said]:
        """Each part where it is said."""
        classes = [self._classes.get(word, word) for word in words]
        for start, word in enumerate(words):
            for key in {word[:_BEGINNING], classes[start][:_BEGINNING]}:
                for part, entry in self._entries.get(key, ()):
                    end = start + len(entry)
                    if _is_said(entry, words[start:end], classes[start:end]):
                        yield _Said(part, start, end)


def _is_said(entry: Sequence[str], words: Sequence[str], classes: Sequence[str]) -> bool:
    return len(entry) == len(words) and all(
        wanted in (word, name) or (wanted[-1] == "*" and word.startswith(wanted[:-1]))
        for wanted, word, name in zip(entry, words, classes, strict=True)
    )


@cache
def _pack(language: str) -> _Pack:
    return _Pack(language)


def odds(weight: float) -> float:
    """The probability that a logarithm of odds stands for."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, weight))))
