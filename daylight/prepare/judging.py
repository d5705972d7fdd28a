"""A draft template as the candour checker reads it, filled with examples; each finding beside the piece it is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from daylight.candour import Finding, check
from daylight.candour.gaps import gap
from daylight.candour.languages import speaks
from daylight.prepare.filling import PIECES, Prepared, fill
from daylight.prepare.shelf import shelf

PLACES = {
    "CND-102": "who",
    "CND-103": "why",
    "CND-104": "doing",
    "CND-105": "doing",
    "CND-106": "meanwhile",
    "CND-110": "closing",
}
"""Where something missing would stand; anything else belongs where what happened is told."""

GAP = "CND-111"
BECAUSE = "because-"
"""How the names begin under which reasons are posted."""


@dataclass(frozen=True)
class Found:
    """A finding, the piece it belongs to, and why it is kept, if it is."""

    finding: Finding
    piece: str
    phrase: str
    because: str = ""

    @property
    def field(self) -> str:
        """The name under which its reason is posted."""
        return f"{BECAUSE}{self.finding.rule}"


def judge(prepared: Prepared, kept: Mapping[str, str]) -> list[Found]:
    """What the checker finds; the first of each rule, with the reason in `kept` why it stays.

    Nothing is found in a language that the checker does not read.
    """
    if not speaks(prepared.language):
        return []
    language, facts = prepared.tongue, examples_for(prepared)
    unknown = {gap(name) for name, example in facts.items() if not example}
    text = prepared.text(facts)
    title = fill(prepared.pieces.get("headline", ""), facts)
    report = check(text, title=title, stage=prepared.stage, profile=prepared.profile, language=language)
    found: dict[str, Found] = {}
    for finding in report.with_kept:
        phrase = text[finding.spans[0].start : finding.spans[0].end] if finding.spans else ""
        if not (finding.rule == GAP and phrase in unknown) and finding.rule not in found:
            piece = _piece_of(finding, prepared, facts)
            found[finding.rule] = Found(finding, piece, phrase, kept.get(finding.rule, "").strip())
    return list(found.values())


def examples_for(prepared: Prepared) -> dict[str, str]:
    """An example of each fact that it asks for, as far as one is known."""
    known = shelf(prepared.tongue).examples(prepared.kind)
    return {name: known.get(name, "") for name in prepared.asks}


def _piece_of(finding: Finding, prepared: Prepared, facts: Mapping[str, str]) -> str:
    """The piece in which a finding stands, or into which what is missing belongs."""
    names = [name for name in PIECES[prepared.form] if name != "headline" and prepared.pieces.get(name)]
    if finding.spans:
        end = 0
        for name in names:
            end += len(fill(prepared.pieces[name], facts)) + 2
            if finding.spans[0].start < end:
                return name
    wanted = PLACES.get(finding.rule, "what")
    return wanted if wanted in PIECES[prepared.form] else PIECES[prepared.form][-1]
