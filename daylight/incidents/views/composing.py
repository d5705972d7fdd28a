"""The composer: writing, saving by itself, sending off, taking back, yes and no."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents import drafting, promises
from daylight.incidents.failures import DraftChanged, IncidentFailure, NeedsApproval, NotReady
from daylight.incidents.forms.composer import A_LANGUAGE, Composer
from daylight.incidents.forms.fields import FORMAT
from daylight.incidents.models import Incident, RegisterVersion, Update
from daylight.incidents.models.readiness import problems
from daylight.incidents.said import name_of
from daylight.incidents.statement import Change, differences
from daylight.incidents.views.finding import is_partial, our_zone, panel, refuse, say, the_incident, to_room

MOST_LANGUAGES = 8


@dataclass
class Writing:
    """One member at work on one update: what the composer shows."""

    incident: Incident
    request: MemberRequest
    now: datetime
    data: QueryDict | None = None
    conflict: list[Change] = field(default_factory=list)
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

    def save(self) -> Update:
        """Write the draft; raises what `drafting.start` and `Update.write` raise. The form must be valid."""
        data = self.data or QueryDict()
        said = self.composer.statement(at=self.now)
        draft = drafting.start(self.incident, by=self.request.member, at=self.now)
        read = self.incident.updates.published().filter(pk=_number(data.get("read")) or 0).first()
        revision = _number(data.get("revision"))
        try:
            draft.write(
                said,
                by=self.request.member,
                at=self.now,
                revision=revision,
                window=data.get("window", "")[:32],
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
            "window": self.data.get("window", "") if self.data else secrets.token_hex(8),
            "changes": drafting.changes(self.draft) if self.draft else [],
            "problems": [problem for problem in found if not isinstance(problem, NeedsApproval)],
            "problem_names": {type(problem).__name__ for problem in found},
            "missing_languages": drafting.missing_languages(self.draft) if self.draft else [],
            "our_languages": ours,
            "written_languages": written,
            "untranslated": [name_of(code) for code in ours if code not in written],
            "conflict": self.conflict,
            "affected": RegisterVersion.objects.total(incident),
            "picks": _picks(incident, self.now),
            "leaving": incident.updates.leaving().select_related("sent_off_by").first(),
            "others": incident.updates.drafts().exclude(written_by=member).select_related("written_by"),
            "answer": self.draft.approvals.select_related("member").last() if self.draft else None,
            "needs_a_yes": Organisation.get().two_person_rule,
            "may_write": member.may(Act.WRITE_UPDATE),
            "may_publish": member.may(Act.PUBLISH_UPDATE),
            "now": self.now,
            "zone": our_zone(),
        }


@require_GET
@members_only(Act.READ)
def panel_composer(request: MemberRequest, public_id: str) -> HttpResponse:
    """The composer, filled with what was said last or with the member's own draft. Reading it changes nothing."""
    incident = the_incident(request, public_id)
    writing = Writing(incident, request, clock.now())
    return panel(request, "incidents/panels/composer.html", incident, writing.context())


@require_POST
@members_only(Act.WRITE_UPDATE)
def compose(request: MemberRequest, public_id: str) -> HttpResponse:
    """Save what was typed, and send it off or ask for a yes if that was pressed. Nothing typed is ever lost."""
    incident, now = the_incident(request, public_id), clock.now()
    act = request.POST.get("act", "save")
    writing = Writing(incident, request, now, _with_pick(request.POST))
    done = writing.composer.is_valid() and _tried(writing, act)
    if done and act in {"send", "ask"}:
        return _sent(request, incident, act)
    if done and act == "by-itself":
        return TemplateResponse(request, "incidents/panels/composer_said.html", _said(incident, writing))
    if done:
        writing.composer = writing._composer(None)
    return panel(request, "incidents/panels/composer.html", incident, writing.context(), status=200 if done else 422)


@require_POST
@members_only(Act.PUBLISH_UPDATE)
def take_back(request: MemberRequest, public_id: str) -> HttpResponse:
    """Stop the update that is just leaving."""
    incident = the_incident(request, public_id)
    leaving = incident.updates.leaving().first()
    try:
        if leaving is None:
            refuse(request, "Nothing is leaving just now. If something wrong was sent, write a correction.")
        else:
            leaving.take_back(by=request.member, at=clock.now())
            say(request, "Taken back: nothing was sent, and every word is still in the draft.")
    except IncidentFailure as problem:
        refuse(request, problem)
    return to_room(incident)


