"""For a program: elements as true and false, their places, and the findings."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from daylight.candour.report import Finding, Report, Span
from daylight.candour.saying.checked import Checked


def say(texts: Sequence[Checked]) -> str:
    """A list with one object for each text."""
    told = [{"file": checked.name, **told_of(checked.report)} for checked in texts]
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def told_of(report: Report) -> dict[str, Any]:
    """What one report says, in plain values: `elements`, `evidence`, `findings`."""
    return {
        "elements": {name: bool(element) for name, element in report.elements.items()},
        "evidence": {name: _spans(element.evidence) for name, element in report.elements.items() if element},
        "findings": [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> Mapping[str, Any]:
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "missing": finding.is_missing,
        "spans": _spans(finding.spans),
        "reason": finding.reason,
        "suggestion": finding.suggestion,
        "page": finding.page,
    }


def _spans(spans: Sequence[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]
