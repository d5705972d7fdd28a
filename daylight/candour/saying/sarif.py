"""For code hosts: SARIF 2.1.0 (OASIS, 2020), with each rule described once."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from daylight.candour import pages
from daylight.candour.report import Finding
from daylight.candour.saying.checked import Checked

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def say(texts: Sequence[Checked]) -> str:
    """One run over all texts."""
    used = sorted({finding.rule for checked in texts for finding in checked.report.findings})
    driver = {"name": "Daylight candour", "rules": [_rule(rule) for rule in used]}
    results = [_result(checked, finding) for checked in texts for finding in checked.report.findings]
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _rule(rule: str) -> Mapping[str, Any]:
    page = pages.page_of(rule)
    told = pages.markdown(page)
    return {
        "id": rule,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.why},
        "help": {"text": told, "markdown": told},
        **_address(rule),
    }


def _address(rule: str) -> Mapping[str, str]:
    """Where the page of a rule lies on this machine; nothing where the documents were not installed."""
    path = pages.DOCUMENTS / f"{rule}.md"
    return {"helpUri": path.as_uri()} if path.exists() else {}


def _result(checked: Checked, finding: Finding) -> Mapping[str, Any]:
    regions = [
        {"startLine": line, "startColumn": column, "charOffset": span.start, "charLength": span.end - span.start}
        for span in finding.spans
        for line, column in [checked.line_and_column(span)]
    ] or [{"startLine": 1}]
    return {
        "ruleId": finding.rule,
        "level": str(finding.severity),
        "message": {"text": f"{finding.reason} {finding.suggestion}"},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": checked.name}, "region": region}} for region in regions
        ],
    }
