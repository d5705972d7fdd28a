"""One member at work on one update: what the composer shows, and what was typed into it."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from daylight.accounts.asking import MemberRequest
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.incidents import calm, checking, drafting, duty
from daylight.incidents.failures import DraftChanged, NeedsApproval
from daylight.incidents.forms.composer import A_LANGUAGE, Composer
from daylight.incidents.forms.fields import FORMAT
from daylight.incidents.models import Incident, RegisterVersion, Update
from daylight.incidents.models.readiness import problems
from daylight.incidents.remarks import NAMES, WHOLE, Answer, Checked, Remark, Slot
from daylight.incidents.said import name_of
from daylight.incidents.statement import Change, Statement, differences
from daylight.incidents.views.finding import our_zone, typed

MOST_LANGUAGES = 8


SLOTS = tuple(NAMES)


@dataclass(frozen=True)
class Before:
    """What is asked once between the button and the word that leaves."""

    act: str
    errors: list[Remark]
    mirror: calm.Mirror | None


@dataclass
class Writing:
    """One member at work on one update: what the composer shows."""

    incident: Incident
    request: MemberRequest
    now: datetime
    data: QueryDict | None = None
    conflict: list[Change] = field(default_factory=list)
    before: "Before | None" = None
    undo: list[tuple[str, str, str]] = field(default_factory=list)
    answer: Answer | None = None
    draft: Update | None = None
    composer: Composer = field(init=False)

    def __post_init__(self) -> None:
        mine = self.incident.updates.filter(written_by=self.request.member)
        self.draft = mine.drafts().first()
        self.told = self.incident.updates.published().with_news().last()
        self.composer = self._composer(self.data)

    def _composer(self, data: QueryDict | None) -> Composer:
        said = self.draft.statement() if self.draft else drafting.opening(self.incident, at=self.now, told=self.told)
        zone, languages = our_zone(), self._languages(set(said.texts))
        return Composer(incident=self.incident, zone=zone, languages=languages, data=data, said=said)

    def _languages(self, written: set[str]) -> list[str]:
        organisation = Organisation.get()
        ours = organisation.language
        told = set(self.told.texts.values_list("language", flat=True)) if self.told else set()
        posted = set(filter(A_LANGUAGE.fullmatch, self.data.getlist("language"))) if self.data else set()
        others = (written | told | posted | _spoken(self.incident) | set(organisation.languages)) - {ours}
        return [ours, *sorted(others)][:MOST_LANGUAGES]

    def _written(self) -> set[str]:
        """The languages in which the draft has words, or the fields begin with some."""
        if self.draft:
            return set(self.draft.texts.values_list("language", flat=True))
        return {words.language for words in self.composer.languages if words.initial.get("what")}

    @cached_property
    def statement(self) -> Statement:
        """What stands in the fields, as far as it can be read; nothing is written."""
        if self.data is not None:
            self.composer.is_valid()
            return self.composer.statement(at=self.now)
        return self.draft.statement() if self.draft else self.composer.said

    @cached_property
    def checked(self) -> Checked:
        """What the checker says of it."""
        return checking.read_statement(self.incident, self.statement, at=self.now)

    def check_again(self) -> None:
        """Something was decided: what is said of the draft has changed."""
        self.__dict__.pop("checked", None)

    def begin_anew(self, answers: Mapping[str, str]) -> None:
        """As if `answers` had been typed."""
        changed = self.data.copy() if self.data is not None else QueryDict(mutable=True)
        for name, answer in answers.items():
            changed[name] = answer
        self.data, self.composer = changed, self._composer(changed)
        self.__dict__.pop("statement", None)
        self.check_again()

    def slots(self) -> Iterator[Slot]:
        """The places beside the fields; before anything was typed nothing stands in them."""
        is_begun = self.draft is not None or self.data is not None
        for form in self.composer.languages:
            form.slots = {}
            for part in (*SLOTS, WHOLE):
                remarks = self.checked.at(form.language, part) if is_begun else []
                form.slots[part or "whole"] = Slot(
                    form.language, part, tuple(remarks), self._answer_at(form.language, part)
                )
            yield from form.slots.values()

    def _answer_at(self, language: str, part: str) -> Answer | None:
        """What is said of a button at this place; of a place that there is not, at the first one for everything."""
        if self.answer is None:
            return None
        languages = {form.language for form in self.composer.languages}
        named = (self.answer.language, self.answer.part)
        if named[0] not in languages or named[1] not in {*SLOTS, WHOLE}:
            named = (self.composer.languages[0].language, WHOLE)
        return self.answer if named == (language, part) else None

    def save(self) -> Update:
        """Write the draft; raises what `drafting.start` and `Update.write` raise. The form must be valid."""
        data = self.data or QueryDict()
        said = self.statement
        draft = drafting.start(self.incident, by=self.request.member, at=self.now)
        read = self.incident.updates.published().filter(pk=number(data.get("read")) or 0).first()
        revision = number(data.get("revision"))
        try:
            draft.write(
                said,
                by=self.request.member,
                at=self.now,
                revision=revision,
                window=typed(data, "window")[:32],
                read=read,
            )
        except DraftChanged:
            self.draft = draft
            self.conflict = differences(said, draft.statement())
            raise
        self.draft = draft
        return draft

    def context(self) -> dict[str, Any]:
        """What the template needs."""
        member, incident = self.request.member, self.incident
        found = list(problems(self.draft, at=self.now)) if self.draft else []
        ours, written = Organisation.get().languages, self._written()
        return {
            "composer": self.composer,
            "draft": self.draft,
            "told": self.told,
            "window": typed(self.data, "window") if self.data else secrets.token_hex(8),
            "changes": drafting.changes(self.draft) if self.draft else [],
            "problems": [problem for problem in found if not isinstance(problem, NeedsApproval)],
            "problem_names": {type(problem).__name__ for problem in found},
            "missing_languages": drafting.missing_languages(self.draft) if self.draft else [],
            "our_languages": ours,
            "written_languages": written,
            "untranslated": [name_of(code) for code in ours if code not in written],
            "conflict": self.conflict,
            "affected": RegisterVersion.objects.total(incident),
            "picks": picks(incident, self.now),
            "leaving": incident.updates.leaving().select_related("sent_off_by").first(),
            "others": incident.updates.drafts().exclude(written_by=member).select_related("written_by"),
            "answer": self.draft.approvals.select_related("member").last() if self.draft else None,
            "needs_a_yes": Organisation.get().two_person_rule,
            "checked": self.checked,
            "slots": list(self.slots()),
            "before": self.before,
            "undo": self.undo,
            "mirror": calm.mirror(incident, member, self.checked.remarks, at=self.now),
            "pause": calm.running(incident, member, at=self.now),
            "duty": duty.duty(incident, at=self.now),
            "kept_back": list(incident.withheld_facts.standing()),
            "may_write": member.may(Act.WRITE_UPDATE),
            "may_publish": member.may(Act.PUBLISH_UPDATE),
            "now": self.now,
            "zone": our_zone(),
        }


def picks(incident: Incident, now: datetime) -> list[tuple[str, str]]:
    """Times for the next word at one press."""
    zone = ZoneInfo(our_zone())
    tomorrow = (now.astimezone(zone) + timedelta(days=1)).replace(hour=9, minute=0)
    chosen = [
        ("by the rhythm", drafting.suggest_next_word(incident, at=now)),
        ("in 30 min", _round(now + timedelta(minutes=30))),
        ("in 1 h", _round(now + timedelta(hours=1))),
        ("in 2 h", _round(now + timedelta(hours=2))),
        ("tomorrow 9:00", tomorrow),
    ]
    return [(label, moment.astimezone(zone).strftime(FORMAT)) for label, moment in chosen]


def _round(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute - moment.minute % 5, second=0, microsecond=0)


def _spoken(incident: Incident) -> set[str]:
    version = incident.register_versions.last()
    return set(version.languages) if version else set()


def number(text: str | None) -> int | None:
    """The number that was sent, if it is one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 15 else None
