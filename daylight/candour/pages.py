"""The page of each rule, made of its data: why it matters, what is found, examples, and when it is fine."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from daylight.candour.draft import STAGES
from daylight.candour.languages import language as language_of
from daylight.candour.rules import RULES

DOCUMENTS = Path(__file__).parents[2] / "docs" / "candour"
"""Where the pages lie in a copy of the project."""

CHAPTERS = {
    1: "What a notice must say",
    2: "Standing by what happened",
    3: "Words that shrink it",
    4: "Whom the text makes responsible",
    5: "Promises",
    6: "Plain words",
    7: "What was said before",
    8: "Regimes",
}
"""Headings for the hundreds of the numbers."""

_BY_ID = {rule.id: rule for rule in RULES}
_STAGE_NAMES = {"acknowledge": "first word", "update": "update", "final": "last word", "letter": "letter"}


class UnknownRule(LookupError):
    """No rule has this number."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a finding says: one sentence of reason, one to fill in."""

    reason: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class RulePage:
    """Everything that is told of one rule."""

    id: str
    title: str
    why: str
    fine: str
    weights: Sequence[tuple[str, str]]
    """The name of each stage, and what a finding weighs there; "silent" where there is none."""
    in_letters: str
    says: Sequence[Words]
    around: Sequence[str]
    """What must be known to read the examples, in sentences."""
    bad: Sequence[str]
    good: Sequence[str]

    @property
    def chapter(self) -> str:
        """The heading under which it stands."""
        return CHAPTERS[int(self.id[4])]


def page_of(rule: str, language: str = "en") -> RulePage:
    """The page of "CND-301", however it is written. Raises `UnknownRule`."""
    known = _BY_ID.get(rule.strip().upper())
    if known is None:
        raise UnknownRule(f"There is no rule {rule}. The rules are {RULES[0].id} to {RULES[-1].id}; see docs/candour.")
    spoken = language_of(language)
    told, examples = spoken.rules[known.id], spoken.examples.get(known.id, {})
    return RulePage(
        id=known.id,
        title=told["title"],
        why=told["why"],
        fine=told["fine"],
        weights=[(_STAGE_NAMES[stage], str(known.weights.get(stage, "silent"))) for stage in STAGES],
        in_letters=str(known.in_letters or ""),
        says=[
            Words(_open(words["reason"]), _open(words["suggestion"]))
            for words in (told, *told.get("notes", {}).values())
        ],
        around=_around(examples),
        bad=examples.get("bad", ()),
        good=examples.get("good", ()),
    )


def all_pages(language: str = "en") -> list[RulePage]:
    """The pages of all rules, by number."""
    return [page_of(rule, language) for rule in sorted(_BY_ID)]


def markdown(page: RulePage) -> str:
    """A page as a document."""
    parts = [f"# {page.id}: {page.title}", page.why, _weights(page)]
    parts.append(
        "## What is said\n\n" + "\n\n".join(f"> {words.reason}\n>\n> {words.suggestion}" for words in page.says)
    )
    if page.bad:
        around = "".join(f"{sentence}\n\n" for sentence in page.around)
        parts.append(f"## Found\n\n{around}{_listed(page.bad)}")
        parts.append(f"## Not found\n\n{_listed(page.good)}")
    parts.append(f"## When it is fine\n\n{page.fine}")
    parts.append(
        f"To keep a text as it is, write why into it: `candour: allow {page.id} because …`; the finding is then told"
        " apart from the others and fails nothing."
    )
    return "\n\n".join(parts) + "\n"


def index(language: str = "en") -> str:
    """The list of all rules, as a document."""
    lines = [
        "# The rules of the candour checker",
        "",
        "Made of the rules' data by `bin/daylight candour --pages docs/candour`. How to use the checker is told in"
        " [candour](../use/candour.md).",
    ]
    chapter = ""
    for page in all_pages(language):
        if page.chapter != chapter:
            chapter = page.chapter
            lines += ["", f"## {chapter}", ""]
        lines.append(f"- [{page.id}]({page.id}.md): {page.title}")
    return "\n".join(lines) + "\n"


def documents(language: str = "en") -> Mapping[str, str]:
    """Every document by the name of its file."""
    pages = {f"{page.id}.md": markdown(page) for page in all_pages(language)}
    return {"README.md": index(language), **pages}


def _open(sentence: str) -> str:
    """A sentence of a finding with a mark where it says what stands in the draft."""
    return re.sub(r"\{\w+\}", "…", sentence)


def _weights(page: RulePage) -> str:
    names, weights = zip(*page.weights, strict=True)
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in (names, ["---"] * len(names), weights))
    return f"{table}\n\nIn the profile for letters: {page.in_letters}." if page.in_letters else table


def _listed(texts: Sequence[str]) -> str:
    return "\n".join(f"- {text}" for text in texts)


def _around(examples: Mapping[str, Any]) -> list[str]:
    """Under which circumstances the examples are read, in sentences."""
    stage, profile = examples.get("stage", "update"), examples.get("profile", "status")
    said = [f"Read as: {_STAGE_NAMES[stage]}{', in the profile for letters' if profile == 'letter' else ''}."]
    for key, sentence in (
        ("earlier", "Said before: {}"),
        ("elsewhere", "Said elsewhere: {}"),
        ("still_open", "Still open in the record: {}."),
    ):
        said += [sentence.format(text) for text in examples.get(key, ())]
    if "rhythm" in examples:
        said.append(f"There has been a word every {examples['rhythm']} minutes so far.")
    if "now" in examples:
        said.append(f"It is {examples['now'][:10]}, {examples['now'][11:16]} UTC.")
    return said if examples else []
