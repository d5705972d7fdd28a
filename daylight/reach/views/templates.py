"""Message templates: the list, the editor with its preview, versions, and the end of one."""

import hashlib
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.accounts.versions import WrittenMeanwhile
from daylight.core import clock
from daylight.reach.connecting import Trial
from daylight.reach.forms.templates import PiecesForm, ScopeForm, name_of, worded_channels
from daylight.reach.framing import framed, html_part
from daylight.reach.models import MessageTemplate, TemplateVersion, UsedTemplate
from daylight.reach.templating import starting, trying
from daylight.reach.templating.checking import Finding, check
from daylight.reach.templating.examples import Scope, examples
from daylight.reach.templating.variables import FILTERS, TAGS, groups

KEPT_FOR = 3600
USED_BY_SHOWN = 50


@members_only(Act.SET_UP)
@require_GET
def templates(request: MemberRequest) -> HttpResponse:
    """Every template, those in use first; and where our own words stand."""
    rows = MessageTemplate.objects.annotate(
        newest=Max("versions__number"), updates=Count("versions__used_by__update", distinct=True)
    ).order_by("channel", "language", "stage", "incident_kind")
    named = [(row, name_of(_scope(row))) for row in rows if row.channel in worded_channels()]
    context = {
        "in_use": [(row, name) for row, name in named if row.deleted_at is None],
        "deleted": [(row, name) for row, name in named if row.deleted_at is not None],
        "may_set_up": True,
    }
    return TemplateResponse(request, "reach/templates/list.html", context)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def new(request: MemberRequest) -> HttpResponse:
    """Choose where a template applies; then write it. It exists once it is saved."""
    data = request.POST if request.method == "POST" else request.GET
    form = ScopeForm(data or None, initial={"language": Organisation.get().language})
    if not form.is_valid():
        context = {"form": form}
        return TemplateResponse(request, "reach/templates/new.html", context, status=422 if data else 200)
    scope = form.scope()
    standing = _standing(scope)
    if standing is not None and request.method == "GET":
        messages.info(request, "There is one for this already: here it is.")
        return redirect("reach:template", standing.pk)
    return _editor(request, scope, template=standing)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def template(request: MemberRequest, pk: int) -> HttpResponse:
    """Write the next version."""
    row = get_object_or_404(MessageTemplate.objects.in_use(), pk=pk, channel__in=worded_channels())
    return _editor(request, _scope(row), template=row)


