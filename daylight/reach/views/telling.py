"""Whether everybody knows: the told panel, the people behind each number, the ledger, one delivery."""

import csv
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents.models import AffectedCustomer, Incident, Update
from daylight.reach import answers, sending, urgency
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.composing import Wording
from daylight.reach.framing import framed, html_part
from daylight.reach.items import reader_of
from daylight.reach.keys import delivery_key
from daylight.reach.models import Delivery, Suppression
from daylight.reach.moves import State
from daylight.reach.progress import Progress, deliveries_of, notices_of, people, search, unreachable

PER_PAGE = 50
TITLES = {
    "told": "Told",
    "on-the-way": "On the way",
    "in-doubt": "In doubt",
    "failed": "Not reached",
    "unreachable": "Unreachable",
    "sealed": "Sealed by the exercise",
}
EXPLAINS = {
    "told": "The provider took the message for these customers.",
    "on-the-way": "These messages are in line, or wait for another try.",
    "in-doubt": "These messages were on the wire when the connection or the worker ended. Nobody knows whether they"
    " arrived. Sent again they carry the same Message-ID, so that many mail programs show them once.",
    "failed": "These messages were refused or ran out of time. Reach these customers another way.",
    "unreachable": "We have no address for these customers that may be used. Call them, or add an address.",
    "sealed": "These messages were composed to the last letter and not sent, because this is an exercise.",
}


def the_incident(request: MemberRequest, public_id: str) -> Incident:
    """The incident, if the asking member may see it."""
    return get_object_or_404(Incident.objects.for_member(request.member), public_id=public_id)


@require_GET
@members_only(Act.READ)
def panel_told(request: MemberRequest, public_id: str) -> HttpResponse:
    """How many know, in words and as a bar."""
    incident = the_incident(request, public_id)
    context = {
        "incident": incident,
        "progress": Progress.of(incident),
        "may_see_people": request.member.may(Act.READ_CUSTOMERS),
    }
    if request.headers.get("HX-Request") == "true":
        return TemplateResponse(request, "reach/panels/told.html", context)
    return TemplateResponse(request, "reach/panels/alone.html", {**context, "panel": "reach/panels/told.html"})


@require_GET
@members_only(Act.READ_CUSTOMERS)
def people_behind(request: MemberRequest, public_id: str, which: str) -> HttpResponse:
    """The people behind one number of the latest update: searchable, with the reason and the next act."""
    incident = the_incident(request, public_id)
    progress = Progress.of(incident)
    if which not in TITLES or progress.update is None:
        raise Http404
    wanted = request.GET.get("q", "").strip().replace("\x00", "")[:200]
    rows: QuerySet[Any]
    if which == "unreachable":
        rows = unreachable(progress.update)
        rows = rows.filter(customer__name__icontains=wanted) if wanted else rows
    else:
        rows = people(progress.update, which)
        rows = search(rows, wanted) if wanted else rows
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    if which != "unreachable":
        page.object_list = answers.filled_in(iter(page))
    context = {
        "incident": incident,
        "progress": progress,
        "which": which,
        "title": TITLES[which],
        "explains": EXPLAINS[which],
        "tabs": [(name, TITLES[name]) for name in TITLES if name != "sealed" or incident.is_exercise],
        "page": page,
        "wanted": wanted,
        "query": f"{urlencode({'q': wanted})}&" if wanted else "",
        "reasons": _why_unreachable(progress.update, page) if which == "unreachable" else {},
        "may_send_again": which == "in-doubt" and request.member.may(Act.PUBLISH_UPDATE),
    }
    return TemplateResponse(request, "reach/people.html", context)


