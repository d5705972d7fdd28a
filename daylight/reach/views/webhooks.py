"""The webhooks of customers: added by the crew, tested, put right, their secrets shown once."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.customers.models import ContactPoint, Customer
from daylight.reach import endpoints
from daylight.reach.forms.addresses import FormatForm, WebhookForm
from daylight.reach.models import WebhookEndpoint


@members_only(Act.READ_CUSTOMERS)
def webhooks(request: MemberRequest) -> HttpResponse:
    """Every webhook and how it answers; those in quarantine first."""
    rows = WebhookEndpoint.objects.filter(contact_point__retired_at__isnull=True).select_related(
        "contact_point__customer"
    )
    ordered = sorted(rows, key=lambda row: (row.quarantined_at is None, row.failing_since is None, row.pk))
    return TemplateResponse(
        request, "reach/webhooks.html", {"rows": ordered, "may_set_up": request.member.may(Act.SET_UP)}
    )


@members_only(Act.READ_CUSTOMERS)
def webhook(request: MemberRequest, pk: int) -> HttpResponse:
    """One webhook."""
    return _page(request, _endpoint(pk))


@members_only(Act.WRITE_CUSTOMERS)
@require_POST
@never_cache
def add(request: MemberRequest, customer_id: int) -> HttpResponse:
    """Add a webhook to a customer; its secret is shown on the answer and never again."""
    customer = get_object_or_404(Customer.objects.filter(erased_at__isnull=True), pk=customer_id)
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return TemplateResponse(request, "reach/webhook_new.html", {"form": form, "customer": customer}, status=422)
    now, address = clock.now(), form.cleaned_data["address"]
    with transaction.atomic():
        point, is_new = ContactPoint.objects.get_or_create(
            customer=customer,
            channel="webhook",
            address=address,
            defaults={"created_at": now, "position": customer.contact_points.count()},
        )
        ContactPoint.objects.filter(pk=point.pk).update(retired_at=None)
        if not is_new and WebhookEndpoint.objects.filter(contact_point=point).exists():
            messages.info(request, "This customer has that webhook already.")
            return redirect("reach:webhook", pk=point.webhook.pk)
        secret = endpoints.add(point)
    _note(request, "webhook.add", point.webhook)
    return _page(request, point.webhook, secret=secret)


@members_only(Act.WRITE_CUSTOMERS)
@require_POST
def test(request: MemberRequest, pk: int) -> HttpResponse:
    """Really send a test, and show what the far end answered; a good one ends a quarantine when asked to."""
    endpoint = _endpoint(pk)
    now = clock.now()
    trial = endpoints.try_out(endpoint, at=now)
    if trial.is_good and "release" in request.POST:
        endpoints.release(endpoint, by=request.member.name, at=now)
    _note(request, "webhook.test", endpoint, accepted=trial.is_good)
    return _page(request, _endpoint(pk), trial=trial)


@members_only(Act.WRITE_CUSTOMERS)
@require_POST
@never_cache
def rotate(request: MemberRequest, pk: int) -> HttpResponse:
    """A new secret, shown once; the former one signs too for a day."""
    endpoint = _endpoint(pk)
    secret = endpoints.rotate(endpoint, at=clock.now())
    _note(request, "webhook.rotate", endpoint)
    return _page(request, endpoint, secret=secret)


@members_only(Act.WRITE_CUSTOMERS)
@require_POST
def speak(request: MemberRequest, pk: int) -> HttpResponse:
    """Send messages in another form from now on."""
    endpoint, form = _endpoint(pk), FormatForm(request.POST)
    if form.is_valid():
        endpoints.speak(endpoint, form.cleaned_data["format"])
        _note(request, "webhook.format", endpoint)
        messages.success(request, f"Messages come in this form now: {endpoint.get_format_display()}.")
    else:
        messages.error(request, "Choose one of the forms.")
    return redirect("reach:webhook", pk=pk)


@members_only(Act.WRITE_CUSTOMERS)
@require_POST
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Send nothing more to it; the ledger keeps what was sent."""
    endpoint = _endpoint(pk)
    endpoint.contact_point.retire(at=clock.now())
    _note(request, "webhook.remove", endpoint)
    messages.success(request, "The webhook is removed.")
    return redirect("reach:webhooks")


def _endpoint(pk: int) -> WebhookEndpoint:
    rows = WebhookEndpoint.objects.filter(contact_point__retired_at__isnull=True)
    return get_object_or_404(rows.select_related("contact_point__customer"), pk=pk)


def _page(
    request: MemberRequest, endpoint: WebhookEndpoint, *, secret: str = "", trial: endpoints.Trial | None = None
) -> HttpResponse:
    context = {
        "endpoint": endpoint,
        "format_form": FormatForm(initial={"format": endpoint.format}),
        "secret": secret,
        "trial": trial,
        "may_write": request.member.may(Act.WRITE_CUSTOMERS),
    }
    return TemplateResponse(request, "reach/webhook.html", context)


def _note(request: MemberRequest, act: str, endpoint: WebhookEndpoint, **details: bool) -> None:
    subject = f"contact point {endpoint.contact_point_id}"
    audit.record(at=clock.now(), actor=request.member.name, act=act, subject=subject, **details)
