"""Fill-ins: what can be put in the place of words that a finding is about. Facts come from the record, never from us.

Where a fact is not known a gap stands for it, so that whoever writes sees what only they know (see `gaps`).
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from daylight.candour.facts import Facts
from daylight.candour.languages import HERE, tongue
from daylight.candour.report import Finding, Span

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_NAMED = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class FillIn:
    """Characters `start` to `end` of the text, and what comes in their place; nothing takes them out."""

    start: int
    end: int
    text: str


def fill_in(finding: Finding, text: str, *, facts: Facts, language: str = "en") -> FillIn | None:
    """What to put into `text` so that `finding` is answered, or `None` where nobody but the writer can know.

    What is missing is put at the end.
    """
    known = _known(facts)
    for offer in _offers(language).get(finding.rule, ()):
        words = offer["put"]
        if not set(_NAMED.findall(words)) - {"noun"} <= set(known):
            continue
        filled = _filled(offer, words, finding.spans[0] if finding.spans else None, text, known)
        if filled is not None:
            return filled
    return None


def _filled(
    offer: Mapping[str, str], words: str, span: Span | None, text: str, known: Mapping[str, str]
) -> FillIn | None:
    if span is None:
        added = "" if not text.strip() else " " if text.endswith((".", "!", "?")) else "\n"
        return FillIn(len(text), len(text), added + words.format_map(known)) if offer["take"] == "nothing" else None
    match offer["take"]:
        case "phrase":
            start, end = span.start, span.end
        case "sentence":
            start, end = _sentence(text, span)
        case "nothing":
            return None
        case pattern:
            found = next((each for each in re.finditer(pattern, text, re.IGNORECASE) if _meet(each, span)), None)
            if found is None:
                return None
            (start, end), known = found.span(), {**known, **found.groupdict()}
    put = words.format_map(known)
    if not put:
        return _taken_out(text, start, end)
    if text[start : start + 1].isupper():
        put = put[0].upper() + put[1:]
    return FillIn(start, end, put)


def _known(facts: Facts) -> dict[str, str]:
    """Facts by the name under which an offer asks for them."""
    known = {name: words for name, words in facts.known.items() if words}
    if facts.affected:
        known["affected"] = f"{facts.affected:,}"
    return known


def _sentence(text: str, span: Span) -> tuple[int, int]:
    """Where the sentence of a place begins and ends."""
    ends = [match.span() for match in _SENTENCE_END.finditer(text)]
    start = max((after for _, after in ends if after <= span.start), default=0)
    return start, min((before for before, _ in ends if before >= span.end), default=len(text))


def _meet(match: re.Match[str], span: Span) -> bool:
    return match.start() < span.end and span.start < match.end()


def _taken_out(text: str, start: int, end: int) -> FillIn:
    """What goes away takes one space with it; what then begins the sentence gets a capital."""
    begin, stop = _sentence(text, Span(start, end))
    if not any(letter.isalnum() for letter in text[begin:start] + text[end:stop]):
        start, end = begin, stop
    before, after = text[:start], text[end:]
    if not after.strip():
        return FillIn(len(before.rstrip()), len(text), "")
    if not before.strip() or before.rstrip().endswith((".", "!", "?", "\n")):
        gap = len(after) - len(after.lstrip(" ,"))
        first = after[gap : gap + 1]
        return FillIn(start, end + gap + len(first), first.upper())
    return FillIn(start - (before.endswith(" ") and not after.startswith("\n")), end, "")


@cache
def _offers(language: str) -> Mapping[str, Any]:
    path = HERE / tongue(language) / "filling.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
