"""Lists of phrases under names, one file per language, and where a text says one of them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from daylight.listen.understanding.own_words import own_words
from daylight.listen.understanding.phrases import Line, Phrases, compiled
from daylight.listen.understanding.words import Sentence, Spelling, sentences

LONGEST_READ = 4_000

_DATA = Path(__file__).with_name("data")
_AS_WRITTEN = Spelling({}, frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Found:
    """A list that a text says something of: its name, how heavy that is, the words, and the sentence around them."""

    name: str
    weight: float
    said: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _List:
    name: str
    weight: float
    phrases: Phrases


def find(folder: str, text: str) -> Iterator[Found]:
    """What `text` says of the lists in a folder of the data, each list once for every sentence that says it."""
    yield from _find(folder, own_words(text)[:LONGEST_READ])


@lru_cache(2_000)  # Of hundreds of messages that are read together.
def _find(folder: str, said: str) -> tuple[Found, ...]:
    whole = (sentence for sentence in sentences(said, _AS_WRITTEN) if sentence.words)
    return tuple(found for sentence in whole for found in _in_sentence(folder, sentence, said))


def _in_sentence(folder: str, sentence: Sentence, said: str) -> Iterator[Found]:
    line = Line.of(sentence.words)
    whole = " ".join(said[sentence.words[0].start : sentence.words[-1].end].split())
    for entry in _lists(folder):
        place = entry.phrases.place(line)
        if place and place[0] < place[1]:
            words = sentence.words[place[0] : place[1]]
            yield Found(entry.name, entry.weight, " ".join(said[words[0].start : words[-1].end].split()), whole)


@cache
def _lists(folder: str) -> tuple[_List, ...]:
    found = []
    for path in sorted((_DATA / folder).glob("*.toml")):
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        classes = data.pop("classes", {})
        for name, entry in data.items():
            phrases = Phrases(compiled(written, classes) for written in entry["phrases"])
            found.append(_List(name, entry.get("weight", 1.0), phrases))
    return tuple(found)
