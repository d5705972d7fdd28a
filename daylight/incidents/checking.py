"""A draft held against what customers need, part by part, in every language that the checker speaks.

It never says no. Each remark has a reason, mostly something to fill in from the record, and can be answered by "keep
it, because …".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daylight.accounts.models import Organisation
from daylight.candour import Facts, Finding, Report, Severity, Span, check
from daylight.candour.languages import language as language_of
from daylight.candour.languages import speaks
from daylight.candour.packs import Pack
from daylight.candour.wording import words_of
from daylight.incidents.as_read import PARTS, AsRead, Piece, as_read
from daylight.incidents.filling import filling_for
from daylight.incidents.models import Incident, RaisedFinding, RegimeWords
from daylight.incidents.models.raised_finding import Place
from daylight.incidents.on_record import facts_of
from daylight.incidents.remarks import WHOLE, Checked, Lamp, Remark
from daylight.incidents.statement import Statement
from daylight.incidents.words import FINAL_STAGES

PART_OF_MISSING: Mapping[str, str] = {
    "CND-101": "what",
    "CND-102": "who",
    "CND-103": "why",
    "CND-104": "doing",
    "CND-105": "doing",
    "CND-106": "meanwhile",
    "CND-107": "next_update_by",
    "CND-108": "next_update_by",
    "CND-201": "doing",
    "CND-702": "what",
    "CND-706": "next_update_by",
}
"""Where a finding without a place of its own stands."""

RULE_OF_PART: Mapping[str, str] = {
    "what": "CND-101",
    "who": "CND-102",
    "why": "CND-103",
    "doing": "CND-104",
    "meanwhile": "CND-106",
    "next_update_by": "CND-107",
}
"""The question that each part answers, as a rule."""

ANSWERED_BY = {rule: part for part, rule in RULE_OF_PART.items()}
SAID_BY_EVERY_CHANNEL = frozenset({"CND-109", "CND-110"})
"""Since when, and whom to reach: they are added to whatever is written here."""

THE_WHOLE_TEXT = frozenset({"CND-701", "CND-702"})
"""Their place is everything, which is no place."""

Kept = Mapping[Place, RaisedFinding]


def read_statement(
    incident: Incident, statement: Statement, *, at: datetime, packs: Sequence[Pack] | None = None
) -> Checked:
    """What a customer would miss or stumble over in `statement`; `packs` are what regimes ask, else those on record."""
    asked = RegimeWords.objects.filter(incident=incident).packs() if packs is None else packs
    kept = RaisedFinding.objects.kept_by_place(incident)
    ours = Organisation.get().language
    languages = [ours, *(language for language in statement.texts if language != ours)]
    readable = [language for language in languages if speaks(language)]
    remarks = []
    for language in readable:
        facts = facts_of(incident, at=at, language=language, draft=statement)
        remarks += _Reader(statement, language, facts, stage_of(incident, statement), at, asked, kept).remarks()
    unread = tuple(language for language in languages if language not in readable and language in statement.texts)
    return Checked(tuple(_lamps(statement, ours, remarks)), tuple(remarks), unread)


def stage_of(incident: Incident, statement: Statement) -> str:
    """The checker's word for how far we are."""
    if statement.stage in FINAL_STAGES:
        return "final"
    return "update" if incident.updates.published().exists() else "acknowledge"


def _lamps(statement: Statement, language: str, remarks: Sequence[Remark]) -> Iterator[Lamp]:
    """One for each part: unlit without words, half lit where a remark is open about them."""
    read = as_read(statement, language)
    doubted = {
        remark.part for remark in remarks if remark.language == language and not remark.kept and not remark.is_note
    }
    for part in PARTS:
        is_over = part == "next_update_by" and statement.stage in FINAL_STAGES
        if read.piece(part) is None and not is_over:
            yield Lamp(part, "missing")
        else:
            yield Lamp(part, "look" if part in doubted else "said")


@dataclass(frozen=True)
class _Reader:
    """Reads one draft in one language."""

    statement: Statement
    language: str
    facts: Facts
    stage: str
    at: datetime
    packs: Sequence[Pack]
    kept: Kept

    def remarks(self) -> list[Remark]:
        """All that was kept; of the rest one for each rule and part, that of its first place."""
        read = as_read(self.statement, self.language)
        found: dict[tuple[str, ...], Remark] = {}
        for remark in self._findings(read):
            found.setdefault(self._once(remark), remark)
        for remark in self._unanswered(read, {remark.part for remark in found.values()}):
            found.setdefault(self._once(remark), remark)
        return [replace(remark, kept=self.kept.get(remark.place)) for remark in found.values()]

    def _once(self, remark: Remark) -> tuple[str, ...]:
        """Remarks that are alike in this are shown once."""
        return remark.place if remark.place in self.kept else (remark.rule, remark.part, remark.asked_for)

    def _findings(self, read: AsRead) -> Iterator[Remark]:
        for finding in self._report(read).with_kept:
            if finding.rule not in SAID_BY_EVERY_CHANNEL:
                yield from self._placed(finding, read)

    def _report(self, read: AsRead) -> Report:
        return check(
            read.text,
            title=read.title,
            stage=self.stage,
            language=self.language,
            facts=self.facts,
            packs=self.packs,
            now=self.at,
        )

    def _placed(self, finding: Finding, read: AsRead) -> Iterator[Remark]:
        """At its words; where something is missing, at the question that it would answer."""
        places = [] if finding.rule in THE_WHOLE_TEXT else [read.at(span) for span in finding.spans]
        first = next((place for place in places if place), None)
        if first is None:
            yield self._missing(finding, read)
        elif not first[0].is_ours or first[0].part == "next_update_by":
            yield self._at(finding, first[0], first[1])

    def _missing(self, finding: Finding, read: AsRead) -> Remark:
        part = PART_OF_MISSING.get(finding.rule, WHOLE)
        piece = read.piece(part)
        if piece is not None and finding.is_missing and part == ANSWERED_BY.get(finding.rule):
            # The question was answered; that we do not find it in the answer is a doubt of ours and no fault of theirs.
            finding = replace(finding, severity=Severity.NOTE)
        return self._remark(finding, part, piece.text if piece and not piece.is_ours else "", None)

    def _unanswered(self, read: AsRead, spoken_of: set[str]) -> Iterator[Remark]:
        """Questions without an answer: an update needs all six, also where a plain text would not."""
        spoken_language = language_of(self.language)
        for part, rule in RULE_OF_PART.items():
            is_over = part == "next_update_by" and self.stage == "final"
            if read.piece(part) is None and part not in spoken_of and not is_over:
                reason, suggestion = words_of(spoken_language, rule, {})
                yield self._remark(Finding(rule, Severity.WARNING, reason, suggestion), part, "", None)

    def _at(self, finding: Finding, piece: Piece, span: Span) -> Remark:
        if piece.is_ours:
            return self._remark(finding, piece.part, "", None)
        return self._remark(finding, piece.part, piece.text, span)

    def _remark(self, finding: Finding, part: str, text: str, span: Span | None) -> Remark:
        told = language_of(self.language).rules[finding.rule]
        fill = filling_for(
            finding,
            statement=self.statement,
            facts=self.facts,
            language=self.language,
            part=part,
            text=text,
            span=span,
        )
        return Remark(
            rule=finding.rule,
            severity=finding.severity,
            title=str(told["title"]),
            reason=finding.reason,
            suggestion=finding.suggestion,
            language=self.language,
            part=part,
            phrase=text[span.start : span.end] if span else "",
            start=span.start if span else 0,
            end=span.end if span else 0,
            fill=fill,
        )
