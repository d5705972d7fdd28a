"""Languages of the checker: each a folder of data, read when it is first asked for."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from daylight.candour.reading.lexicon import Lexicon
from daylight.candour.reading.patterns import Finder, Group, words_in
from daylight.candour.weighing import Weights

HERE = Path(__file__).parent


class UnknownLanguage(LookupError):
    """The checker does not speak this language; `spoken()` lists those it does."""


@dataclass(frozen=True, slots=True)
class Language:
    """What the checker knows of one language: its words, and patterns by the name of their group."""

    code: str
    lexicon: Lexicon
    groups: Mapping[str, Group]
    weights: Weights
    when: Mapping[str, Any]
    rules: Mapping[str, Any]

    @property
    def examples(self) -> Mapping[str, Any]:
        """Sentences that rules find and leave, read when they are asked for: no draft needs them."""
        return _examples(self.code)


@cache
def spoken() -> tuple[str, ...]:
    """Codes of the languages that are there."""
    return tuple(sorted(path.parent.name for path in HERE.glob("*/lexicon.toml")))


def tongue(code: str) -> str:
    """A language without its country: "en" of "en-GB"."""
    return code.partition("-")[0].lower()


def speaks(code: str) -> bool:
    """Whether there are rules for a language, whichever country's."""
    return tongue(code) in spoken()


def language(code: str) -> Language:
    """The language of `code` ("en", "en-GB"). Raises `UnknownLanguage`."""
    if not speaks(code):
        raise UnknownLanguage(f"No rules for the language {code!r}; there are {', '.join(spoken())}.")
    return _language(tongue(code))


_Lines = dict[str, list[str]]

SELDOM = "memory"
"""The file of patterns that are only looked for where there is something to compare a draft with."""


@cache
def _language(code: str) -> Language:
    folder = HERE / code
    data, now, later, parts = _toml(folder / "lexicon.toml"), _Lines(), _Lines(), dict[str, str]()
    for path in sorted(folder.glob("patterns/*.toml")):
        _gather(_toml(path), later if path.stem == SELDOM else now, parts)
    classes = _classes(data)
    names = {name for held in classes.values() for name in held} | Lexicon.SHAPES
    for line in (*_flat(now.values()), *_flat(later.values()), *parts.values()):
        for word in words_in(line, names):
            classes[word].add(f"={word}")
    lexicon = Lexicon(classes, endings=data.get("endings", {}).get("known", ()))
    told = (_toml(folder / f"{name}.toml") for name in ("when", "rules"))
    found = Finder(now, lexicon, parts).groups
    weights = Weights.of_file(folder / "weights.json", lexicon, found)
    return Language(code, lexicon, {**found, **Finder(later, lexicon, parts).groups}, weights, *told)


@cache
def _examples(code: str) -> dict[str, Any]:
    return _toml(HERE / code / "examples.toml")


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _flat(lists: Iterable[Iterable[str]]) -> list[str]:
    return [line for lines in lists for line in lines]


def _gather(data: Mapping[str, Any], groups: dict[str, list[str]], parts: dict[str, str]) -> None:
    """Every list of patterns in `data` under the name "table.key"; the table `parts` names pieces of patterns."""
    for table, entries in data.items():
        for key, value in entries.items():
            if table == "parts":
                parts[key] = value
            else:
                groups[f"{table}.{key}"] = value


def _classes(data: Mapping[str, Any]) -> defaultdict[str, set[str]]:
    """The classes of each word, from the tables of a lexicon file."""
    classes: defaultdict[str, set[str]] = defaultdict(set)
    rules = data.get("inflection", {})
    for table in ("words", "adjectives"):
        for name, listed in data.get(table, {}).items():
            for word in listed.split():
                classes[word].add(name)
    for name, listed in data.get("nouns", {}).items():
        for word in listed.split():
            for form in _forms(word, rules.get("noun", {})).values():
                classes[form].add(name)
    for name, listed in data.get("verbs", {}).items():
        for word in listed.split():
            for kind, form in _forms(word, rules.get("verb", {})).items():
                classes[form] |= {name, "verb", kind.rstrip("2")}
    return classes


def _forms(entry: str, rules: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, str]:
    """The forms of an entry: those written out ("go/goes/went/gone/going"), or by rule."""
    base, *written = entry.split("/")
    if written:
        names = ("third", "past", "past2", "ing") if len(written) == 4 else ("third", "past", "ing")
        return {"base": base, **dict(zip(names, written, strict=False))}
    return {"base": base} | {kind: _inflected(base, lines) for kind, lines in rules.items()}


def _inflected(word: str, lines: Sequence[Sequence[str]]) -> str:
    return next((re.sub(ending, change, word) for ending, change in lines if re.search(ending, word)), word)
