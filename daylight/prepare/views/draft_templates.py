"""Draft templates: the list, one to read, the editor with the checker beside the words, versions, deleting one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daylight.accounts import setting_up
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.accounts.versions import WrittenMeanwhile
from daylight.candour.languages import speaks
from daylight.core import clock
from daylight.incidents.words import Kind
from daylight.prepare.filling import Prepared
from daylight.prepare.forms.draft_templates import NameForm, PiecesForm, ReasonsForm, ScopeForm
from daylight.prepare.judging import BECAUSE, examples_for, judge
from daylight.prepare.library import Offer, offer_of, offers
from daylight.prepare.models import DraftTemplate, DraftTemplateVersion
from daylight.prepare.words import LABELS, Form, Moment

SCOPE = ("kind", "stage", "form", "language")


@require_GET
@members_only()
def list_(request: MemberRequest) -> HttpResponse:
    """Every template by kind of incident, and those that were deleted."""
    kinds: dict[str, list[Offer]] = {}
    for offer in sorted(offers(), key=lambda offer: Kind.values.index(offer.prepared.kind)):
        kinds.setdefault(offer.kind, []).append(offer)
    context = {
        "kinds": kinds,
        "deleted": DraftTemplate.objects.filter(retired_at__isnull=False),
        "may_change": request.member.may(Act.SET_UP),
    }
    return TemplateResponse(request, "prepare/list.html", context)


@require_http_methods(["GET", "POST"])
@members_only()
def template(request: MemberRequest, key: str) -> HttpResponse:
    """One of ours, or for those who may not change it: to read. One that members made: to write on."""
    offer = _offer(key)
    if offer.row is not None and offer.row.retired_at is None and request.member.may(Act.SET_UP):
        return _edited(request, offer.row)
    if request.method == "POST":
        raise Http404
    examples = examples_for(offer.prepared)
    context = {
        "offer": offer,
        "pieces": [(LABELS[name], words) for name, words in offer.prepared.pieces.items() if words],
        "headline": offer.prepared.filled(examples).get("headline", ""),
        "example": offer.prepared.text(examples),
        "may_change": request.member.may(Act.SET_UP),
    }
    return TemplateResponse(request, "prepare/template.html", context)


@require_http_methods(["GET", "POST"])
@members_only(Act.SET_UP)
def new(request: MemberRequest) -> HttpResponse:
    """Choose what it is for, or copy another; then write it. It exists once it is saved."""
    now, copied = clock.now(), offer_of(request.GET.get("copy", ""))
    if request.method == "POST":
        scope = ScopeForm(_named(request.POST))
        if not scope.is_valid():
            return TemplateResponse(request, "prepare/new.html", {"form": scope}, status=422)
        return _written(request, DraftTemplate(**scope.cleaned_data, made_at=now), now)
    if copied is not None:
        row = _row_like(copied, now)
        return _page(request, row, PiecesForm(row.form, initial=dict(copied.prepared.pieces)), copied.prepared, {})
    scope = ScopeForm(request.GET if "kind" in request.GET else None, initial={"language": Organisation.get().language})
    if not scope.is_valid():
        return TemplateResponse(request, "prepare/new.html", {"form": scope}, status=422 if scope.is_bound else 200)
    row = DraftTemplate(**scope.cleaned_data, made_at=now)
    return _page(request, row, PiecesForm(row.form), None, {})


@require_GET
@members_only()
def versions(request: MemberRequest, key: str) -> HttpResponse:
    """Every version with its words, who wrote it, and which findings were kept and why."""
    row = get_object_or_404(DraftTemplate, public_id=key)
    shown = row.versions.select_related("written_by").order_by("-number")
    context = {
        "template": row,
        "versions": [(one, [(LABELS[name], words) for name, words in one.pieces.items() if words]) for one in shown],
        "may_change": request.member.may(Act.SET_UP) and row.retired_at is None,
    }
    return TemplateResponse(request, "prepare/versions.html", context)


@require_POST
@members_only(Act.SET_UP)
def put_away(request: MemberRequest, key: str) -> HttpResponse:
    """Delete a template, or bring a deleted one back with all its versions."""
    row = get_object_or_404(DraftTemplate, public_id=key)
    acts = ("draft_template.delete", "draft_template.bring_back")
    answer = setting_up.put_away(request, row, subject=str(row), acts=acts, then="prepare:templates")
    said = "is deleted. It can be brought back below." if row.retired_at else "is in use again, with all its versions."
    messages.success(request, f"“{row}” {said}")
    return answer


def _edited(request: MemberRequest, row: DraftTemplate) -> HttpResponse:
    """The editor of one that exists; with `?from=3` the words of that version, to be saved again."""
    now, current = clock.now(), row.current
    if request.method == "POST":
        return _written(request, row, now)
    number = request.GET.get("from", "")
    older = row.versions.filter(number=int(number) if number.isdecimal() and len(number) < 9 else 0).first()
    shown = older or current
    prepared = _prepared(row, shown.pieces)
    return _page(request, row, PiecesForm(row.form, initial=shown.pieces), prepared, shown.kept, restored=older)


def _written(request: MemberRequest, row: DraftTemplate, now: datetime) -> HttpResponse:
    """Save what was typed, if every finding is mended or kept with a reason. Nothing typed is ever lost."""
    form, named, reasons = PiecesForm(row.form, request.POST), NameForm(request.POST), ReasonsForm(request.POST)
    wrong = {**named.errors, **reasons.errors}
    row.name = named.cleaned_data.get("name", request.POST.get("name")) or row.name
    kept = reasons.kept()
    prepared = _prepared(row, form.pieces()) if form.is_valid() else None
    if prepared is None or wrong:
        return _page(request, row, form, prepared, kept, wrong=wrong)
    found = judge(prepared, kept)
    if request.POST.get("act") == "look" or not all(one.because for one in found):
        return _page(request, row, form, prepared, kept, is_refused=request.POST.get("act") != "look")
    try:
        version = _saved(request, row, form.pieces(), {one.finding.rule: one.because for one in found}, now)
    except WrittenMeanwhile:
        return _page(request, row, form, prepared, kept, meanwhile=row.current)
    messages.success(request, f"Version {version.number} of “{row}” is saved.")
    return redirect("prepare:template", row.public_id)


@transaction.atomic
def _saved(
    request: MemberRequest, row: DraftTemplate, pieces: dict[str, str], kept: dict[str, str], now: datetime
) -> DraftTemplateVersion:
    row.save()
    based_on, restored = _number(request, "based_on"), _number(request, "restored")
    return row.write(pieces, kept, based_on=based_on, by=request.member, at=now, restored=restored or None)


def _page(
    request: MemberRequest,
    row: DraftTemplate,
    form: PiecesForm,
    prepared: Prepared | None,
    kept: dict[str, str],
    *,
    restored: DraftTemplateVersion | None = None,
    meanwhile: DraftTemplateVersion | None = None,
    is_refused: bool = False,
    wrong: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The editor, with what the checker finds beside each piece."""
    found, wrong = judge(prepared, kept) if prepared else [], wrong or {}
    seen = {one.finding.rule for one in found}
    current = row.current if row.pk else None
    context: dict[str, Any] = {
        "template": row,
        "kind": Kind(row.kind).label,
        "moment": Moment(row.stage).label,
        "form_name": Form(row.form).label,
        "scope": [(name, getattr(row, name)) for name in SCOPE],
        "form": form,
        "fields": [
            (field, [(one, wrong.get(one.field, ())) for one in found if one.piece == field.name]) for field in form
        ],
        "unseen": [
            (f"{BECAUSE}{rule}", words)
            for rule, words in kept.items()
            if words and rule not in seen and f"{BECAUSE}{rule}" not in wrong
        ],
        "wrong_name": wrong.get("name", ()),
        "found": found,
        "open": [one for one in found if not one.because],
        "prepared": prepared,
        "is_read": speaks(row.language),
        "example": prepared.text(examples_for(prepared)) if prepared else "",
        "current": current,
        "based_on": current.number if current else 0,
        "restored": restored.number if restored else _number(request, "restored"),
        "meanwhile": meanwhile,
        "is_refused": is_refused,
    }
    status = 422 if is_refused or meanwhile or form.errors or wrong else 200
    return TemplateResponse(request, "prepare/editor.html", context, status=status)


def _named(posted: QueryDict) -> dict[str, str]:
    """What was posted; a template without a name, or with a wrong one, is called by what it is for."""
    named = NameForm(posted)
    data = {name: str(posted.get(name, "")) for name in SCOPE} | {
        "name": named.cleaned_data["name"] if named.is_valid() else ""
    }
    if not data["name"].strip() and data["kind"] in Kind.values and data["stage"] in Moment.values:
        data["name"] = f"{Kind(data['kind']).label}, {Moment(data['stage']).label.lower()}"
    return data


def _row_like(offer: Offer, now: datetime) -> DraftTemplate:
    """A new template that begins as a copy of another."""
    like = offer.prepared
    name = f"{offer.name}, ours"[:120]
    return DraftTemplate(
        name=name, kind=like.kind, stage=like.stage, form=like.form, language=like.language, made_at=now
    )


def _prepared(row: DraftTemplate, pieces: dict[str, str]) -> Prepared:
    return Prepared(row.kind, row.stage, row.form, row.language, pieces)


def _offer(key: str) -> Offer:
    offer = offer_of(key)
    if offer is None:
        raise Http404
    return offer


def _number(request: MemberRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
