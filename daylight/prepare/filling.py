"""Prepared words and the facts that fill them. What has no fact stays a gap that all see: nothing is invented."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from daylight.candour.gaps import gap
from daylight.candour.languages import tongue

PARTS = ("headline", "what", "who", "why", "doing", "meanwhile")
"""What a long text and a letter are made of: the parts of an update."""

PIECES: Mapping[str, tuple[str, ...]] = {
    "long": PARTS,
    "letter": (*PARTS, "closing"),
    "short": ("text",),
    "spoken": ("text",),
}
"""The pieces of each form."""

WITH_NEXT_WORD = frozenset({"acknowledge", "update"})
THE_CAUSE = "the cause"
_NEXT_WORD = "Next update by {next word}."
_ASKED = re.compile(r"\{([^{}\n]{1,60})\}")


@dataclass(frozen=True)
class Prepared:
    """Words for one kind of incident, at one stage, in one form and language; `{…}` in them asks for a fact."""

    kind: str
    stage: str
    form: str
    language: str
    pieces: Mapping[str, str]

    @property
    def asks(self) -> list[str]:
        """The facts that it asks for, in the order of the text."""
        return asked_in([*self.pieces.values(), _NEXT_WORD if self.promises else ""])

    @property
    def tongue(self) -> str:
        """The language without its country: "en" of "en-GB"."""
        return tongue(self.language)

    @property
    def promises(self) -> bool:
        """Whether the next word is told beside its pieces, as updates do, and not in them."""
        return self.form == "long" and self.stage in WITH_NEXT_WORD

    @property
    def profile(self) -> str:
        """How the checker reads it."""
        return "letter" if self.stage == "letter" else "status"

    def filled(self, facts: Mapping[str, str]) -> dict[str, str]:
        """Its pieces with the facts in them."""
        return {name: fill(words, facts) for name, words in self.pieces.items()}

    def text(self, facts: Mapping[str, str]) -> str:
        """The whole text without its headline, as a customer reads it."""
        words = [*(fill(self.pieces.get(name, ""), facts) for name in PIECES[self.form] if name != "headline")]
        if self.promises:
            words.append(fill(_NEXT_WORD, facts))
        return "\n\n".join(filter(None, words))


def asked_in(texts: Iterable[str]) -> list[str]:
    """The names between braces, each once, in their order."""
    return list(dict.fromkeys(name.strip() for text in texts for name in _ASKED.findall(text)))


def fill(text: str, facts: Mapping[str, str]) -> str:
    """A text with its facts; where there is none it has a gap. A sentence begins with a capital letter."""
    filled: list[str] = []
    last = 0
    for match in _ASKED.finditer(text):
        before = text[last : match.start()]
        fact = " ".join(facts.get(match[1].strip(), "").split()) or gap(match[1].strip())
        filled += [before, _begun(fact, "".join(filled) + before)]
        last = match.end()
    return _ended("".join([*filled, text[last:]]))


def _begun(fact: str, before: str) -> str:
    """A fact as it stands there: with a capital letter where it begins a sentence. An address stays as it is."""
    begins = not before.strip() or before.rstrip()[-1:] in ".!?"
    return fact[:1].upper() + fact[1:] if begins and "://" not in fact and "@" not in fact else fact


def _ended(text: str) -> str:
    """One full stop where a fact brought its own."""
    return re.sub(r"(?<!\.)\.\.(?!\.)", ".", text)
