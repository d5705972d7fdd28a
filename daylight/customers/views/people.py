"""Customers and groups: found, looked at, written by hand, given their data, erased."""

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.audit import record
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.customers import erasing, importing
from daylight.customers.forms import CHANNELS, CommitmentForm, ContactPointForm, CustomerForm, GroupForm
from daylight.customers.models import Customer, Group
from daylight.customers.paging import page

SLOTS = (
    ("incidents:panel-customer", "Incidents"),
    ("reach:panel-customer", "What we told this customer"),
    ("listen:panel-customer", "Conversations"),
)
"""Panels that rooms above may serve for a customer's page, by the names of their addresses."""


@require_GET
@members_only(Act.READ_CUSTOMERS)
def list_(request: MemberRequest) -> HttpResponse:
    """All customers by name, or those found."""
    asked = request.GET.get("q", "").strip()
    group = Group.objects.filter(pk=_number(request.GET.get("group", ""))).first()
    rows = Customer.objects.present()
    rows = rows.in_group(group.pk) if group else rows
    rows = rows.search(asked) if asked else rows
    context = {
        "asked": asked,
        "group": group,
        "page": page(
            rows.select_related("group").prefetch_related("contact_points"),
            after=request.GET.get("after", ""),
            by="pk" if asked else "name",
        ),
        "keep": urlencode({"q": asked} | ({"group": group.pk} if group else {})) if asked or group else "",
        "may_write": request.member.may(Act.WRITE_CUSTOMERS),
    }
    return TemplateResponse(request, _part(request, "customers/list.html", "customers/parts/list.html"), context)


@require_GET
@members_only(Act.READ_CUSTOMERS)
def customer(request: MemberRequest, pk: int) -> HttpResponse:
    """One customer: how to reach them, what was promised, and what other rooms know."""
    return _customer_page(request, get_object_or_404(Customer, pk=pk))


def _customer_page(request: MemberRequest, found: Customer, *, status: int = 200, **forms: Any) -> HttpResponse:
    points = found.contact_points.in_use().prefetch_related("consents")
    context = {
        "customer": found,
        "points": points,
        "retired": found.contact_points.filter(retired_at__isnull=False) if not found.erased_at else (),
        "commitments": found.commitments.order_by("-promised_on", "-pk")[:100],
        "point_form": ContactPointForm(customer=found, region=importing.home_region()),
        "commitment_form": CommitmentForm(),
        "channels": CHANNELS,
        "slots": _slots(found),
        "may_write": request.member.may(Act.WRITE_CUSTOMERS) and not (found.erased_at or found.only_asked_since),
        "may_erase": request.member.may(Act.ERASE_CUSTOMERS),
        **forms,
    }
    return TemplateResponse(request, "customers/customer.html", context, status=status)


@require_http_methods(["GET", "POST"])
@members_only(Act.WRITE_CUSTOMERS)
def edit(request: MemberRequest, pk: int = 0) -> HttpResponse:
    """Write a new customer, or change one."""
    found = get_object_or_404(Customer.objects.present(), pk=pk) if pk else None
    form = CustomerForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        saved = _save(form, request, is_new=found is None)
        return redirect("customers:customer", saved.pk)
    context = {"form": form, "customer": found}
    return TemplateResponse(request, "customers/edit.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _save(form: CustomerForm, request: MemberRequest, *, is_new: bool) -> Customer:
    now = clock.now()
    saved: Customer = form.save(commit=False)
    saved.group, saved.updated_at = form.group(), now
    if is_new:
        saved.created_at = now
    saved.save()
    record(at=now, actor=request.member.name, act="customer.add" if is_new else "customer.change", subject=_who(saved))
    return saved


@require_GET
@members_only(Act.ERASE_CUSTOMERS)
def export(request: MemberRequest, pk: int) -> HttpResponse:
    """All personal data of a customer as a JSON file."""
    found = get_object_or_404(Customer, pk=pk)
    record(at=clock.now(), actor=request.member.name, act="customer.export", subject=_who(found))
    body = json.dumps(erasing.personal_data(found), ensure_ascii=False, indent=2, default=str)
    name = content_disposition_header(as_attachment=True, filename=f"customer-{found.pk}.json")
    return HttpResponse(body, content_type="application/json", headers={"Content-Disposition": str(name)})


@require_http_methods(["GET", "POST"])
@members_only(Act.ERASE_CUSTOMERS)
def erase(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask once, then forget the customer."""
    found = get_object_or_404(Customer.objects.remembered(), pk=pk)
    if request.method == "POST":
        erasing.erase(found, by=request.member, at=clock.now())
        messages.success(request, "The personal data is erased. What the ledger counts is kept without it.")
        return redirect("customers:customer", found.pk)
    return TemplateResponse(request, "customers/erase.html", {"customer": found})


@require_GET
@members_only(Act.READ_CUSTOMERS)
def groups(request: MemberRequest) -> HttpResponse:
    """All groups, with the number of their customers."""
    asked = request.GET.get("q", "").strip().replace("\x00", "")
    rows = Group.objects.filter(name__icontains=asked) if asked else Group.objects.all()
    found = page(rows.annotate(size=Count("customers")), after=request.GET.get("after", ""), by="name")
    context = {
        "page": found,
        "asked": asked,
        "keep": urlencode({"q": asked}) if asked else "",
        "may_write": request.member.may(Act.WRITE_CUSTOMERS),
    }
    return TemplateResponse(request, "customers/groups.html", context)


@require_http_methods(["GET", "POST"])
@members_only(Act.WRITE_CUSTOMERS)
def group(request: MemberRequest, pk: int) -> HttpResponse:
    """Change a group's name."""
    found = get_object_or_404(Group, pk=pk)
    form = GroupForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        record(at=clock.now(), actor=request.member.name, act="group.change", subject=f"group {found.pk}")
        return redirect(reverse("customers:list") + f"?group={found.pk}")
    return TemplateResponse(
        request, "customers/group.html", {"form": form, "group": found}, status=422 if form.errors else 200
    )


@require_POST
@members_only(Act.WRITE_CUSTOMERS)
def add_commitment(request: MemberRequest, pk: int) -> HttpResponse:
    """Write down something promised to a customer."""
    found = get_object_or_404(Customer.objects.present(), pk=pk)
    form = CommitmentForm(request.POST)
    if not form.is_valid():
        return _customer_page(request, found, status=422, commitment_form=form)
    now = clock.now()
    promised = form.save(commit=False)
    promised.customer, promised.created_at, promised.updated_at = found, now, now
    promised.save()
    record(at=now, actor=request.member.name, act="commitment.add", subject=str(promised))
    return redirect("customers:customer", found.pk)


def _slots(found: Customer) -> list[tuple[str, str]]:
    slots = []
    for name, label in SLOTS:
        try:
            slots.append((reverse(name, args=[found.pk]), label))
        except NoReverseMatch:
            continue
    return slots


def _who(found: Customer) -> str:
    return f"customer {found.pk}"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _part(request: HttpRequest, whole: str, part: str) -> str:
    is_live = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    return part if is_live else whole
