"""What a message shows of its writer: what the matter means for them, and how they may feel.

A feeling is offered to the agent as a question and kept nowhere: we do not know how somebody feels.
"""

import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from daylight.listen.understanding.lexicon import find
from daylight.listen.understanding.words import plain

LONGEST_EFFECT = 200
SHORTEST_STEM = 5
"""So many letters of a word must be the same in the effect and in the answer."""
LITTLE_WORDS = Path(__file__).with_name("data") / "little_words.toml"

QUESTIONS = {
    "anger": "This may be anger. What would you be angry about in their place?",
    "worry": "This may be worry. What can you tell them for certain?",
    "sorrow": "This may be sorrow or disappointment. Is a sentence about that due before the facts?",
}


@dataclass(frozen=True, slots=True)
class Feeling:
    """What a writer may feel, the words that make us think so, and the question to the agent."""

    name: str
    because: str
    question: str


def feeling(text: str) -> Feeling | None:
    """The feeling that most of the message's words speak of; none when nothing does."""
    found = list(find("feelings", text))
    if not found:
        return None
    name = Counter(one.name for one in found).most_common(1)[0][0]
    because = next(one.said for one in found if one.name == name)
    return Feeling(name, because, QUESTIONS[name])


def effect(text: str) -> str:
    """The sentence that says what the matter means for the writer, in their own words; empty when none does."""
    longest = max(find("effects", text), key=lambda one: len(one.said), default=None)
    return longest.sentence[:LONGEST_EFFECT] if longest else ""


def names(answer: str, effect: str) -> bool:
    """Whether an answer says something of the effect on the person; true when no effect is known."""
    told = stems(effect)
    return not told or not told.isdisjoint(stems(answer))


def stems(text: str) -> set[str]:
    """The beginnings of the words that a text speaks of, without those that any text has."""
    words = {word for word in plain(text).split() if len(word) >= SHORTEST_STEM and word not in _little_words()}
    return {word[:SHORTEST_STEM] for word in words}


@cache
def _little_words() -> frozenset[str]:
    return frozenset(plain(word) for word in tomllib.loads(LITTLE_WORDS.read_text(encoding="utf-8"))["words"])
