"""The built-in outbox: mail that did not go to the world, for the crew to read."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.reach import providers
from daylight.reach.framing import framed
from daylight.reach.models import OutboxMessage

PER_PAGE = 50
VIEWS = ("text", "html", "source")
LONGEST_SOURCE = 200_000


@members_only(Act.READ_CUSTOMERS)
def outbox(request: MemberRequest) -> HttpResponse:
    """What lies in the outbox, latest first; `q` finds a recipient."""
    wanted = request.GET.get("q", "").strip()[:200]
    rows = OutboxMessage.objects.for_member(request.member).defer("raw").order_by("-pk")
    if wanted:
        rows = rows.filter(recipient__icontains=wanted)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    query = f"{urlencode({'q': wanted})}&" if wanted else ""
    context = {
        "page": page,
        "wanted": wanted,
        "query": query,
        "outbox_in_use": providers.outbox_in_use(),
        "may_set_up": request.member.may(Act.SET_UP),
    }
    return TemplateResponse(request, "reach/outbox.html", context)


@members_only(Act.READ_CUSTOMERS)
def outbox_message(request: MemberRequest, pk: int) -> HttpResponse:
    """One message: as text, as HTML, or as it came over the wire."""
    row = get_object_or_404(OutboxMessage.objects.for_member(request.member), pk=pk)
    view = request.GET.get("view", "text")
    mail = _parsed(row)
    raw = bytes(row.raw)
    context = {
        "row": row,
        "view": view if view in VIEWS else "text",
        "views": VIEWS,
        "sender": str(mail.get("From", row.sender)),
        "text": _part(mail, "plain"),
        "has_html": bool(_part(mail, "html")),
        "source": raw[:LONGEST_SOURCE].decode("utf-8", "replace"),
        "is_cut": len(raw) > LONGEST_SOURCE,
    }
    return TemplateResponse(request, "reach/outbox_message.html", context)


@members_only(Act.READ_CUSTOMERS)
def outbox_html(request: MemberRequest, pk: int) -> HttpResponse:
    """The HTML part alone, for a sandboxed frame: it runs nothing and loads nothing."""
    row = get_object_or_404(OutboxMessage.objects.for_member(request.member), pk=pk)
    return framed(_part(_parsed(row), "html"))


def _parsed(row: OutboxMessage) -> "EmailMessage[Any, Any]":
    return message_from_bytes(bytes(row.raw), policy=policy.default)


def _part(mail: "EmailMessage[Any, Any]", kind: str) -> str:
    try:
        part = mail.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""
    except (LookupError, ValueError, AttributeError):
        return ""
