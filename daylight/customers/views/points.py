"""Contact points of a customer: added, put in order, taken out of use; consent given and withdrawn."""

from django.db import transaction
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.audit import record
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.customers import importing
from daylight.customers.forms import ContactPointForm
from daylight.customers.models import Consent, ContactPoint, Customer
from daylight.customers.views.people import _customer_page


@require_POST
@members_only(Act.WRITE_CUSTOMERS)
def add(request: MemberRequest, pk: int) -> HttpResponse:
    """One more way to reach a customer; an address that was retired comes back."""
    customer = get_object_or_404(Customer.objects.present(), pk=pk)
    form = ContactPointForm(request.POST, customer=customer, region=importing.home_region())
    if not form.is_valid():
        return _customer_page(request, customer, status=422, point_form=form)
    last = customer.contact_points.in_use().aggregate(last=Max("position"))["last"]
    point, _ = ContactPoint.objects.update_or_create(
        customer=customer,
        channel=form.cleaned_data["channel"],
        address=form.cleaned_data["address"],
        defaults={"position": 0 if last is None else last + 1, "retired_at": None, "from_file": False},
        create_defaults={"position": 0 if last is None else last + 1, "created_at": clock.now()},
    )
    return _done(request, point, "contact_point.add")


@require_POST
@members_only(Act.WRITE_CUSTOMERS)
def give_consent(request: MemberRequest, pk: int) -> HttpResponse:
    """The customer said we may write to this address."""
    point = _point(pk)
    Consent.give(point, by=request.member.name, at=clock.now())
    return _done(request, point, "consent.give")


@require_POST
@members_only(Act.WRITE_CUSTOMERS)
def withdraw_consent(request: MemberRequest, pk: int) -> HttpResponse:
    """The customer said we may not write to this address any more."""
    point = _point(pk)
    Consent.withdraw(point, by=request.member.name, at=clock.now())
    return _done(request, point, "consent.withdraw")


@require_POST
@members_only(Act.WRITE_CUSTOMERS)
def retire(request: MemberRequest, pk: int) -> HttpResponse:
    """The address is no longer the customer's."""
    point = _point(pk)
    point.retire(at=clock.now())
    return _done(request, point, "contact_point.retire")


@require_POST
@members_only(Act.WRITE_CUSTOMERS)
@transaction.atomic
def put_first(request: MemberRequest, pk: int) -> HttpResponse:
    """Try this address before the others."""
    point = _point(pk)
    others = point.customer.contact_points.in_use().exclude(pk=point.pk).order_by("position", "pk")
    for position, each in enumerate([point, *others]):
        ContactPoint.objects.filter(pk=each.pk).update(position=position)
    return _done(request, point, "contact_point.put_first")


def _point(pk: int) -> ContactPoint:
    return get_object_or_404(ContactPoint.objects.in_use().filter(customer__erased_at__isnull=True), pk=pk)


def _done(request: MemberRequest, point: ContactPoint, act: str) -> HttpResponse:
    subject = f"contact point {point.pk}"
    record(at=clock.now(), actor=request.member.name, act=act, subject=subject, customer=point.customer_id)
    return redirect("customers:customer", point.customer_id)
