"""Whether a message sounds upset: quick enough for every message of a topic, so that a change of tone can be seen."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from daylight.listen.understanding.words import plain

READ = 1_000
"""Signs that are read; who is upset says so before that."""
SHOUTED_WORDS = 3
"""Words in capitals from which a message is shouted; one or two may be names."""
BEGINNING = 3
"""So many letters of a word lead to what may be said from it on."""

_DATA = Path(__file__).with_name("data") / "tone"
_APOSTROPHES = re.compile("['\u2019`\u00b4]")
_NO_WORD = re.compile(r"[\W_]+")
_CAPITALS = re.compile(r"\b[A-ZÄÖÜÉÈÑ]{4,}\b")
_MARKS = re.compile(r"(?:[!?]\s?){3}")
_ANGRY_FACES = re.compile("[😠😡🤬👿💢🖕]")


@dataclass(frozen=True, slots=True)
class _Said:
    words: str
    is_strong: bool
    goes_on: bool
    """Whether the last word may go on after these letters."""


def upset(text: str) -> bool:
    """Whether the words, the shouting or the marks speak of somebody who is beside themselves."""
    text = text[:READ]
    mild = set()
    for said in _found(text):
        if said.is_strong:
            return True
        mild.add(said.words)
    return len(mild) + _is_shouted(text) > 1 or _ANGRY_FACES.search(text) is not None


def _is_shouted(text: str) -> bool:
    if _MARKS.search(text):
        return True
    shouted = _CAPITALS.findall(text)
    return len(shouted) >= SHOUTED_WORDS and 2 * len(shouted) >= len(text.split())


def _found(text: str) -> Iterator[_Said]:
    spoken = _NO_WORD.sub(" ", _APOSTROPHES.sub("", text))
    line = f"{spoken.lower() if spoken.isascii() else plain(spoken)} "
    line = line.lstrip()
    known, start = _known(), 0
    for word in line.split():
        for said in known.get(word[:BEGINNING], ()):
            if line.startswith(said.words, start) and (said.goes_on or line[start + len(said.words)] == " "):
                yield said
        start += len(word) + 1


@cache
def _known() -> Mapping[str, Sequence[_Said]]:
    """All languages together: people mix them, and few of these words mean something else in another."""
    known: dict[str, list[_Said]] = defaultdict(list)
    for path in sorted(_DATA.glob("*.toml")):
        for name, words in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for written in words:
                said = _Said(written.removesuffix("*"), name == "strong", written.endswith("*"))
                known[said.words.split()[0][:BEGINNING]].append(said)
    return known
