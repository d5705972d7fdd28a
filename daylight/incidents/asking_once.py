"""The candour checker on words that are no update: an answer, the phone line. It asks once, and lets go."""

from datetime import datetime

from daylight.candour import Facts, Finding, Severity, check
from daylight.candour.languages import speaks
from daylight.incidents.models import Incident
from daylight.incidents.on_record import said_in

MOST = 3
NO_GUESS_NO_DODGE = frozenset(
    f"CND-{number}" for number in (111, 202, 204, 301, 302, 303, 304, 401, 402, 403, 404, 501, 605, 703)
)
"""Rules about words that stand there; what such a text may leave out is not its writer's fault."""

WHEN = "CND-107"
"""A next word without a time is asked about where it is promised, never where there is none."""


def questions(
    text: str, *, language: str, at: datetime, zone: str, about: Incident | None = None, profile: str = "letter"
) -> list[str]:
    """What to look at again in `text` before customers get it at `at`; nothing in a language not spoken here.

    `about` is the incident: its latest update says what other channels say at this moment. `zone` is ours.
    """
    code = language or "en"
    if not speaks(code):
        return []
    latest = about.latest_update if about is not None else None
    facts = Facts(elsewhere=(said_in(latest, language),) if latest is not None else (), zone=zone)
    report = check(text, profile=profile, stage="update", language=code, facts=facts, now=at)
    asked = [finding for finding in report.with_kept if _is_asked(finding)]
    return list(dict.fromkeys(_in_words(finding, text) for finding in asked))[:MOST]


def _is_asked(finding: Finding) -> bool:
    if finding.is_missing or finding.severity is Severity.NOTE:
        return False
    return finding.rule in NO_GUESS_NO_DODGE or finding.rule == WHEN


def _in_words(finding: Finding, text: str) -> str:
    span = finding.spans[0]
    phrase = text[span.start : span.end]
    said = finding.reason if phrase in finding.reason else f"“{phrase}”: {finding.reason}"
    return f"{said} {finding.suggestion}"
