"""Looks at an answer before it goes: does it name what the matter means for the customer, does it look for fault?

Pure: words in, sentences out. It asks and never refuses; whoever answers knows more than a list of words.
"""

import re
from collections.abc import Iterator

from daylight.listen.models import Conversation
from daylight.listen.understanding import cues

ASKS_FOR_EFFECT = frozenset({Conversation.Kind.COMPLAINT, Conversation.Kind.OWN_MISTAKE})
"""Whoever is hurt is asked what it means for them; whoever has an idea is not."""

MOST_PHRASES = 3

FINDS_FAULT = (
    r"you (?:should|ought to|must) have\w*",
    r"you (?:forgot|failed|did ?n[o']t read|overlooked|ignored)",
    r"(?:your|their) (?:own )?(?:mistake|fault|error)",
    r"as (?:we|I) (?:already )?(?:told|explained|said)",
    r"(?:sie|du) (?:hätten|hättest|haben|hast) (?:\w+ ){0,3}(?:vergessen|übersehen|sollen|müssen)",
    r"(?:ihr|dein) (?:eigener )?fehler",
    r"wie (?:bereits|schon) (?:gesagt|erklärt|mitgeteilt)",
    r"vous (?:auriez dû|avez oublié|n.avez pas lu)",
    r"votre (?:propre )?(?:faute|erreur)",
    r"(?:usted )?(?:debería|tendría que) haber",
    r"(?:su|tu) (?:propio )?(?:culpa|error)",
)
_FAULT = re.compile(r"\b(?:" + "|".join(FINDS_FAULT) + r")\b", re.IGNORECASE)


def questions(text: str, *, effect: str) -> list[str]:
    """What to look at again before this is sent."""
    asked = [] if cues.names(text, effect) else [f"Does it say what this means for them? You wrote down: {effect}"]
    return [*asked, *_looks_for_fault(text)]


def _looks_for_fault(text: str) -> Iterator[str]:
    found = list(dict.fromkeys(match.group().strip() for match in _FAULT.finditer(text)))[:MOST_PHRASES]
    if found:
        said = ", ".join(f"“{phrase}”" for phrase in found)
        yield f"{said} sounds like looking for whose fault it was. What helps them on?"
