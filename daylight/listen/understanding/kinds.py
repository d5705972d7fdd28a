"""What a writer wants of us: to complain, to ask, to suggest, to praise, to own up, or to hear our news at last."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from daylight.listen.understanding import chasers
from daylight.listen.understanding.lexicon import Found, find

ASKED = 0.6
"""How much a question mark weighs for a question."""


class Kind(StrEnum):
    """Kinds of messages, under the names that conversations keep; a chaser is no kind of a conversation."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    IDEA = "idea"
    PRAISE = "praise"
    OWN_MISTAKE = "own_mistake"
    CHASER = "chaser"


@dataclass(frozen=True, slots=True)
class Wish:
    """The kind of a message and the words that show it; a complaint without words when nothing does."""

    kind: Kind
    because: str


def read(text: str, subject: str = "", language: str = "") -> Wish:
    """What this message is; between two that are as likely, the one that must be answered first."""
    chase = chasers.read(text, subject, language)
    if chase.is_chaser:
        return Wish(Kind.CHASER, chase.because)
    heaviest = _heaviest(f"{subject}\n{text}" if subject else text)
    if not heaviest:
        return Wish(Kind.QUESTION if "?" in text else Kind.COMPLAINT, "")
    order = list(Kind)
    kind = max(heaviest, key=lambda one: (heaviest[one].weight, -order.index(one)))
    return Wish(kind, heaviest[kind].said)


def _heaviest(text: str) -> dict[Kind, Found]:
    """For each kind the weightiest words, with what further sentences and question marks add."""
    found: dict[Kind, list[Found]] = defaultdict(list)
    for one in find("kinds", text):
        found[Kind(one.name)].append(one)
    asked = ASKED if "?" in text else 0.0
    return {kind: _together(several, asked if kind is Kind.QUESTION else 0.0) for kind, several in found.items()}


def _together(several: list[Found], more: float) -> Found:
    first = max(several, key=lambda one: one.weight)
    sentences = {one.sentence for one in several}
    return Found(first.name, first.weight + 0.2 * (len(sentences) - 1) + more, first.said, first.sentence)
