"""The prepared words that come with Daylight: files of data, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from daylight.prepare.filling import PIECES, Prepared

HERE = Path(__file__).parent / "drafts"
STAGES = ("acknowledge", "update", "final", "letter")


@dataclass(frozen=True)
class Fact:
    """A fact that prepared words ask for: an example, and which part of the record knows it."""

    name: str
    example: str
    known_from: str = ""


@dataclass(frozen=True)
class Shelf:
    """All prepared words of a language, and the facts they ask for by kind of incident."""

    prepared: Mapping[str, Prepared]
    facts: Mapping[str, Mapping[str, Fact]]

    def examples(self, kind: str) -> dict[str, str]:
        """An example of each fact that words for this kind may ask for."""
        return {name: fact.example for name, fact in self.facts.get(kind, self.facts[""]).items()}


@cache
def shelf(language: str = "en") -> Shelf:
    """What comes with Daylight in a language; nothing where there is none."""
    folder = HERE / language
    common = {
        name: Fact(name, told["example"], told.get("from", ""))
        for name, told in _toml(folder / "every_kind.toml").items()
    }
    prepared: dict[str, Prepared] = {}
    facts: dict[str, Mapping[str, Fact]] = {"": common}
    for path in sorted(folder.glob("*.toml")):
        if path.stem != "every_kind":
            told = _toml(path)
            own = {name: Fact(name, example) for name, example in told["facts"].items()}
            facts[told["kind"]] = common | own
            prepared |= {f"{told['kind']}.{key}": words for key, words in _prepared(told, language)}
    return Shelf(prepared, facts)


def _prepared(told: Mapping[str, Any], language: str) -> list[tuple[str, Prepared]]:
    return [
        (f"{stage}.{form}", Prepared(told["kind"], stage, form, language, told[stage][form]))
        for stage in STAGES
        for form in PIECES
        if form in told.get(stage, {})
    ]


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