@members_only(Act.SET_UP)
@require_GET
def versions(request: MemberRequest, pk: int) -> HttpResponse:
    """Every version with its words, who wrote it, and the updates that went out with it."""
    row = get_object_or_404(MessageTemplate, pk=pk, channel__in=worded_channels())
    labels = {piece.name: piece.label for piece in worded_channels()[row.channel].pieces}
    shown = row.versions.select_related("written_by").annotate(updates=Count("used_by")).order_by("-number")
    used = UsedTemplate.objects.filter(version__template=row).select_related("update__incident", "version")
    context = {
        "template": row,
        "name": name_of(_scope(row)),
        "versions": [
            (version, [(labels.get(name, name), words) for name, words in version.pieces.items() if words])
            for version in shown
        ],
        "used_by": used.order_by("-used_at")[:USED_BY_SHOWN],
    }
    return TemplateResponse(request, "reach/templates/versions.html", context)


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Asks once; from then on our own words are used."""
    row = get_object_or_404(MessageTemplate.objects.in_use(), pk=pk)
    if request.method == "POST":
        row.delete_softly(by=request.member, at=clock.now())
        messages.success(request, "The template is deleted. It can be brought back below.")
        return redirect("reach:templates")
    updates = UsedTemplate.objects.filter(version__template=row).count()
    context = {"template": row, "name": name_of(_scope(row)), "updates": updates}
    return TemplateResponse(request, "reach/templates/delete.html", context)


@members_only(Act.SET_UP)
@require_POST
def bring_back(request: MemberRequest, pk: int) -> HttpResponse:
    """Use a deleted template again."""
    row = get_object_or_404(MessageTemplate, pk=pk, deleted_at__isnull=False)
    if row.bring_back(by=request.member, at=clock.now()):
        messages.success(request, "The template is in use again.")
    else:
        messages.error(request, "Another template stands in its place by now. Delete that one first.")
    return redirect("reach:templates")


@members_only(Act.SET_UP)
@require_POST
def preview(request: MemberRequest) -> HttpResponse:
    """What is typed, checked and as an example customer would get it."""
    form = ScopeForm(request.POST)
    if not form.is_valid():
        raise Http404
    scope = form.scope()
    pieces = PiecesForm(worded_channels()[scope.channel], request.POST).pieces()
    context = _shown(request, scope, pieces, at=clock.now())
    return TemplateResponse(request, "reach/templates/preview.html", context)


@members_only(Act.SET_UP)
@require_GET
def preview_html(request: MemberRequest) -> HttpResponse:
    """The HTML part of the mail last shown to this member, for a sandboxed frame."""
    return framed(cache.get(_key(request)) or "<p>Write something to see the mail.</p>")


def _editor(request: MemberRequest, scope: Scope, *, template: MessageTemplate | None) -> HttpResponse:
    """The page on which a template is written; what was typed stays typed, whatever happens."""
    now, channel = clock.now(), worded_channels()[scope.channel]
    if request.method != "POST":
        pieces, restored = _words_to_begin(request, scope, template)
        form = PiecesForm(channel, initial=pieces)
        return _page(request, scope, template, form, pieces, at=now, restored=restored)
    form = PiecesForm(channel, request.POST)
    pieces = form.pieces()
    act = request.POST.get("act", "save")
    findings = check(pieces, channel, scope, at=now)
    if act == "show":
        return _page(request, scope, template, form, pieces, at=now)
    if any(finding.is_error for finding in findings):
        return _page(request, scope, template, form, pieces, at=now, refused=True)
    if act == "test":
        return _page(request, scope, template, form, pieces, at=now, trial=_test(request, pieces, scope, now))
    try:
        version = _save(request, scope, template, pieces, now)
    except WrittenMeanwhile:
        return _page(request, scope, template or _standing(scope), form, pieces, at=now, written_meanwhile=True)
    messages.success(request, f"Version {version.number} is saved. Updates go out with it from now on.")
    return redirect("reach:template", version.template_id)


def _words_to_begin(
    request: MemberRequest, scope: Scope, template: MessageTemplate | None
) -> tuple[dict[str, str], TemplateVersion | None]:
    """An older version that is to be used again, the one in use, or what our own words say."""
    if template is None:
        return starting.first_words(worded_channels()[scope.channel], scope), None
    number = request.GET.get("from", "")
    older = template.versions.filter(number=int(number) if number.isascii() and number.isdigit() else 0).first()
    return dict((older or template.current).pieces), older


def _save(
    request: MemberRequest, scope: Scope, template: MessageTemplate | None, pieces: dict[str, str], now: datetime
) -> TemplateVersion:
    based_on, restored = _number(request, "based_on"), _number(request, "restored")
    if template is not None:
        return template.write(pieces, based_on=based_on, by=request.member, at=now, restored=restored or None)
    try:
        with transaction.atomic():
            made = MessageTemplate.objects.create(**vars(scope), made_at=now)
            return made.write(pieces, based_on=0, by=request.member, at=now)
    except IntegrityError as problem:
        raise WrittenMeanwhile from problem


def _test(request: MemberRequest, pieces: dict[str, str], scope: Scope, now: datetime) -> Trial:
    if not trying.address_of(request.member, scope.channel):
        says = "You have no address of your own on this channel. Add one on your own page first."
        return Trial(is_good=False, words=says, answer="")
    trial = trying.send_to(request.member, pieces, scope, at=now)
    audit.record(at=now, actor=request.member.name, act="template.test", subject=scope.channel, accepted=trial.is_good)
    return trial


def _page(
    request: MemberRequest,
    scope: Scope,
    template: MessageTemplate | None,
    form: PiecesForm,
    pieces: dict[str, str],
    *,
    at: datetime,
    restored: TemplateVersion | None = None,
    **said: Any,
) -> HttpResponse:
    current = template.current if template else None
    context = {
        "template": template,
        "current": current,
        "based_on": current.number if current else 0,
        "restored": restored.number if restored else _number(request, "restored"),
        "is_restored": restored is not None and current is not None and restored.number != current.number,
        "name": name_of(scope),
        "form": form,
        "groups": list(groups()),
        "tags": TAGS.items(),
        "filters": FILTERS.items(),
        "my_address": trying.address_of(request.member, scope.channel),
        **_shown(request, scope, pieces, at=at),
        **said,
    }
    refused = bool(said.get("refused") or said.get("written_meanwhile"))
    return TemplateResponse(request, "reach/templates/editor.html", context, status=422 if refused else 200)


def _shown(request: MemberRequest, scope: Scope, pieces: dict[str, str], *, at: datetime) -> dict[str, Any]:
    """The preview: the message to the chosen example, and what is found wrong."""
    channel = worded_channels()[scope.channel]
    wanted = request.POST.get("example", "usual")
    example, message = trying.shown(pieces, scope, example=wanted, at=at)
    html = html_part(message.payload) if message and scope.channel == "email" else ""
    cache.set(_key(request), html, KEPT_FOR)
    findings = check(pieces, channel, scope, at=at)
    return {
        "scope": scope,
        "examples": [(one.name, one.label) for one in examples(scope, at=at)],
        "example": example,
        "message": message,
        "has_html": bool(html),
        "version": hashlib.sha256(html.encode()).hexdigest()[:12],
        "length": channel.measure(message.text)[0] if message else "",
        "faults": [finding for finding in findings if finding.is_error],
        "notes": [finding for finding in findings if not finding.is_error],
        "sources": _sources(scope, pieces, findings),
    }


def _sources(scope: Scope, pieces: dict[str, str], findings: list[Finding]) -> list[dict[str, Any]]:
    """The pieces that have findings, line by line, so that a line number can be looked up."""
    wrong = {(finding.piece, finding.line) for finding in findings if finding.line}
    labels = {piece.name: piece.label for piece in worded_channels()[scope.channel].pieces}
    return [
        {
            "name": name,
            "label": labels[name],
            "lines": [
                (number, line, (name, number) in wrong)
                for number, line in enumerate(pieces.get(name, "").split("\n"), start=1)
            ],
        }
        for name in labels
        if any(piece == name for piece, _ in wrong)
    ]


def _standing(scope: Scope) -> MessageTemplate | None:
    return MessageTemplate.objects.in_use().filter(**vars(scope)).first()


def _scope(row: MessageTemplate) -> Scope:
    return Scope(row.channel, row.language, row.incident_kind, row.stage)


def _number(request: MemberRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def _key(request: MemberRequest) -> str:
    return f"reach-template-preview-{request.member.pk}"
