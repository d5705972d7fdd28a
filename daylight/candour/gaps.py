"""Gaps nobody filled: "[since when?]" in a template, "[what]" from a suggestion. No customer may read one."""

import re
from functools import cache

from daylight.candour.languages import language as language_of
from daylight.candour.languages import speaks
from daylight.candour.report import Span

_BRACKETS = re.compile(r"\[([^\[\]\n]{1,120})\](?!\()")
_OPEN_ENDS = ("?", "…")


def gap(words: str) -> str:
    """`words` as a gap that is seen by the eye and found by the checker: "since when" becomes "[since when?]"."""
    return f"[{words.rstrip('?…. ')}?]"


def open_gaps(text: str, language: str = "en") -> tuple[Span, ...]:
    """The gaps that are still open in a text.

    Brackets count when they end as a question does, or hold what a suggestion of the checker asks for in that
    language; other brackets, and links in Markdown, are the writer's own.
    """
    if "[" not in text:
        return ()
    asked = _asked(language if speaks(language) else "en")
    return tuple(
        Span(match.start(), match.end())
        for match in _BRACKETS.finditer(text)
        if match[1].rstrip().endswith(_OPEN_ENDS) or match[1] in asked
    )


@cache
def _asked(language: str) -> frozenset[str]:
    """What stands in brackets in the suggestions of a language."""
    told = language_of(language).rules.values()
    suggestions = [words["suggestion"] for rule in told for words in (rule, *rule.get("notes", {}).values())]
    return frozenset(held for suggestion in suggestions for held in _BRACKETS.findall(suggestion))
