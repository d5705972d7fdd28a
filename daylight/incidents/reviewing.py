"""What to look at again in a post-mortem: a person as the cause, a single cause, a name. It asks and never refuses."""

import re
from collections.abc import Iterable, Iterator

from daylight.candour import Severity, check

RULES = frozenset(f"CND-{number}" for number in (111, 203, 204, 303, 401, 402, 403, 404, 501))
ONE_CAUSE = re.compile(r"\b(?:the|its|our)\s+(?:only\s+|single\s+|root\s+)?cause\s+(?:was|is)\b", re.IGNORECASE)
MORE_CAUSES = re.compile(
    r"\b(?:also|contribut\w+|factors?|causes\b|another|second(?:ly)?|besides|in addition"
    r"|nothing (?:checked|warned|stopped))",
    re.IGNORECASE,
)


def questions(text: str, *, names: Iterable[str]) -> list[str]:
    """Sentences for whoever writes it; `names` are those of the crew, who are no cause."""
    return [*_findings(text), *_single_cause(text), *_named(text, names)]


def _findings(text: str) -> Iterator[str]:
    for finding in check(text, profile="letter", stage="final").with_kept:
        if finding.rule in RULES and finding.spans and finding.severity is not Severity.NOTE:
            yield f"{finding.reason} {finding.suggestion}"


def _single_cause(text: str) -> Iterator[str]:
    found = ONE_CAUSE.search(text)
    if found and not MORE_CAUSES.search(text):
        yield f"“{found[0]}” names one cause. What else had to be so, that it could happen and go on as it did?"


def _named(text: str, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name and re.search(rf"\b{re.escape(name)}\b", text):
            yield f"“{name}” is a name. Say the role, and what they could see at that moment."
