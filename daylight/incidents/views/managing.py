"""What the lead does: who leads, severity, rhythm, visibility, reopening; notes and facts kept back by writers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents import declaring, promises
from daylight.incidents.failures import IncidentFailure
from daylight.incidents.forms.managing import (
    AssignForm,
    FactForm,
    NoteForm,
    ReasonForm,
    ReviewForm,
    RhythmForm,
    SeverityForm,
)
from daylight.incidents.models import Incident
from daylight.incidents.views.finding import our_zone, refuse, say, the_incident, to_room
from daylight.incidents.views.panels import clock_facts

KEEP_BACK_FOR = timedelta(hours=4)


def _forms(incident: Incident, request: MemberRequest, act: str = "") -> dict[str, Form]:
    data = {act: request.POST} if act else {}
    lead = incident.lead
    return {
        "assign": AssignForm(
            data.get("assign"), initial={"member": lead.pk if lead else request.member.pk}, prefix="a"
        ),
        "severity": SeverityForm(data.get("severity"), initial={"severity": incident.severity}, prefix="s"),
        "rhythm": RhythmForm(
            data.get("rhythm"), initial={"minutes": int(incident.cadence.between.total_seconds() // 60)}, prefix="r"
        ),
        "reopen": ReasonForm(data.get("reopen"), prefix="o"),
        "end": ReasonForm(data.get("end"), prefix="e"),
    }


@members_only(Act.LEAD_INCIDENT)
def manage(request: MemberRequest, public_id: str) -> HttpResponse:
    """Everything that only a lead may set on an incident."""
    incident = the_incident(request, public_id)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    forms = _forms(incident, request, act)
    if act and (act not in forms or forms[act].is_valid()):
        try:
            ACTS.get(act, _nothing)(incident, request, forms[act].cleaned_data if act in forms else {})
            return to_room(incident)
        except IncidentFailure as problem:
            if act in forms:
                forms[act].add_error(None, str(problem))
            else:
                refuse(request, problem)
    context = {**clock_facts(incident, request), "incident": incident, "forms": forms}
    return TemplateResponse(request, "incidents/manage.html", context, status=422 if act else 200)


def _assign(incident: Incident, request: MemberRequest, said: dict[str, Any]) -> None:
    incident.assign(role=said["role"], member=said["member"], by=request.member, at=clock.now())


def _take_the_lead(incident: Incident, request: MemberRequest, _: dict[str, Any]) -> None:
    incident.assign(role="lead", member=request.member, by=request.member, at=clock.now())


def _severity(incident: Incident, request: MemberRequest, said: dict[str, Any]) -> None:
    incident.judge(severity=said["severity"], reason=said["reason"], by=request.member, at=clock.now())


def _rhythm(incident: Incident, request: MemberRequest, said: dict[str, Any]) -> None:
    promises.quicken(incident, minutes=said["minutes"], by=request.member, at=clock.now())


def _allow_holding(incident: Incident, request: MemberRequest, _: dict[str, Any]) -> None:
    promises.allow_holding(incident, allowed=True, by=request.member, at=clock.now())


def _forbid_holding(incident: Incident, request: MemberRequest, _: dict[str, Any]) -> None:
    promises.allow_holding(incident, allowed=False, by=request.member, at=clock.now())


def _make_public(incident: Incident, request: MemberRequest, _: dict[str, Any]) -> None:
    incident.make_public(by=request.member, at=clock.now())


def _confirm(incident: Incident, request: MemberRequest, _: dict[str, Any]) -> None:
    declaring.confirm(incident, by=request.member, at=clock.now())


def _reopen(incident: Incident, request: MemberRequest, said: dict[str, Any]) -> None:
    incident.reopen(by=request.member, at=clock.now(), reason=said["reason"])


def _end(incident: Incident, request: MemberRequest, said: dict[str, Any]) -> None:
    declaring.end_untold(incident, by=request.member, at=clock.now(), because=said["reason"])


def _nothing(incident: Incident, request: MemberRequest, _: dict[str, Any]) -> None:
    raise IncidentFailure("That is not something that can be done here.")


ACTS: dict[str, Callable[[Incident, MemberRequest, dict[str, Any]], None]] = {
    "assign": _assign,
    "take-the-lead": _take_the_lead,
    "severity": _severity,
    "rhythm": _rhythm,
    "allow-holding": _allow_holding,
    "forbid-holding": _forbid_holding,
    "make-public": _make_public,
    "confirm": _confirm,
    "reopen": _reopen,
    "end": _end,
}


@members_only(Act.WRITE_UPDATE)
def note(request: MemberRequest, public_id: str) -> HttpResponse:
    """Write a note on the timeline."""
    incident = the_incident(request, public_id)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        declaring.write_note(incident, text=form.cleaned_data["text"], by=request.member, at=clock.now())
        return to_room(incident)
    context = {"incident": incident, "form": form, "heading": "Write a note", "verb": "Write the note"}
    return TemplateResponse(request, "incidents/form.html", context, status=422 if form.is_bound else 200)


@members_only(Act.WRITE_UPDATE)
def keep_back(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put on record that a fact is not told yet."""
    incident, now = the_incident(request, public_id), clock.now()
    initial = {"owner": request.member.pk, "review_at": now + KEEP_BACK_FOR}
    form = FactForm(request.POST if request.method == "POST" else None, zone=our_zone(), now=now, initial=initial)
    if form.is_bound and form.is_valid():
        declaring.keep_back(incident, by=request.member, at=now, **form.cleaned_data)
        return redirect("incidents:panel-facts", public_id)
    context = {"incident": incident, "form": form, "heading": "Keep a fact back", "verb": "Put it on record"}
    return TemplateResponse(request, "incidents/form.html", context, status=422 if form.is_bound else 200)


@require_POST
@members_only(Act.WRITE_UPDATE)
def release_fact(request: MemberRequest, public_id: str, number: int) -> HttpResponse:
    """A fact need not be kept back any longer."""
    incident = the_incident(request, public_id)
    fact = get_object_or_404(incident.withheld_facts, pk=number, released_at__isnull=True)
    fact.release(by=request.member, at=clock.now())
    say(request, "No longer kept back.")
    return redirect("incidents:panel-facts", public_id)


@members_only(Act.WRITE_UPDATE)
def look_again(request: MemberRequest, public_id: str, number: int) -> HttpResponse:
    """Keep a fact back longer, saying why."""
    incident, now = the_incident(request, public_id), clock.now()
    fact = get_object_or_404(incident.withheld_facts, pk=number, released_at__isnull=True)
    initial = {"review_at": now + KEEP_BACK_FOR}
    form = ReviewForm(request.POST if request.method == "POST" else None, zone=our_zone(), now=now, initial=initial)
    if form.is_bound and form.is_valid():
        fact.look_again(by=request.member, at=now, **form.cleaned_data)
        return redirect("incidents:panel-facts", public_id)
    context = {"incident": incident, "form": form, "heading": "Keep a fact back longer", "verb": "Put it on record"}
    return TemplateResponse(request, "incidents/form.html", context, status=422 if form.is_bound else 200)
