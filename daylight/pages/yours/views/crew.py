"""The crew's side of customers' own pages: what they may choose, what they chose, what the page looks like."""

import csv
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.core.spreadsheets import BOM, Echo, harmless
from daylight.customers.models import Customer
from daylight.customers.paging import page
from daylight.incidents.models import AffectedCustomer, Incident, RegisterVersion
from daylight.incidents.views.finding import panel, the_incident
from daylight.pages.models import Alternative, Choice
from daylight.pages.yours import choosing
from daylight.pages.yours.door import Visit
from daylight.pages.yours.forms import EndLinksForm, OwnForm, UsualForm, WordsForm
from daylight.pages.yours.views import own as own_pages
from daylight.reach import ending
from daylight.reach.models import LinksEnded

OWN, TO_DO, TO_CALL = "own", "to-do", "to-call"


@require_http_methods(["GET", "POST"])
@members_only(Act.LEAD_INCIDENT)
def alternatives(request: MemberRequest, public_id: str) -> HttpResponse:
    """What customers may choose, and the way to offer more: the usual ones in one press, or own words."""
    incident, now, organisation = the_incident(request, public_id), clock.now(), Organisation.get()
    act = request.POST.get("act", "")
    shared: dict[str, Any] = {"zone": organisation.time_zone, "now": now}
    rows = list(Alternative.objects.filter(incident=incident).prefetch_related("texts"))
    offered = {row.kind for row in rows if row.is_offered(now)}
    usual = UsualForm(request.POST if act == "usual" else None, prefix="usual", offered=offered, **shared)
    own = OwnForm(request.POST if act == "own" else None, prefix="own", language=organisation.language, **shared)
    if usual.is_bound and usual.is_valid():
        for kind in usual.cleaned_data["kinds"]:
            needs, until = usual.needs_of(kind), usual.cleaned_data["until"]
            choosing.offer(incident, kind=kind, needs=needs, until=until, texts={}, by=request.member, at=now)
        return _offered(request, incident)
    if own.is_bound and own.is_valid():
        choosing.offer(
            incident,
            kind=Alternative.Kind.OTHER,
            needs=own.cleaned_data["needs"],
            until=own.cleaned_data["until"],
            texts=own.texts(),
            by=request.member,
            at=now,
        )
        return _offered(request, incident)
    context = {
        "incident": incident,
        "rows": [(row, row.is_offered(now), chosen) for row, chosen, _ in choosing.counts(incident, rows) if row],
        "usual": usual,
        "own": own,
    }
    return TemplateResponse(request, "yours/desk/alternatives.html", context, status=422 if act else 200)


def _offered(request: MemberRequest, incident: Incident) -> HttpResponse:
    messages.success(request, "Offered. It stands on the page of every affected customer now.")
    return redirect("choices:alternatives", incident.public_id)


@require_http_methods(["GET", "POST"])
@members_only(Act.LEAD_INCIDENT)
def alternative(request: MemberRequest, public_id: str, pk: int) -> HttpResponse:
    """Other words or another deadline for one alternative."""
    incident, now, organisation = the_incident(request, public_id), clock.now(), Organisation.get()
    row = get_object_or_404(Alternative, pk=pk, incident=incident, withdrawn_at__isnull=True)
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        zone=organisation.time_zone,
        now=now,
        language=organisation.language,
        given={text.language: choosing.Label(text.label, text.explanation) for text in row.texts.all()},
        initial={"until": row.until},
        must_say=row.kind == Alternative.Kind.OTHER,
    )
    if form.is_bound and form.is_valid():
        choosing.reword(row, until=form.cleaned_data["until"], texts=form.texts(), by=request.member, at=now)
        messages.success(request, "Changed.")
        return redirect("choices:alternatives", public_id)
    context = {"incident": incident, "form": form, "heading": f"Change: {row}", "verb": "Change it"}
    return TemplateResponse(request, "yours/desk/alternative.html", context, status=422 if form.is_bound else 200)


@require_POST
@members_only(Act.LEAD_INCIDENT)
def withdraw(request: MemberRequest, public_id: str, pk: int) -> HttpResponse:
    """Nobody may choose it any more; whoever did keeps it."""
    incident = the_incident(request, public_id)
    row = get_object_or_404(Alternative, pk=pk, incident=incident)
    choosing.withdraw(row, by=request.member, at=clock.now())
    messages.success(request, "Withdrawn. Whoever chose it keeps it.")
    return redirect("choices:alternatives", public_id)


@require_GET
@members_only(Act.READ)
def panel_choices(request: MemberRequest, public_id: str) -> HttpResponse:
    """How many customers chose what, and what is left to do for them."""
    incident = the_incident(request, public_id)
    rows = list(Alternative.objects.filter(incident=incident).prefetch_related("texts"))
    counts = choosing.counts(incident, rows)
    about = Choice.objects.about(incident)
    context = {
        "counts": [each for each in counts if each[1] or each[0] is None or not each[0].withdrawn_at],
        "chosen": sum(chosen for _, chosen, _ in counts),
        "total": RegisterVersion.objects.total(incident),
        "to_do": about.to_do().count(),
        "to_call": about.to_call().count(),
        "may_lead": request.member.may(Act.LEAD_INCIDENT),
        "may_see_people": request.member.may(Act.READ_CUSTOMERS),
    }
    return panel(request, "yours/desk/panel.html", incident, context)


