"""Spam that anybody would call so. A lost complaint costs far more than an advertisement that somebody reads."""

import re
from dataclasses import dataclass

from daylight.listen.understanding.lexicon import find

ENOUGH = 2.0
"""At least two different signs, and nothing of a customer's own."""
MANY_LINKS = 5
SAID_OF_A_CUSTOMER = "ours"

_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?:order|invoice|ticket|case|bestellung|rechnung|fall)\W{0,3}(?:no|nr|number|nummer)?\W{0,3}\d{3,}", re.I
)


@dataclass(frozen=True, slots=True)
class Spam:
    """Whether a message is spam and what shows it."""

    is_spam: bool
    score: float
    because: tuple[str, ...]


def read(text: str, subject: str = "") -> Spam:
    """Mark obvious spam; a message is only ever marked, never dropped."""
    everything = f"{subject}\n{text}"
    signs = {one.name: one for one in find("spam", everything)}
    links = len(_LINK.findall(everything))
    score = sum(sign.weight for sign in signs.values()) + (1.0 if links >= MANY_LINKS else 0.0)
    theirs = SAID_OF_A_CUSTOMER in signs or _NUMBERED.search(everything) is not None
    because = tuple(sign.said for sign in signs.values() if sign.weight > 0)
    return Spam(score >= ENOUGH and not theirs, max(score, 0.0), because)
