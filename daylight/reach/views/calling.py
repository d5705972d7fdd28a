"""The call list of an incident: take a call, see the words, note how it went; and who has confirmed."""

import csv
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.core.spreadsheets import Echo, harmless
from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import AffectedCustomer, Incident
from daylight.incidents.said import name_of
from daylight.reach import calling, confirming, suppressing
from daylight.reach.composing import Wording
from daylight.reach.forms.calling import CallForm
from daylight.reach.models import Call, CallAttempt, Delivery, Notice
from daylight.reach.views.telling import the_incident

PER_PAGE = 50
TABS = (("open", "To call"), ("done", "Done"))
SPOKEN = frozenset({"voice", "sms", "whatsapp"})
"""Channels whose addresses are numbers that can be called."""


@require_GET
@members_only(Act.READ_CUSTOMERS)
def calls(request: MemberRequest, public_id: str) -> HttpResponse:
    """Who is to be called, why, who has it in hand; and who was reached."""
    incident, now = the_incident(request, public_id), clock.now()
    which = "done" if request.GET.get("which") == "done" else "open"
    wanted = request.GET.get("q", "").strip().replace("\x00", "")[:200]
    rows = calling.of(incident)
    numbers = rows.aggregate(
        done=Count("pk", filter=Q(done_at__isnull=False)),
        all=Count("pk"),
        reached=Count("pk", filter=Q(outcome=Call.Outcome.REACHED)),
        in_hand=Count("pk", filter=Q(done_at__isnull=True, claimed_until__gt=now)),
    )
    rows = rows.open().in_order() if which == "open" else rows.filter(done_at__isnull=False).order_by("-done_at")
    rows = rows.filter(customer__name__icontains=wanted) if wanted else rows
    context = {
        "incident": incident,
        "numbers": numbers,
        "left": numbers["all"] - numbers["done"],
        "may_take": Call.objects.filter(incident=incident).to_call(now).exists(),
        "mine": Call.objects.open().filter(claimed_by=request.member, claimed_until__gt=now, incident=incident).first(),
        "which": which,
        "tabs": TABS,
        "wanted": wanted,
        "page": Paginator(rows.prefetch_related("attempts__member"), PER_PAGE).get_page(request.GET.get("page")),
        "query": f"{urlencode({'which': which, 'q': wanted})}&",
        "now": now,
    }
    return TemplateResponse(request, "reach/calls.html", context)


