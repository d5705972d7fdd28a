"""One signal: what it is, why it fired, and what a member makes of it."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents.forms.declare import DeclareForm
from daylight.incidents.models import Incident
from daylight.watch import opening, proposing, raising, teaching, timing, tone
from daylight.watch.belonging import messages_of
from daylight.watch.detection.stages import warn_at
from daylight.watch.models import Signal
from daylight.watch.opening import AlreadyJudged
from daylight.watch.plotting import plot
from daylight.watch.proposing import Proposal
from daylight.watch.series import is_young, known_since
from daylight.watch.views.finding import may, our_zone, refuse, say, the_signal
from daylight.watch.words import EvidenceKind, Outcome

TYPICAL = 5
TITLE = 160


@require_GET
@members_only(Act.READ)
def signal(request: MemberRequest, public_id: str) -> HttpResponse:
    """The signal, with everything that speaks for it."""
    row = the_signal(request, public_id)
    return _page(request, row, None, None)


@require_POST
@members_only(Act.OPEN_INCIDENT)
def open_(request: MemberRequest, public_id: str) -> HttpResponse:
    """Open an incident from it, or put it to one that is open."""
    row, now = the_signal(request, public_id), clock.now()
    try:
        if request.POST.get("incident"):
            incident = Incident.objects.for_member(request.member).open().get(public_id=request.POST["incident"])
            opening.add_to(row, incident, by=request.member, at=now)
            return redirect("desk:incident", incident.public_id)
        proposal = proposing.propose(row)
        form = _form(request, row, proposal)
        if not form.is_valid():
            return _page(request, row, form, proposal)
        chosen = set(request.POST.getlist("rule")) & {one.name for one in proposal.suggestions}
        incident = opening.open_incident(
            row, facts=form.facts(), proposal=proposal, chosen=chosen, by=request.member, at=now
        )
    except AlreadyJudged as problem:
        return refuse(request, str(problem), where="watch:signal", args=(row.public_id,))
    except Incident.DoesNotExist:
        return refuse(request, "That incident has ended.", where="watch:signal", args=(row.public_id,))
    return redirect("desk:incident", incident.public_id)


@require_POST
@members_only(Act.OPEN_INCIDENT)
def judge(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say that it is known, or not an issue; or take that back."""
    row, now, act = the_signal(request, public_id), clock.now(), request.POST.get("act", "")
    here = {"where": "watch:signal", "args": (row.public_id,)}
    if act == "undo":
        teaching.undo(row, by=request.member, at=now)
        return say(request, "Taken back: this time counts again.", **here)  # type: ignore[arg-type]
    if act not in teaching.TAUGHT:
        return refuse(request, "Say whether it is known or not an issue.", **here)  # type: ignore[arg-type]
    try:
        teaching.judge(row, outcome=act, reason=request.POST.get("reason", ""), by=request.member, at=now)
    except AlreadyJudged as problem:
        return refuse(request, str(problem), **here)  # type: ignore[arg-type]
    return say(request, "Noted. What is usual is reckoned without this time.", **here)  # type: ignore[arg-type]


def _page(request: MemberRequest, row: Signal, form: DeclareForm | None, proposal: Proposal | None) -> TemplateResponse:
    now, evidence = clock.now(), row.evidence.order_by("-weight", "pk")
    may_open = request.member.may(Act.OPEN_INCIDENT) and row.is_open
    if may_open and form is None:
        proposal = proposing.propose(row)
        form = _form(request, row, proposal, bound=False)
    until = min(now, row.ended_at or row.last_seen_at)
    said = messages_of(row.topic, since=row.since, until=row.ended_at) if row.topic else None
    context = {
        "signal": row,
        "topic": row.topic,
        "plot": plot(row.topic, until=until, since=row.since) if row.topic else None,
        "typical": evidence.filter(kind=EvidenceKind.MESSAGE).select_related("message__conversation")[:TYPICAL],
        "terms": evidence.filter(kind=EvidenceKind.TERM),
        "doubling": timedelta(seconds=row.doubling) if row.doubling else None,
        "places": evidence.filter(kind=EvidenceKind.PLACE),
        "beside": evidence.filter(kind__in=(EvidenceKind.ALERT, EvidenceKind.SUPPLIER)),
        "messages_number": said.count() if said is not None else 0,
        "tone": tone.of(row.topic, since=row.since, until=until) if row.topic else None,
        "spread": timing.mentions(said, now=until) if said is not None else None,
        "known_since": known_since(),
        "is_young": is_young(row.opened_at),
        "warns_at": warn_at(raising.watched(now)) if row.topic else None,
        "pace": timing.of_signal(row),
        "parts": row.parts.select_related("topic"),
        "incidents": Incident.objects.for_member(request.member).open() if may_open else [],
        "form": form,
        "proposal": proposal,
        "chosen": request.POST.getlist("rule"),
        "may_undo": row.outcome in {Outcome.KNOWN, Outcome.NO_ISSUE},
        "zone": our_zone(),
        **may(request),
    }
    return TemplateResponse(request, "watch/signal.html", context, status=422 if form and form.is_bound else 200)


def _form(request: MemberRequest, row: Signal, proposal: Proposal, *, bound: bool = True) -> DeclareForm:
    """The form of a new incident, filled in with what the signal knows."""
    initial = {
        "title": _title(row),
        "kind": proposal.kind,
        "severity": proposal.severity,
        "occurred_at": row.since,
    }
    given = request.POST if bound else None
    form = DeclareForm(given, zone=str(our_zone()), now=clock.now(), by=request.member, initial=initial)
    form.fields["title"].widget.attrs.pop("autofocus", None)  # The page is read before it is acted on.
    return form


def _title(row: Signal) -> str:
    return row.headline[:1].upper() + row.headline[1:TITLE]
