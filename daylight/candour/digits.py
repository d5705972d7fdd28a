"""What a number that is written in digits is worth."""

import re
from collections.abc import Mapping
from typing import Any

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_LETTERS = str.maketrans("", "", "0123456789.,")


def worth(word: str) -> float:
    """ "1,200" is twelve hundred, "1.2" is little more than one, "3k" three thousand; nothing without a digit."""
    found = _DIGITS.search(word)
    if not found:
        return 0.0
    plain = re.sub(r"[,.](?=\d{3}(?:\D|$))", "", found[0]).replace(",", ".")
    scale = {"k": 1e3, "bn": 1e9}.get(letters(word), 1.0)
    return scale * float(plain if plain.count(".") < 2 else plain.replace(".", ""))


def unit(word: str, words: Mapping[str, Any]) -> float | None:
    """Minutes of the length of time that stands beside its digits, the "h" of "2h"."""
    beside = letters(word)
    minutes: float | None = words["durations"].get(words["short_durations"].get(beside, beside))
    return minutes


def letters(word: str) -> str:
    """What stands beside its digits, in lower case."""
    return word.translate(_LETTERS).lower()
