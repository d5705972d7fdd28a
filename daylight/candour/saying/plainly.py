"""For a person at a terminal: one finding after the other, its place, its reason, what to write."""

from collections.abc import Sequence

from daylight.candour.report import Finding
from daylight.candour.saying.checked import Checked


def say(texts: Sequence[Checked]) -> str:
    """Lines in the form of a compiler: `file:line:column: severity RULE reason`."""
    lines: list[str] = []
    for checked in texts:
        lines += [line for finding in checked.report.findings for line in _lines(checked, finding)]
    lines.append(_sum(texts))
    return "\n".join(lines) + "\n"


def _lines(checked: Checked, finding: Finding) -> list[str]:
    line, column = checked.line_and_column(finding.spans[0]) if finding.spans else (1, 1)
    where = f"{checked.name}:{line}:{column}:"
    return [
        f"{where} {finding.severity} {finding.rule} {finding.reason}",
        f"    {finding.suggestion}",
        f"    {finding.page}",
    ]


def _sum(texts: Sequence[Checked]) -> str:
    counts = dict.fromkeys(("error", "warning", "note"), 0)
    for checked in texts:
        for finding in checked.report.findings:
            counts[finding.severity] += 1
    if not any(counts.values()):
        return "Nothing is missing."
    told = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts.items() if count)
    rules = dict.fromkeys(finding.rule for checked in texts for finding in checked.report.findings)
    return f"{told}.\nWhy, with examples: daylight candour --explain {' '.join(sorted(rules))}"