@require_POST
@members_only(Act.PUBLISH_UPDATE)
def holding(request: MemberRequest, public_id: str) -> HttpResponse:
    """Send a holding update now, by a member's hand."""
    incident = the_incident(request, public_id)
    promise = incident.open_promise
    if promise is None or not promises.can_hold(incident):
        refuse(request, "There is nothing to hold: nobody has been told anything yet, or an update is just leaving.")
    else:
        try:
            promises.hold(promise, at=clock.now(), by=request.member)
            say(request, "Customers are told that there is nothing new yet, and when we speak next.")
        except IncidentFailure as problem:
            refuse(request, problem)
    return to_room(incident)


@members_only(Act.READ)
def draft(request: MemberRequest, public_id: str, number: int) -> HttpResponse:
    """Somebody's draft to read, with yes and no for those who may say them."""
    incident = the_incident(request, public_id)
    update = get_object_or_404(incident.updates.drafts(), pk=number)
    if request.method == "POST":
        return _answered(request, incident, update)
    member, now = request.member, clock.now()
    is_other = update.written_by_id != member.pk and not update.hands.filter(pk=member.pk).exists()
    context = {
        "incident": incident,
        "update": update,
        "changes": drafting.changes(update),
        "problems": list(problems(update, at=now)),
        "answers": update.approvals.select_related("member"),
        "may_answer": is_other and member.may(Act.APPROVE_UPDATE),
        "may_publish": member.may(Act.PUBLISH_UPDATE),
        "affected": RegisterVersion.objects.total(incident),
    }
    return TemplateResponse(request, "incidents/draft.html", context)


def _answered(request: MemberRequest, incident: Incident, update: Update) -> HttpResponse:
    act, words = request.POST.get("act"), request.POST.get("words", "")[:400]
    member, now, read = request.member, clock.now(), _number(request.POST.get("revision")) or 0
    try:
        if act == "yes":
            update.approve(by=member, at=now, words=words, revision=read)
        elif act == "no":
            update.refuse(by=member, at=now, words=words)
        elif act == "send" and member.may(Act.PUBLISH_UPDATE):
            update.send_off(by=member, at=now, revision=read)
            return to_room(incident)
        elif act == "drop" and (member == update.written_by or member.may(Act.LEAD_INCIDENT)):
            update.drop(by=member, at=now)
            return to_room(incident)
    except IncidentFailure as problem:
        refuse(request, problem)
    return redirect("incidents:draft", incident.public_id, update.pk)


def _tried(writing: Writing, act: str) -> bool:
    member = writing.request.member
    try:
        draft = writing.save()
        if act == "ask":
            draft.ask_approval(by=member, at=writing.now)
        elif act == "send" and member.may(Act.PUBLISH_UPDATE):
            draft.send_off(by=member, at=writing.now)
    except NotReady as problem:
        for each in [problem, *problems(writing.draft or draft, at=writing.now)]:
            if each is problem or str(each) != str(problem):
                writing.composer.put_errors(str(each), each.parts)
        return False
    except IncidentFailure as problem:
        writing.composer.facts.add_error(None, str(problem))
        return False
    return True


def _sent(request: MemberRequest, incident: Incident, act: str) -> HttpResponse:
    if act == "ask":
        say(request, "Your draft waits for a yes of another member.")
    if not is_partial(request):
        return to_room(incident)
    answer = panel_composer_again(request, incident)
    answer["HX-Trigger"] = "daylight:changed"
    return answer


def panel_composer_again(request: MemberRequest, incident: Incident) -> HttpResponse:
    """The composer anew, after something was sent off from it."""
    writing = Writing(incident, request, clock.now())
    return panel(request, "incidents/panels/composer.html", incident, writing.context())


def _said(incident: Incident, writing: Writing) -> dict[str, Any]:
    return {**writing.context(), "incident": incident, "by_itself": True}


def _with_pick(data: QueryDict) -> QueryDict:
    if "pick" not in data:
        return data
    changed = data.copy()
    changed["next_update_by"] = str(data["pick"])
    return changed


def _picks(incident: Incident, now: datetime) -> list[tuple[str, str]]:
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


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 15 else None
