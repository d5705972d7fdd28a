"""What one key fills in: words from the record in the place of a remark, or the answer of a field that is no text."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from daylight.candour import Facts, Finding
from daylight.candour.filling import fill_in
from daylight.candour.report import Span
from daylight.incidents.as_read import one_line_end
from daylight.incidents.statement import Statement, Words
from daylight.incidents.words import FINAL_STAGES

LONGEST_SHOWN = 60
AROUND = 24
"""Characters on either side by which a place is known again."""

WALL_CLOCK = "%Y-%m-%dT%H:%M"
"""How a field takes a date and a time."""

BY_THE_CLOCK = frozenset({"CND-107", "CND-108", "CND-706"})
ADDS = frozenset({"CND-201"})
"""Rules whose fill-in is said besides what stands there already; any other would answer a question twice."""


@dataclass(frozen=True)
class Filling:
    """A change to one part: characters `start` to `end` become `text`; or `field` gets the answer `value`.

    `was` are the words that go, `before` and `after` some that stand around: by them the place is found again.
    """

    part: str = ""
    language: str = ""
    start: int = 0
    end: int = 0
    text: str = ""
    field: str = ""
    value: str = ""
    was: str = ""
    before: str = ""
    after: str = ""

    @property
    def label(self) -> str:
        """The button in words."""
        match self.field:
            case "why_known":
                return "Say that it is not known yet"
            case "next_update_by":
                return "Promise the next word by the rhythm"
            case "is_correction":
                return "Make it a correction"
        if not self.text or (len(self.text) == 1 and self.end - self.start > 1):
            return "Leave it out"
        words = " ".join(self.text.split())
        shown = words if len(words) <= LONGEST_SHOWN else f"{words[:LONGEST_SHOWN].rstrip()} …"
        return f"Fill in “{shown}”"

    def applied(self, statement: Statement) -> Statement:
        """`statement` with these words filled in."""
        words = statement.texts.get(self.language, Words())
        before = one_line_end(getattr(words, self.part))
        after = (before[: self.start] + self.text + before[self.end :]).strip()
        return replace(statement, texts={**statement.texts, self.language: replace(words, **{self.part: after})})


def filling_for(
    finding: Finding, *, statement: Statement, facts: Facts, language: str, part: str, text: str, span: Span | None
) -> Filling | None:
    """What one key would do about a finding in `part`, whose words are `text`; `span` is the place in them."""
    if by_field := _by_field(finding.rule, part, statement, facts):
        return Filling(field=by_field[0], value=by_field[1])
    if not part or part not in vars(Words()):
        return None
    here = replace(finding, spans=(span,) if span else ())
    offered = fill_in(here, text, facts=facts, language=language)
    if offered is None or (span is None and text and finding.rule not in ADDS):
        return None
    start, end = offered.start, offered.end
    return Filling(
        part,
        language,
        start,
        end,
        offered.text,
        was=text[start:end],
        before=text[max(0, start - AROUND) : start],
        after=text[end : end + AROUND],
    )


def _by_field(rule: str, part: str, statement: Statement, facts: Facts) -> tuple[str, str] | None:
    """The field that answers this rule, with its answer."""
    if part == "why" and rule in {"CND-103", "CND-303"} and statement.stage not in FINAL_STAGES:
        return "why_known", "no"
    if rule in BY_THE_CLOCK and facts.next_update_at and statement.next_update_by != facts.next_update_at:
        return "next_update_by", facts.next_update_at.astimezone(ZoneInfo(facts.zone)).strftime(WALL_CLOCK)
    if rule == "CND-704" and not statement.is_correction:
        return "is_correction", "on"
    return None
