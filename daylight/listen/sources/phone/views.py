"""The hotline log: a form for typing while listening, its drafts, and recordings that play without any risk."""

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.core.public_ids import new_public_id
from daylight.listen.models import Attachment, CallDraft, Conversation
from daylight.listen.sources.phone import calls
from daylight.listen.sources.phone.forms import CallForm

LARGEST = 50 * 1024 * 1024
PUBLIC_ID = re.compile(r"[a-z0-9]{12}")

SOUNDS = (
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "audio/webm"),
)
"""What files of sound begin with; RIFF and MP4 have their mark further in."""


@members_only(Act.HAND_IN)
@require_http_methods(["GET", "POST"])
@never_cache
def call(request: MemberRequest) -> HttpResponse:
    """Write a call down; `call` names the draft that goes on."""
    posted = request.POST if request.method == "POST" else None
    name = (posted or request.GET).get("call", "")
    public_id = name if PUBLIC_ID.fullmatch(name) else new_public_id()
    if posted is None:
        draft = CallDraft.objects.filter(public_id=public_id, member=request.member).first()
        return _page(request, CallForm(initial=draft.fields if draft else {}), public_id)
    form = CallForm(posted, request.FILES)
    if posted.get("act") == "find":
        calls.keep(public_id, posted.dict(), by=request.member, at=clock.now())
        return _page(request, CallForm(initial=posted.dict()), public_id)
    if form.is_valid() and _too_large(request):
        form.add_error("recording", "This is more than 50 MB. Your words are kept; give a shorter one.")
    if not form.is_valid():
        calls.keep(public_id, posted.dict(), by=request.member, at=clock.now())
        return _page(request, form, public_id, status=422)
    calls.finish(public_id, form.cleaned_data, within=form.promised(), by=request.member, at=clock.now())
    audit.record(at=clock.now(), actor=request.member.name, act="call.log", subject=public_id)
    messages.success(request, "The call is written down. It stands in the inbox within seconds.")
    return redirect("listening:call")


@members_only(Act.HAND_IN)
@require_POST
def keep(request: MemberRequest) -> HttpResponse:
    """Keep what was typed so far, every few seconds."""
    now, name = clock.now(), request.POST.get("call", "")
    kept = calls.keep(name, request.POST.dict(), by=request.member, at=now) if PUBLIC_ID.fullmatch(name) else None
    return TemplateResponse(request, "listen/phone/_kept.html", {"kept": kept})


@members_only(Act.HAND_IN)
@require_safe
def find(request: MemberRequest) -> HttpResponse:
    """Customers whom number, name and order may mean."""
    return TemplateResponse(request, "listen/phone/_found.html", _found(request.GET.dict()))


@members_only(Act.HAND_IN)
@require_POST
def drop(request: MemberRequest, public_id: str) -> HttpResponse:
    """A draft that nobody needs."""
    get_object_or_404(CallDraft, public_id=public_id, member=request.member).delete()
    messages.success(request, "The draft is thrown away.")
    return redirect("listening:call")


@members_only(Act.READ_CUSTOMERS)
@require_safe
def recording(request: MemberRequest, pk: int) -> StreamingHttpResponse:
    """A file of sound, under what it really is and nothing else, so that a browser only ever plays it."""
    file = get_object_or_404(
        Attachment, pk=pk, message__conversation__in=Conversation.objects.visible_to(request.member)
    )
    kind = kind_of(next(file.pieces(), b""))
    if not kind:
        raise Http404
    response = StreamingHttpResponse(file.pieces(), content_type=kind)
    response["Content-Length"] = str(file.size)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def kind_of(beginning: bytes) -> str:
    """The kind of sound that a file holds by its first bytes; empty for anything else."""
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WAVE":
        return "audio/wav"
    if beginning[4:8] == b"ftyp" and beginning[8:11] in {b"M4A", b"mp4", b"iso", b"3gp"}:
        return "audio/mp4"
    return next((kind for mark, kind in SOUNDS if beginning.startswith(mark)), "")


def _too_large(request: MemberRequest) -> bool:
    file = request.FILES.get("recording")
    return bool(file and (file.size or 0) > LARGEST)


def _found(fields: dict[str, Any]) -> dict[str, Any]:
    chosen = str(fields.get("customer") or "")
    return {"found": calls.find({name: str(said or "") for name, said in fields.items()}), "chosen": chosen}


def _page(request: MemberRequest, form: CallForm, public_id: str, *, status: int = 200) -> HttpResponse:
    typed = form.data.dict() if form.is_bound else dict(form.initial)  # type: ignore[attr-defined]
    others = CallDraft.objects.filter(member=request.member).exclude(public_id=public_id)
    context = {"form": form, "call": public_id, "drafts": others[:20], **_found(typed)}
    return TemplateResponse(request, "listen/phone/call.html", context, status=status)
