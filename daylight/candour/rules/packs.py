"""CND-801 and 802: what a regime asks of a notice, and its clocks."""

from daylight.candour.draft import Draft
from daylight.candour.packs import Pack, Required
from daylight.candour.report import Severity, Span
from daylight.candour.rules.rule import E, Hit, Rule, always


def required(draft: Draft) -> list[Hit]:
    """Elements that a pack asks for and the draft lacks, and words that it bans."""
    lacking = [
        Hit(says={"pack": pack.title, "what": element.label})
        for pack in draft.packs
        for element in pack.required
        if draft.stage in element.stages and not _has(draft, element)
    ]
    return lacking + [hit for pack in draft.packs for hit in _banned(draft, pack)]


def clock(draft: Draft) -> list[Hit]:
    """A clock of a pack that is missed, or close to it."""
    if draft.now is None:
        return []
    found = []
    for pack in draft.packs:
        for running in pack.clocks:
            if not running.is_met and draft.now >= running.at_risk_from:
                late = draft.now >= running.due_at
                says = {"pack": pack.title, "what": running.name, "note": "late" if late else "soon"}
                found.append(Hit(says=says, weight=None if late else Severity.WARNING))
    return found


def _has(draft: Draft, element: Required) -> bool:
    if element.element and draft.elements[element.element]:
        return True
    text = draft.reading.text.lower()
    return any(word.lower() in text for word in element.words)


def _banned(draft: Draft, pack: Pack) -> list[Hit]:
    return [
        Hit(
            (Span(match.start(), match.end()),),
            {"pack": pack.title, "phrase": match[0], "reason": wording.reason, "note": "banned"},
            wording.severity,
        )
        for wording in pack.wording
        for match in wording.pattern.finditer(draft.reading.text)
    ]


RULES = (
    Rule(801, always(E), required),
    Rule(802, always(E), clock),
)
