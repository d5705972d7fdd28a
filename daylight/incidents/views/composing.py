"""The composer: writing, saving by itself, sending off, taking back, yes and no."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents import checking, drafting, promises, sending_off
from daylight.incidents.failures import IncidentFailure, KeepsInTheDark, NotReady
from daylight.incidents.models import Incident, RegisterVersion, Update
from daylight.incidents.models.readiness import problems
from daylight.incidents.views import deciding
from daylight.incidents.views.finding import is_partial, panel, refuse, say, the_incident, to_room, typed
from daylight.incidents.views.writing import Writing, number


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
    deciding.fill(writing)
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
        "checked": checking.read_statement(incident, update.statement(), at=now),
        "answers": update.approvals.select_related("member"),
        "may_answer": is_other and member.may(Act.APPROVE_UPDATE),
        "may_publish": member.may(Act.PUBLISH_UPDATE),
        "affected": RegisterVersion.objects.total(incident),
    }
    return TemplateResponse(request, "incidents/draft.html", context)


def _answered(request: MemberRequest, incident: Incident, update: Update) -> HttpResponse:
    act, words = request.POST.get("act"), typed(request.POST, "words")[:400]
    member, now, read = request.member, clock.now(), number(request.POST.get("revision")) or 0
    try:
        if act == "yes":
            update.approve(by=member, at=now, words=words, revision=read)
        elif act == "no":
            update.refuse(by=member, at=now, words=words)
        elif act == "send" and member.may(Act.PUBLISH_UPDATE):
            sending_off.send_off(update, because=typed(request.POST, "because"), by=member, at=now, revision=read)
            return to_room(incident)
        elif act == "drop" and (member == update.written_by or member.may(Act.LEAD_INCIDENT)):
            update.drop(by=member, at=now)
            return to_room(incident)
    except KeepsInTheDark:
        refuse(request, "Say why it goes as it is, in the field above the button; it is kept for us alone.")
    except IncidentFailure as problem:
        refuse(request, problem)
    return redirect("incidents:draft", incident.public_id, update.pk)


def _tried(writing: Writing, act: str) -> bool:
    """Do what was pressed; False when it has to be asked for once more, or mended first."""
    try:
        draft = writing.save()
        deciding.decide(writing, draft)
        if writing.answer is not None:
            return False
        if act == "pause":
            deciding.pause(writing)
        elif act == "go-on":
            deciding.go_on(writing)
        elif act in {"send", "ask"}:
            return deciding.let_go(writing, act, draft)
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
