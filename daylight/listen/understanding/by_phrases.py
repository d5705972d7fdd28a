"""Phrases by which people ask for news that we owed them, and how heavy they are."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from daylight.listen.understanding.phrases import Classes, Line, Phrases, compiled
from daylight.listen.understanding.words import Sentence, Spelling, Word, plain, sentences

LONGEST_READ = 4_000
"""Words of a message from which no phrase counts less."""

NEAR = 60
"""Signs that may lie between cues that belong together, unless the data says otherwise."""
ASKING_OR_SHOUTING = "?!\uff1f\uff01\u061f"
ASKED = "?"
"""The cue of a sentence that ends in a question mark."""

_DATA = Path(__file__).with_name("data") / "phrases"


@dataclass(frozen=True, slots=True)
class Phrased:
    """How heavy the phrases of a message are together, from 1 as good as certain; and the heaviest of them."""

    score: float
    because: str


@dataclass(frozen=True, slots=True)
class _Rule:
    role: str
    weight: float
    phrases: Phrases
    whole: Phrases
    longest: int
    loud: bool
    question: bool


@dataclass(frozen=True, slots=True)
class _Together:
    """Cues that mean something when one sentence holds them all, near each other."""

    role: str
    weight: float
    cues: tuple[str, ...]
    without: frozenset[str]
    near: int
    """Signs that may lie between the first cue and the last."""
    ordered: bool

    def held_by(self, places: Mapping[str, tuple[int, int]]) -> tuple[int, int] | None:
        """From where to where these cues are said; nothing when one is missing or too far away."""
        if not self.without.isdisjoint(places) or not all(cue in places for cue in self.cues):
            return None
        held = [places[cue] for cue in self.cues]
        far = max(start for start, _ in held) - min(end for _, end in held)
        if far > self.near or (self.ordered and held != sorted(held)):
            return None
        return min(held)[0], max(end for _, end in held)


@dataclass(frozen=True, slots=True)
class _Match:
    role: str
    weight: float
    start: int
    end: int


@cache
def languages() -> tuple[str, ...]:
    """The languages whose phrases are written down."""
    return tuple(sorted(path.stem for path in _DATA.glob("*.toml")))


def spelling(language: str) -> Spelling:
    """How that language mends words."""
    return _pack(language).spelling if language in languages() else Spelling({}, frozenset(), frozenset())


def read(said: str, language: str) -> Phrased:
    """What the phrases of one language say of this; nothing where none are written down."""
    return _read(said, language) if language in languages() else Phrased(0.0, "")


@lru_cache(1_000)  # Its kind, and whether it chases, are asked one after the other, of hundreds of messages.
def _read(said: str, language: str) -> Phrased:
    pack = _pack(language)
    parts = list(sentences(said, pack.spelling))
    length = sum(len(part.words) for part in parts)
    heaviest: dict[str, _Match] = {}
    for part in parts:
        for match in pack.matches(part, length):
            if match.role not in heaviest or abs(match.weight) > abs(heaviest[match.role].weight):
                heaviest[match.role] = match
    score = round(sum(match.weight for match in heaviest.values()), 2)
    shown = max(heaviest.values(), key=lambda match: match.weight, default=None)
    because = " ".join(said[shown.start : shown.end].split()) if shown and shown.weight > 0 else ""
    return Phrased(max(score, 0.0), because)


class _Pack:
    """The phrases of one language."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        classes: Classes = data["classes"]
        self.spelling = _spelling(data)
        self._filler = frozenset(plain(word) for word in data["filler"])
        self._masks = [_all([phrase], classes) for phrase in data["not_news"]["phrases"]]
        self._rules = [_rule(rule, classes) for rule in data["rule"]]
        self._cues = {name: _all(phrases, classes) for name, phrases in data["cues"].items()}
        self._together = [_together(entry) for entry in data["together"]]

    def matches(self, sentence: Sentence, length: int) -> Iterator[_Match]:
        """What is said in a sentence of a message of `length` words."""
        said = self._without_other_things(_Said.of(sentence.words))
        bare = _Said.of([word for word in said.words if word.plain not in self._filler])
        bare = bare if bare.words else said
        for rule in self._rules:
            if length > rule.longest or not _sounds(sentence.marks, rule):
                continue
            found = said.place(rule.phrases) or bare.place(rule.whole)
            if found:
                yield _Match(rule.role, rule.weight, *found)
        yield from self._said_together(said, sentence.marks)

    def _said_together(self, said: "_Said", marks: str) -> Iterator[_Match]:
        places = {name: said.place(phrases) for name, phrases in self._cues.items()}
        cues = {name: place for name, place in places.items() if place}
        if "?" in marks and said.words:
            cues[ASKED] = (said.words[0].start, said.words[-1].end)
        for entry in self._together:
            held = entry.held_by(cues)
            if held:
                yield _Match(entry.role, entry.weight, *held)

    def _without_other_things(self, said: "_Said") -> "_Said":
        for mask in self._masks:
            place = mask.place(said.line)
            if place:
                words = enumerate(said.words)
                said = _Said.of(
                    [Word("_", word.start, word.end) if place[0] <= at < place[1] else word for at, word in words]
                )
        return said


@dataclass(frozen=True, slots=True)
class _Said:
    """Words of a sentence, and the line in which phrases are looked for."""

    words: Sequence[Word]
    line: Line

    @classmethod
    def of(cls, words: Sequence[Word]) -> "_Said":
        return cls(words, Line.of(words))

    def place(self, phrases: Phrases) -> tuple[int, int] | None:
        """Where the first of `phrases` that is said stands in the text."""
        place = phrases.place(self.line)
        if place is None:
            return None
        shown = self.words[slice(*place)] or self.words
        return (shown[0].start, shown[-1].end) if shown else (0, 0)


def _sounds(marks: str, rule: _Rule) -> bool:
    asked = sum(marks.count(sign) for sign in ASKING_OR_SHOUTING)
    return (not rule.loud or asked > 1) and (not rule.question or "?" in marks)


def _rule(data: Mapping[str, Any], classes: Classes) -> _Rule:
    return _Rule(
        role=data["role"],
        weight=data["weight"],
        phrases=_all(data.get("phrases", ()), classes),
        whole=_all([f"^ {phrase} $" for phrase in data.get("whole", ())], classes),
        longest=data.get("longest", LONGEST_READ),
        loud=data.get("loud", False),
        question=data.get("question", False),
    )


def _together(data: Mapping[str, Any]) -> _Together:
    without, near = frozenset(data.get("without", ())), data.get("near", NEAR)
    return _Together(data["role"], data["weight"], tuple(data["cues"]), without, near, data.get("ordered", False))


def _all(phrases: Sequence[str], classes: Classes) -> Phrases:
    return Phrases(compiled(phrase, classes) for phrase in phrases)


def _spelling(data: Mapping[str, Any]) -> Spelling:
    others = {plain(written): tuple(plain(meant).split()) for written, meant in data["spelling"].items()}
    kept = frozenset(plain(word) for word in data["typos"]["not"])
    return Spelling(others, frozenset(plain(word) for word in data["typos"]["words"]), kept)


@cache
def _pack(language: str) -> _Pack:
    return _Pack(tomllib.loads((_DATA / f"{language}.toml").read_text(encoding="utf-8")))
