"""Reads a draft and says what a customer would miss or stumble over."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from daylight.candour.draft import PROFILES, STAGES, Draft
from daylight.candour.elements import find_all
from daylight.candour.facts import Facts
from daylight.candour.languages import language as language_of
from daylight.candour.packs import Pack
from daylight.candour.reading.reading import read
from daylight.candour.report import Finding, Report, Severity
from daylight.candour.rules import RULES
from daylight.candour.rules.rule import Hit, Rule
from daylight.candour.wording import words_of

_ALLOWED = re.compile(r"candour:\s*allow\s+(CND-\d{3})\b", re.IGNORECASE)
_NO_FACTS = Facts()
_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def check(
    text: str,
    *,
    title: str = "",
    profile: str = "status",
    stage: str = "update",
    language: str = "en",
    facts: Facts | None = None,
    packs: Sequence[Pack] = (),
    now: datetime | None = None,
) -> Report:
    """What `text` says and what it lacks, as a customer reads it.

    `profile` is "status" or "letter"; `stage` is "acknowledge", "update", "final" or "letter". Rules that need the
    record or the clock speak only where `facts` and `now` (with a time zone) are given. Raises `ValueError` for an
    unknown profile or stage and `UnknownLanguage` for a language that is not there.
    """
    if profile not in PROFILES or stage not in STAGES:
        raise ValueError(f"Profiles are {', '.join(PROFILES)}; stages are {', '.join(STAGES)}.")
    spoken = language_of(language)
    draft = Draft(
        reading=read(text, spoken.lexicon),
        title=read(title, spoken.lexicon) if title else None,
        language=spoken,
        profile=profile,
        stage=stage,
        facts=facts or _NO_FACTS,
        packs=packs,
        now=now,
    )
    find_all(draft)
    told = ((rule, weight, hit) for rule, weight in _due(profile, stage) for hit in rule.find(draft))
    findings = sorted((_finding(rule, hit, hit.weight or weight, draft) for rule, weight, hit in told), key=_order)
    allowed = {number.upper() for number in _ALLOWED.findall(text)}
    return Report(
        draft.elements,
        tuple(finding for finding in findings if finding.rule not in allowed),
        tuple(finding for finding in findings if finding.rule in allowed),
    )


@cache
def _due(profile: str, stage: str) -> tuple[tuple[Rule, Severity], ...]:
    """The rules that speak at this stage, with what a hit weighs."""
    return tuple((rule, weight) for rule in RULES if (weight := rule.weight(profile, stage)))


def _finding(rule: Rule, hit: Hit, weight: Severity, draft: Draft) -> Finding:
    reason, suggestion = words_of(draft.language, rule.id, hit.says)
    return Finding(rule.id, weight, reason, suggestion, tuple(hit.spans))


def _order(finding: Finding) -> tuple[int, int, str]:
    """The gravest first; what is missing before what stands somewhere."""
    return (_WEIGHT[finding.severity], finding.spans[0].start if finding.spans else -1, finding.rule)
