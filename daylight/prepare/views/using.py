"""From the composer: pick a draft template, give it its facts, put it into the draft, and take it out again."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents.failures import IncidentFailure
from daylight.incidents.models import Incident, Update
from daylight.incidents.statement import LABELS, Statement, Words
from daylight.prepare.forms.draft_templates import FactsForm, initial_of
from daylight.prepare.judging import examples_for
from daylight.prepare.library import Offer, offer_of, offers
from daylight.prepare.using import filled_elsewhere, known_facts, put_into_draft, too_long, words_of

FILLS_DRAFTS = frozenset({"long", "letter"})
KEPT = "prepare-before"
"""Where the session keeps what a draft said before."""


@require_GET
@members_only(Act.WRITE_UPDATE)
def pick(request: MemberRequest, incident: str) -> HttpResponse:
    """The templates for this kind of incident, the likeliest moment first."""
    row = _incident(request, incident)
    fitting = [offer for offer in offers(kinds=[row.kind]) if offer.prepared.form in FILLS_DRAFTS]
    likely = "update" if row.updates.published().exists() else "acknowledge"
    context = {
        "incident": row,
        "offers": sorted(fitting, key=lambda offer: offer.prepared.stage != likely),
        "likely": likely,
        "before": _before(request, row),
    }
    return TemplateResponse(request, "prepare/pick.html", context)


@require_http_methods(["GET", "POST"])
@members_only(Act.WRITE_UPDATE)
def use(request: MemberRequest, incident: str, key: str) -> HttpResponse:
    """Give the facts, see what becomes of them, put it into the draft."""
    row, offer, now = _incident(request, incident), offer_of(key), clock.now()
    if offer is None or offer.prepared.form not in FILLS_DRAFTS:
        raise Http404
    prepared = offer.prepared
    data = request.POST if request.method == "POST" else None
    initial = initial_of(prepared, known_facts(row, prepared, at=now))
    form = FactsForm(prepared, examples_for(prepared), data, initial=initial)
    if data is not None and form.is_valid() and data.get("act") == "use":
        try:
            return _used(request, row, offer, form.facts(), now)
        except IncidentFailure as problem:
            form.add_error(None, str(problem))
    context = _shown(request, row, offer, form, now)
    partial = request.headers.get("HX-Request") == "true"
    page = "prepare/filled.html" if partial else "prepare/use.html"
    return TemplateResponse(request, page, context, status=422 if form.errors and not partial else 200)


@require_POST
@members_only(Act.WRITE_UPDATE)
def put_back(request: MemberRequest, incident: str) -> HttpResponse:
    """The draft says again what it said before a template was put into it."""
    row = _incident(request, incident)
    kept = _before(request, row)
    draft = row.updates.drafts().filter(written_by=request.member, pk=kept["draft"]).first() if kept else None
    if kept is None or draft is None:
        messages.error(request, "There is nothing to put back: the draft has gone, or no template was put into it.")
        return redirect("prepare:pick", incident)
    try:
        draft.write(_restored(draft, kept), by=request.member, at=clock.now())
    except IncidentFailure as problem:
        messages.error(request, str(problem))
        return redirect("prepare:pick", incident)
    del request.session[KEPT]
    messages.success(request, "Your draft says again what it said before.")
    return redirect("desk:incident", incident)


def _used(request: MemberRequest, row: Incident, offer: Offer, facts: dict[str, str], now: datetime) -> HttpResponse:
    name = request.member.name
    with transaction.atomic():
        draft, before = put_into_draft(row, offer.prepared, facts, by=request.member, at=now)
        audit.record(at=now, actor=name, act="draft_template.use", subject=row.public_id, template=offer.key)
    texts = {language: asdict(words) for language, words in before.texts.items()}
    request.session[KEPT] = {
        "incident": row.public_id,
        "draft": draft.pk,
        "name": offer.name,
        "stage": before.stage,
        "why_known": before.why_known,
        "texts": texts,
    }
    messages.success(request, f"“{offer.name}” is in your draft. What it said before is kept under Templates.")
    return redirect("desk:incident", row.public_id)


def _shown(request: MemberRequest, row: Incident, offer: Offer, form: FactsForm, now: datetime) -> dict[str, Any]:
    facts = form.facts()
    known = known_facts(row, offer.prepared, at=now)
    facts |= {"next word": known.get("next word", "")} if "next word" not in facts else {}
    words, tells_why = words_of(offer.prepared, facts)
    wrong = too_long(words)
    filled = {name: said for name, said in asdict(words).items() if said}
    if not tells_why and offer.prepared.pieces.get("why"):
        filled["why"] = "Not known yet."
    others = filled_elsewhere(offer.prepared, facts)
    return {
        "incident": row,
        "offer": offer,
        "form": form,
        "filled": [(LABELS[name], filled[name], wrong.get(name, "")) for name in asdict(words) if name in filled],
        "short": others.get("short", ""),
        "spoken": others.get("spoken", ""),
        "draft": row.updates.drafts().filter(written_by=request.member).first(),
    }


def _before(request: MemberRequest, row: Incident) -> dict[str, Any] | None:
    kept = request.session.get(KEPT)
    return kept if isinstance(kept, dict) and kept.get("incident") == row.public_id else None


def _restored(draft: Update, kept: dict[str, Any]) -> Statement:
    texts = {language: Words(**words) for language, words in kept["texts"].items()}
    return replace(draft.statement(), stage=kept["stage"], why_known=kept["why_known"], texts=texts)


def _incident(request: MemberRequest, public_id: str) -> Incident:
    return get_object_or_404(Incident.objects.for_member(request.member), public_id=public_id)
