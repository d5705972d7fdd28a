"""Contact points of customers by the channels that only this room knows."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.customers.models import ContactPoint, Customer
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.forms.addresses import ContactPointForm


@members_only(Act.WRITE_CUSTOMERS)
@require_POST
def add(request: MemberRequest, customer_id: int) -> HttpResponse:
    """Add a room or a chat to a customer, at the end of their ways."""
    customer = get_object_or_404(Customer.objects.filter(erased_at__isnull=True), pk=customer_id)
    form = ContactPointForm(request.POST)
    if not form.is_valid():
        return TemplateResponse(request, "reach/point_new.html", {"form": form, "customer": customer}, status=422)
    now, label = clock.now(), CHANNELS[form.cleaned_data["channel"]].label
    point, _ = ContactPoint.objects.get_or_create(
        customer=customer,
        **form.cleaned_data,
        defaults={"created_at": now, "position": customer.contact_points.count()},
    )
    ContactPoint.objects.filter(pk=point.pk).update(retired_at=None)
    audit.record(at=now, actor=request.member.name, act="contact_point.add", subject=f"contact point {point.pk}")
    messages.success(request, f"{label} is added. Send a test to it under Channels, {label}.")
    return redirect("customers:customer", customer.pk)