@require_POST
@members_only(Act.PUBLISH_UPDATE)
def send_again(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put deliveries in doubt back in line: one, or all of the latest update."""
    incident = the_incident(request, public_id)
    update = Progress.of(incident).update
    if update is None:
        raise Http404
    doubtful = people(update, "in-doubt")
    one = request.POST.get("delivery", "")
    if one:
        doubtful = doubtful.filter(pk=int(one) if one.isascii() and one.isdigit() and len(one) < 19 else 0)
    now = clock.now()
    count = sending.send_again(list(doubtful.values_list("pk", flat=True)), at=now)
    audit.record(
        at=now, actor=request.member.name, act="delivery.send_again", subject=incident.public_id, deliveries=count
    )
    if count:
        messages.success(request, f"{count} back in line, with the Message-ID they had.")
    else:
        messages.error(request, "Nothing was in doubt any more: the answer came in the meantime.")
    return redirect("reach:people", incident.public_id, "in-doubt")


@require_GET
@members_only(Act.READ_CUSTOMERS)
def ledger(request: MemberRequest, public_id: str) -> HttpResponse:
    """Who was told what, when, with what result: one update of the incident, every delivery."""
    incident = the_incident(request, public_id)
    update = _chosen_update(request, incident)
    rows = _ledger_rows(update) if update else Delivery.objects.none()
    wanted = request.GET.get("q", "").strip().replace("\x00", "")[:200]
    rows = search(rows, wanted) if wanted else rows
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = answers.filled_in(iter(page))
    kept = {"update": update.number if update else "", "q": wanted}
    context = {
        "incident": incident,
        "update": update,
        "updates": incident.updates.filter(state=Update.State.PUBLISHED).order_by("-number"),
        "progress": Progress.of(incident, update) if update else None,
        "notices": notices_of(update) if update else [],
        "page": page,
        "wanted": wanted,
        "query": f"{urlencode(kept)}&",
    }
    return TemplateResponse(request, "reach/ledger.html", context)


@require_GET
@members_only(Act.READ_CUSTOMERS)
def ledger_csv(request: MemberRequest, public_id: str) -> HttpResponseBase:
    """The ledger of one update as a file, for an auditor; streamed."""
    incident = the_incident(request, public_id)
    update = _chosen_update(request, incident)
    if update is None:
        raise Http404
    audit.record(
        at=clock.now(),
        actor=request.member.name,
        act="ledger.export",
        subject=incident.public_id,
        update=update.number,
    )
    response = StreamingHttpResponse(_csv_lines(update), content_type="text/csv; charset=utf-8")
    name = f"ledger-{incident.public_id}-{update.number}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@members_only(Act.READ_CUSTOMERS)
def delivery(request: MemberRequest, pk: int) -> HttpResponse:
    """One delivery: what became of it, and the message composed anew from the same update."""
    row = _the_delivery(request, pk)
    message = _message(row)
    context = {
        "row": row,
        "incident": row.notice.incident,
        "channel": CHANNELS[row.batch.channel],
        "message": message,
        "has_html": bool(html_part(message.payload)),
        "receipts": row.receipts.order_by("said_at"),
        "reason": _stopped_because(row),
    }
    return TemplateResponse(request, "reach/delivery.html", context)


@require_GET
@members_only(Act.READ_CUSTOMERS)
def delivery_html(request: MemberRequest, pk: int) -> HttpResponse:
    """The HTML part of a delivery, for a sandboxed frame."""
    return framed(html_part(_message(_the_delivery(request, pk)).payload))


def _the_delivery(request: MemberRequest, pk: int) -> Delivery:
    rows = Delivery.objects.select_related(
        "notice__update__incident", "notice__update__corrects", "batch", "customer", "contact_point"
    )
    incidents = Incident.objects.for_member(request.member)
    [row] = answers.filled_in([get_object_or_404(rows.filter(notice__incident__in=incidents), pk=pk)])
    return row


def _message(row: Delivery) -> Any:
    customer, point = row.customer, row.contact_point
    affected = AffectedCustomer.objects.filter(incident=row.notice.incident_id, customer=customer).first()
    notification = Wording(row.notice.update).notification(language=customer.language, time_zone=customer.time_zone)
    reader = reader_of(
        row.notice_id,
        customer.pk,
        point.pk,
        address=point.address,
        name=customer.name,
        time_zone=customer.time_zone,
        reason=affected.reason if affected else "",
        asks_confirmation=urgency.asks_confirmation(row.notice.incident),
    )
    key = delivery_key(row.notice_id, point.pk)
    return CHANNELS[row.batch.channel].compose(notification, to=reader, key=key)


def _chosen_update(request: MemberRequest, incident: Incident) -> Update | None:
    published = incident.updates.filter(state=Update.State.PUBLISHED).order_by("-number")
    number = request.GET.get("update", "")
    if number.isascii() and number.isdigit() and len(number) < 9:
        published = published.filter(number=int(number))
    return published.first()


def _ledger_rows(update: Update) -> QuerySet[Delivery]:
    return deliveries_of(update).select_related("customer", "contact_point", "batch").order_by("pk")


def _csv_lines(update: Update) -> Iterator[str]:
    class Echo:
        def write(self, line: str) -> str:
            return line

    writer = csv.writer(Echo())
    yield writer.writerow(
        ["update", "customer", "customer_id", "channel", "address", "state", "tries", "accepted_at", "changed_at",
         "answer", "message_id"]
    )  # fmt: skip
    rows = _ledger_rows(update).iterator(chunk_size=2000)
    while some := answers.filled_in(islice(rows, 2000)):
        yield "".join(writer.writerow([_harmless(cell) for cell in _cells(update, row)]) for row in some)


def _cells(update: Update, row: Delivery) -> list[object]:
    return [
        update.number,
        row.customer.name,
        row.customer.external_id or "",
        row.batch.channel,
        row.contact_point.address,
        State(row.state).label,
        row.attempts,
        row.accepted_at.isoformat() if row.accepted_at else "",
        row.changed_at.isoformat(),
        row.answer,
        delivery_key(row.notice_id, row.contact_point_id),
    ]


def _harmless(cell: object) -> object:
    """A spreadsheet must not take a name for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _why_unreachable(update: Update, page: Any) -> dict[int, str]:
    """The reason for each customer of a page, by customer id."""
    customers = [row.customer_id for row in page]
    stopped = deliveries_of(update).filter(customer__in=customers, state=State.SUPPRESSED)
    found = {row.customer_id: _stopped_because(row) for row in stopped}
    return {customer: found.get(customer, "No address that a channel of ours can use.") for customer in customers}


def _stopped_because(row: Delivery) -> str:
    if row.state != State.SUPPRESSED:
        return ""
    if row.answer in Suppression.Reason.values:
        return f"{Suppression.Reason(row.answer).label}."
    return {"consent withdrawn": "The customer withdrew consent."}.get(row.answer, row.answer)