@require_GET
@members_only(Act.READ_CUSTOMERS)
def choices(request: MemberRequest, public_id: str) -> HttpResponse:
    """Who chose what: everybody, what is left to do, whom to call back, or one alternative."""
    incident = the_incident(request, public_id)
    which, wanted = request.GET.get("which", TO_DO), request.GET.get("q", "").strip().replace("\x00", "")[:200]
    rows = _of(incident, which)
    if wanted:
        rows = rows.filter(customer__name__icontains=wanted)
    offered = list(Alternative.objects.filter(incident=incident).prefetch_related("texts"))
    context = {
        "incident": incident,
        "which": which,
        "wanted": wanted,
        "query": f"{urlencode({'which': which, 'q': wanted})}&",
        "page": page(rows.select_related(*SHOWN_WITH), after=request.GET.get("after", "")),
        "counts": choosing.counts(incident, offered),
        "labels": {row.pk: label_of(row) for row in offered},
    }
    return TemplateResponse(request, "yours/desk/choices.html", context)


SHOWN_WITH = ("customer", "alternative", "contact_point", "done_by")


def _of(incident: Incident, which: str) -> QuerySet[Choice]:
    """The choices behind one tab."""
    rows: Any = Choice.objects.about(incident)
    if which == TO_DO:
        found = rows.to_do()
    elif which == TO_CALL:
        found = rows.to_call()
    elif which == OWN:
        found = rows.standing().filter(alternative__isnull=True)
    elif which.isascii() and which.isdigit() and len(which) < 19:
        found = rows.standing().filter(alternative=int(which))
    elif which == "all":
        found = rows.standing()
    else:
        raise Http404
    result: QuerySet[Choice] = found
    return result


def label_of(row: Alternative) -> str:
    """An alternative as the crew calls it: by its first words, or by its kind."""
    text = next(iter(row.texts.all()), None)
    return text.label if text else row.get_kind_display()


@require_POST
@members_only(Act.READ_CUSTOMERS)
def done(request: MemberRequest, public_id: str) -> HttpResponse:
    """What these customers wanted was done."""
    incident = the_incident(request, public_id)
    keys = [int(key) for key in request.POST.getlist("choice") if key.isascii() and key.isdigit() and len(key) < 19]
    number = choosing.do(Choice.objects.filter(pk__in=keys), incident=incident, by=request.member, at=clock.now())
    if number:
        messages.success(request, f"Marked as done for {number} customer{'' if number == 1 else 's'}; they see it.")
    else:
        messages.error(request, "Nothing was marked: it was done before, or the customer changed it meanwhile.")
    which = request.POST.get("which", TO_DO)
    return redirect(f"{request.path.removesuffix('done/')}?{urlencode({'which': which})}")


@require_GET
@members_only(Act.READ_CUSTOMERS)
def choices_csv(request: MemberRequest, public_id: str) -> HttpResponseBase:
    """Every choice that stands, as a file; streamed."""
    incident = the_incident(request, public_id)
    audit.record(at=clock.now(), actor=request.member.name, act="choices.export", subject=incident.public_id)
    response = StreamingHttpResponse(_csv_lines(incident), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="choices-{incident.public_id}.csv"'
    return response


def _csv_lines(incident: Incident) -> Iterator[str]:
    line = csv.writer(Echo())
    offered = Alternative.objects.filter(incident=incident).prefetch_related("texts")
    labels = {row.pk: label_of(row) for row in offered}
    yield BOM + line.writerow(
        ["customer", "number", "chose", "kind", "day", "phone", "words", "chosen at", "by", "done at"]
    )
    rows = Choice.objects.about(incident).standing().select_related(*SHOWN_WITH).order_by("pk")
    for row in rows.iterator(chunk_size=1000):
        cells = (
            row.customer.name,
            row.customer.external_id or "",
            labels.get(row.alternative_id or 0, "Own proposal"),
            row.alternative.kind if row.alternative else OWN,
            row.wanted_on.isoformat() if row.wanted_on else "",
            row.phone,
            row.words,
            row.chosen_at.isoformat(),
            row.contact_point.channel if row.contact_point else "",
            row.done_at.isoformat() if row.done_at else "",
        )
        yield line.writerow([harmless(cell) for cell in cells])


@require_GET
@members_only(Act.READ_CUSTOMERS)
def preview(request: MemberRequest, public_id: str, customer_id: int) -> HttpResponse:
    """The page as this customer sees it; nothing can be pressed."""
    incident = the_incident(request, public_id)
    affected = get_object_or_404(
        AffectedCustomer.objects.select_related("customer"),
        incident=incident,
        customer=customer_id,
        customer__erased_at__isnull=True,
    )
    customer = affected.customer
    point = customer.contact_points.filter(retired_at__isnull=True).order_by("position", "pk").first()
    return own_pages.show(Visit(customer, incident, affected, point, Organisation.get(), clock.now()))


@require_http_methods(["GET", "POST"])
@members_only(Act.WRITE_CUSTOMERS)
def end_links(request: MemberRequest, customer_id: int) -> HttpResponse:
    """End all links of a customer; the next message carries new ones."""
    customer = get_object_or_404(Customer.objects.filter(erased_at__isnull=True), pk=customer_id)
    form = EndLinksForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        now, because = clock.now(), form.cleaned_data["because"]
        ending.end_links(customer, by=request.member.name, because=because, at=now)
        audit.record(at=now, actor=request.member.name, act="links.end", subject=f"customer {customer.pk}")
        messages.success(request, "Ended. No link they held opens anything now; our next message carries new ones.")
        return redirect("customers:customer", customer.pk)
    context = {
        "customer": customer,
        "form": form,
        "ended": LinksEnded.objects.filter(customer=customer).order_by("-ended_at")[:10],
    }
    return TemplateResponse(request, "yours/desk/end_links.html", context, status=422 if form.is_bound else 200)
