"""Mail that comes back: the mailboxes it is read from, and what is kept aside for a person to look at."""

from email import message_from_bytes, policy
from email.errors import MessageError
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.reach.forms.mailbox import MailboxForm
from daylight.reach.inbound import mailbox as reading
from daylight.reach.inbound import receiver
from daylight.reach.models import IncomingMail, Mailbox

PER_PAGE = 50
LONGEST_TEXT = 200_000


@members_only(Act.READ_CUSTOMERS)
def returned(request: MemberRequest) -> HttpResponse:
    """Where mail comes back to, and what is kept aside, latest first."""
    rows = IncomingMail.objects.kept_aside().defer("raw")
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "waiting": IncomingMail.objects.waiting().count(),
        "mailboxes": Mailbox.objects.order_by("name"),
        "addresses": sorted(receiver.own_addresses()),
        "smtp_port": settings.BOUNCE_PORT,
        "lmtp_port": settings.BOUNCE_LMTP_PORT,
        "host": settings.BOUNCE_HOST,
        "may_set_up": request.member.may(Act.SET_UP),
        "may_write": request.member.may(Act.WRITE_CUSTOMERS),
    }
    return TemplateResponse(request, "reach/returned.html", context)


@members_only(Act.READ_CUSTOMERS)
def returned_mail(request: MemberRequest, pk: int) -> HttpResponse:
    """One mail that is kept aside, as text and as it came."""
    row = get_object_or_404(IncomingMail.objects.kept_aside(), pk=pk)
    raw = bytes(row.raw)
    context = {
        "row": row,
        "text": _text(raw),
        "source": raw[:LONGEST_TEXT].decode("utf-8", "replace"),
        "is_cut": len(raw) > LONGEST_TEXT or row.parts.exists(),
        "may_write": request.member.may(Act.WRITE_CUSTOMERS),
    }
    return TemplateResponse(request, "reach/returned_mail.html", context)


@members_only(Act.WRITE_CUSTOMERS)
@require_POST
def put_away(request: MemberRequest, pk: int) -> HttpResponse:
    """A member has looked at a mail; it is deleted."""
    row = get_object_or_404(IncomingMail.objects.kept_aside(), pk=pk)
    _note(request, "returned_mail.put_away", row.subject or "(no subject)")
    IncomingMail.objects.filter(pk=row.pk).forget()
    messages.success(request, "The mail is put away.")
    return redirect("reach:returned")


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
@never_cache
def mailbox(request: MemberRequest, pk: int | None = None) -> HttpResponse:
    """Set up a mailbox, or change it; it is kept when it could be opened."""
    row = get_object_or_404(Mailbox, pk=pk) if pk else None
    form = MailboxForm(request.POST if request.method == "POST" else None, before=_settings(row))
    problem = ""
    if form.is_bound and form.is_valid():
        entered = form.cleaned_data
        try:
            lying = reading.count(entered)
            name = f"{entered['user']} at {entered['host']}, {entered['folder']}"
            reading.keep(name, entered, at=clock.now(), instead_of=pk)
        except reading.CannotRead as refusal:
            problem = str(refusal)
        else:
            _note(request, "mailbox.keep", name)
            messages.success(request, f"The mailbox is read from now on. {lying} mails lie in it.")
            return redirect("reach:returned")
    status = 422 if form.is_bound else 200
    context = {"form": form, "row": row, "problem": problem}
    return TemplateResponse(request, "reach/mailbox.html", context, status=status)


@members_only(Act.SET_UP)
@require_POST
def read_mailbox(request: MemberRequest, pk: int) -> HttpResponse:
    """Read a mailbox as soon as the worker can."""
    row = get_object_or_404(Mailbox, pk=pk)
    Mailbox.objects.filter(pk=pk, leased_until__isnull=True).update(due_at=clock.now())
    messages.success(request, f"{row.name} is read now.")
    return redirect("reach:returned")


@members_only(Act.SET_UP)
@require_http_methods(["GET", "POST"])
def remove_mailbox(request: MemberRequest, pk: int) -> HttpResponse:
    """Asks once, then forgets the mailbox with its password."""
    row = get_object_or_404(Mailbox, pk=pk)
    if request.method != "POST":
        return TemplateResponse(request, "reach/mailbox_remove.html", {"row": row})
    _note(request, "mailbox.remove", row.name)
    row.delete()
    messages.success(request, f"{row.name} is no longer read, and its password is forgotten.")
    return redirect("reach:returned")


def _settings(row: Mailbox | None) -> dict[str, Any]:
    kept: Any = row.settings if row else {}
    return dict(kept)


def _text(raw: bytes) -> str:
    """The text of a mail; empty where it has none, or cannot be read, and then its source tells."""
    try:
        body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
        return str(body.get_content())[:LONGEST_TEXT] if body else ""
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError, MessageError):
        return ""


def _note(request: MemberRequest, act: str, subject: str) -> None:
    audit.record(at=clock.now(), actor=request.member.name, act=act, subject=subject[:200])
