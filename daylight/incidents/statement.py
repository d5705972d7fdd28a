"""A statement as plain values: what a draft holds, what was published, and what changed between the two."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from daylight.incidents.words import FINAL_STAGES

TEXT_PARTS = ("headline", "what", "who", "why", "doing", "meanwhile")
FACTS = ("what", "who", "why")
"""Parts that state facts: once told, they change only by a correction."""

LONGEST = {name: 160 if name == "headline" else 4000 for name in TEXT_PARTS}
"""How many characters a part may have."""

LABELS: dict[str, str] = {
    "headline": "Headline",
    "what": "What is wrong",
    "who": "For whom",
    "why": "Why",
    "doing": "What we are doing",
    "meanwhile": "Meanwhile you can",
    "next_update_by": "Next word by",
    "stage": "Stage",
    "impacts": "Components",
}


@dataclass(frozen=True)
class Words:
    """The words of a statement in one language."""

    headline: str = ""
    what: str = ""
    who: str = ""
    why: str = ""
    doing: str = ""
    meanwhile: str = ""


@dataclass(frozen=True)
class Statement:
    """Everything an update says. `rhythm` is the new rhythm in minutes that it announces, None for no change;

    `impacts` are component states by the component's key; `texts` are the words by language.
    """

    stage: str
    why_known: bool = False
    next_update_by: datetime | None = None
    zone: str = "UTC"
    rhythm: int | None = None
    is_correction: bool = False
    impacts: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One thing that reads otherwise than in the last published statement; `is_fact`: it was told as a fact."""

    part: str
    language: str
    before: str
    after: str
    is_fact: bool = False

    @property
    def label(self) -> str:
        """The part in words for the crew."""
        return LABELS[self.part]


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same: white space and the last full stop do not count."""
    return _plain(one) == _plain(other)


def differences(before: Statement, after: Statement) -> list[Change]:
    """What `after` says otherwise than `before`, part by part, language by language."""
    found = [
        change
        for language, words in after.texts.items()
        for change in _word_changes(before, after, language, before.texts.get(language), words)
    ]
    if before.stage != after.stage:
        found.append(Change("stage", "", before.stage, after.stage))
    if dict(before.impacts) != dict(after.impacts):
        found.append(Change("impacts", "", _listed(before.impacts), _listed(after.impacts)))
    return found


def taken_back(before: Words, after: Words, *, was_why_known: bool, is_why_known: bool) -> dict[str, str]:
    """What a correction sets right: each fact that was told otherwise, by its part, in the words told before.

    What we do, what customers can do meanwhile and when we speak next change without having been wrong.
    """
    said = vars(before) | {"why": before.why if was_why_known else ""}
    says = vars(after) | {"why": after.why if is_why_known else ""}
    return {part: said[part].strip() for part in FACTS if said[part].strip() and not same_words(said[part], says[part])}


def language_for(wanted: str, written: Sequence[str], *, fallback: str) -> str:
    """The language in which a reader gets a text: the one wanted, one of the same tongue, the fallback, or the first.

    `written` are the languages the text has, first written first; without any it is the fallback.
    """
    tongues = {language.partition("-")[0]: language for language in reversed(written)}
    for language in (wanted, tongues.get(wanted.partition("-")[0], ""), fallback):
        if language in written:
            return language
    return next(iter(written), fallback)


def _word_changes(before: Statement, after: Statement, language: str, old: Words | None, new: Words) -> list[Change]:
    old = old or Words()
    said = {part: getattr(old, part) for part in TEXT_PARTS} | {"why": old.why if before.why_known else ""}
    says = {part: getattr(new, part) for part in TEXT_PARTS} | {"why": new.why if after.why_known else ""}
    # At the end "What is wrong?" becomes "What happened?": another question, so another answer takes nothing back.
    has_ended = after.stage in FINAL_STAGES and before.stage not in FINAL_STAGES
    facts = {part for part in FACTS if said[part].strip() and not (part == "what" and has_ended)}
    return [
        Change(part, language, said[part], says[part], is_fact=part in facts)
        for part in TEXT_PARTS
        if not same_words(said[part], says[part])
    ]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(".").strip()


def _listed(impacts: Mapping[str, str]) -> str:
    return ", ".join(f"{key}: {state}" for key, state in sorted(impacts.items()))