@require_POST
@members_only(Act.READ_CUSTOMERS)
def next_call(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take the next call that nobody has in hand."""
    incident = the_incident(request, public_id)
    call = calling.claim_next(incident, by=request.member, at=clock.now())
    if call is None:
        messages.info(request, "There is nobody to call just now.")
        return redirect("reach:calls", incident.public_id)
    return redirect("reach:call", call.pk)


@require_http_methods(["GET", "POST"])
@members_only(Act.READ_CUSTOMERS)
def call(request: MemberRequest, pk: int) -> HttpResponse:
    """One call: the numbers, the words to say, and how it went."""
    row, now = _the_call(request, pk), clock.now()
    points = _points(row.customer)
    form = CallForm(request.POST if request.method == "POST" else None, call=row, points=points)
    if form.is_bound and form.is_valid():
        return _note(request, row, form)
    notification = _words(row)
    context = {
        "call": row,
        "incident": row.incident,
        "form": form,
        "points": [(point, suppressing.is_suppressed(point), point.channel in SPOKEN) for point in points],
        "affected": AffectedCustomer.objects.filter(incident=row.incident_id, customer=row.customer_id).first(),
        "notification": notification,
        "spoken": " ".join(notification.words["spoken"].split()) if notification else "",
        "language": name_of(notification.language) if notification else "",
        "other_language": _other_language(row, notification),
        "attempts": row.attempts.select_related("member", "contact_point"),
        "tried": _tried(row),
        "is_mine": row.is_held_by(request.member, now),
        "is_taken": row.claimed_until is not None and row.claimed_until > now,
    }
    return TemplateResponse(request, "reach/call.html", context)


@require_POST
@members_only(Act.READ_CUSTOMERS)
def take(request: MemberRequest, pk: int) -> HttpResponse:
    """Take this call in hand."""
    row = _the_call(request, pk)
    if not row.claim(by=request.member, at=clock.now()):
        messages.error(request, f"{row.customer} is in somebody else's hand, or done.")
        return redirect("reach:calls", row.incident.public_id)
    return redirect("reach:call", row.pk)


@require_POST
@members_only(Act.READ_CUSTOMERS)
def give_back(request: MemberRequest, pk: int) -> HttpResponse:
    """Let somebody else call."""
    row = _the_call(request, pk)
    if row.give_back(by=request.member):
        messages.success(request, f"{row.customer} is back on the list.")
    return redirect("reach:calls", row.incident.public_id)


@require_GET
@members_only(Act.READ_CUSTOMERS)
def calls_csv(request: MemberRequest, public_id: str) -> HttpResponseBase:
    """The call list as a file, for whoever calls from elsewhere; streamed."""
    incident = the_incident(request, public_id)
    audit.record(at=clock.now(), actor=request.member.name, act="calls.export", subject=incident.public_id)
    response = StreamingHttpResponse(_csv_lines(incident), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="calls-{incident.public_id}.csv"'
    return response


@require_GET
@members_only(Act.READ_CUSTOMERS)
def confirmed(request: MemberRequest, public_id: str) -> HttpResponse:
    """Who said that they have seen it, when and how."""
    incident = the_incident(request, public_id)
    wanted = request.GET.get("q", "").strip().replace("\x00", "")[:200]
    rows = confirming.confirmed(incident)
    rows = rows.filter(customer__name__icontains=wanted) if wanted else rows
    context = {
        "incident": incident,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "query": f"{urlencode({'q': wanted})}&" if wanted else "",
    }
    return TemplateResponse(request, "reach/confirmed.html", context)


def _the_call(request: MemberRequest, pk: int) -> Call:
    rows = Call.objects.select_related("incident", "customer", "claimed_by", "notice__update")
    return get_object_or_404(rows.filter(incident__in=Incident.objects.for_member(request.member)), pk=pk)


def _note(request: MemberRequest, row: Call, form: CallForm) -> HttpResponse:
    now, given = clock.now(), form.cleaned_data
    try:
        attempt = calling.note(
            row,
            result=CallAttempt.Result(given["result"]),
            by=request.member,
            at=now,
            point=form.point(at=now),
            words=given["note"],
            again_at=form.again_at(at=now),
        )
    except calling.NotYours:
        messages.error(
            request, "The call was no longer yours, so nothing was written down. Your note: " + given["note"]
        )
        return redirect("reach:call", row.pk)
    audit.record(
        at=now, actor=request.member.name, act="call.note", subject=row.incident.public_id,
        customer=row.customer_id, result=attempt.result,
    )  # fmt: skip
    messages.success(request, f"Written down: {row.customer}: {attempt.get_result_display().lower()}.")
    if "then_next" in request.POST:
        return next_call(request, row.incident.public_id)
    return redirect("reach:calls", row.incident.public_id)


def _points(customer: Customer) -> list[ContactPoint]:
    """The customer's points, numbers that can be called first."""
    found = customer.contact_points.filter(retired_at__isnull=True).order_by("position", "pk")
    return sorted(found, key=lambda point: point.channel not in SPOKEN)


def _words(row: Call) -> Any:
    latest = row.incident.latest_update
    if latest is None:
        return None
    return Wording(latest).notification(language=row.customer.language, time_zone=row.customer.time_zone)


def _other_language(row: Call, notification: Any) -> str:
    """The customer's language, when the words are not in it."""
    wanted = row.customer.language.split("-", maxsplit=1)[0]
    return name_of(wanted) if notification and wanted and wanted != notification.language.split("-")[0] else ""


def _tried(row: Call) -> QuerySet[Delivery]:
    """What went to them of this incident's updates, the latest first."""
    notices = Notice.objects.filter(incident=row.incident_id).order_by("-pk").values_list("pk", flat=True)[:5]
    rows = Delivery.objects.of_customer(row.customer_id, notices=list(notices))
    return rows.select_related("contact_point", "notice__update").order_by("-pk")


def _csv_lines(incident: Incident) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(["customer", "customer_id", "language", "why", "numbers and addresses", "state", "notes"])
    rows = calling.of(incident).in_order().prefetch_related("attempts", "customer__contact_points")
    for row in rows.iterator(chunk_size=500):
        points = [point.address for point in row.customer.contact_points.all() if point.retired_at is None]
        cells = [
            row.customer.name,
            row.customer.external_id or "",
            row.customer.language,
            row.get_reason_display(),
            ", ".join(points),
            row.get_outcome_display() if row.done_at else "to call",
            " / ".join(attempt.note for attempt in row.attempts.all() if attempt.note),
        ]
        yield writer.writerow([harmless(cell) for cell in cells])
