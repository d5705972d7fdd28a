"""Contact points we must not write to, and what one customer was told."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.customers.models import ContactPoint, Customer
from daylight.reach import answers, ending, links, preferring, subscribing, suppressing, told_times
from daylight.reach.forms.addresses import ContactPointForm, WebhookForm
from daylight.reach.forms.subscribing import SubscriptionForm
from daylight.reach.models import Reply, Subscription, Suppression

PER_PAGE = 50
SHOWN_ON_PANEL = 20


@members_only(Act.READ_CUSTOMERS)
def suppressions(request: MemberRequest) -> HttpResponse:
    """Whom we must not write to, why and since when; `q` finds an address or a name."""
    wanted, reason = request.GET.get("q", "").strip()[:200], request.GET.get("reason", "")
    rows: QuerySet[Suppression] = Suppression.objects.standing().select_related("contact_point__customer")
    if wanted:
        rows = rows.search(wanted)  # type: ignore[attr-defined]
    if reason in Suppression.Reason.values:
        rows = rows.filter(reason=reason)
    page = Paginator(rows.order_by("-since", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "wanted": wanted,
        "reason": reason,
        "reasons": Suppression.Reason.choices,
        "query": _query(q=wanted, reason=reason),
        "may_set_up": request.member.may(Act.SET_UP),
        "may_write": request.member.may(Act.WRITE_CUSTOMERS),
    }
    return TemplateResponse(request, "reach/suppressions.html", context)


@members_only(Act.WRITE_CUSTOMERS)
@require_http_methods(["GET", "POST"])
def lift(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask once, then write to the contact point again."""
    rows = Suppression.objects.select_related("contact_point__customer")
    row = get_object_or_404(rows, pk=pk, lifted_at__isnull=True)
    if request.method != "POST":
        is_wish = row.reason in {Suppression.Reason.UNSUBSCRIBED, Suppression.Reason.SPAM_REPORT}
        return TemplateResponse(request, "reach/lift.html", {"row": row, "is_wish": is_wish})
    now = clock.now()
    suppressing.lift(row.contact_point, by=request.member.name, at=now)
    _note(request, "suppression.lift", row.contact_point, reason=row.reason)
    messages.success(request, f"We write to {row.contact_point.address} again.")
    return redirect("reach:suppressions")


@members_only(Act.WRITE_CUSTOMERS)
@require_POST
def stop(request: MemberRequest, pk: int) -> HttpResponse:
    """A member stops writing to a contact point."""
    point = get_object_or_404(ContactPoint, pk=pk)
    suppressing.suppress(point, reason=Suppression.Reason.BY_HAND, at=clock.now(), details=f"by {request.member.name}")
    _note(request, "suppression.add", point)
    messages.success(request, f"We no longer write to {point.address}.")
    return redirect(_back(request))


@members_only(Act.READ_CUSTOMERS)
def panel_customer(request: MemberRequest, pk: int) -> HttpResponse:
    """What one customer was told, and where we may write; a fragment of the customer's page, and a page alone."""
    customer = get_object_or_404(Customer.objects.filter(erased_at__isnull=True), pk=pk)
    ways = preferring.ways_of(customer)
    deliveries = (
        preferring.sent_to(customer)
        .select_related("notice__incident", "notice__update", "contact_point")
        .prefetch_related("receipts")
        .order_by("-pk")[:SHOWN_ON_PANEL]
    )
    replies = Reply.objects.of_customer(customer).select_related("contact_point__customer", "incident")
    standing = Suppression.objects.standing().filter(contact_point__customer=customer)
    context = {
        "customer": customer,
        "ways": ways,
        "customer_suppressions": list(standing),
        "hearings": told_times.hearings_of(customer, now=clock.now()),
        "deliveries": answers.filled_in(deliveries),
        "replies": replies[:SHOWN_ON_PANEL],
        "confirmations": customer.confirmations.select_related("incident").order_by("-confirmed_at")[:SHOWN_ON_PANEL],
        "subscriptions": subscribing.wishes_of(customer),
        "subscription_form": SubscriptionForm(customer=customer),
        "webhook_form": WebhookForm(auto_id="webhook-%s"),
        "point_form": ContactPointForm(auto_id="point-%s"),
        "preferences": _preferences(customer, ways),
        "may_write": request.member.may(Act.WRITE_CUSTOMERS),
    }
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "reach/_customer.html" if is_fragment else "reach/customer.html"
    return TemplateResponse(request, template, context)


@members_only(Act.WRITE_CUSTOMERS)
@require_POST
def subscribe(request: MemberRequest, customer_id: int) -> HttpResponse:
    """A member notes that a customer wants to be told about something."""
    customer = get_object_or_404(Customer.objects.filter(erased_at__isnull=True), pk=customer_id)
    form = SubscriptionForm(request.POST, customer=customer)
    if form.is_valid():
        row = subscribing.subscribe(form.cleaned_data["point"], at=clock.now(), **form.about())
        _note(request, "subscription.add", row.contact_point, about=subscribing.name_of(row))
        messages.success(request, f"{row.contact_point.address} is told about {row.about}.")
    else:
        messages.error(request, " ".join(str(problem) for problems in form.errors.values() for problem in problems))
    return redirect(_back(request))


@members_only(Act.WRITE_CUSTOMERS)
@require_POST
def end_subscription(request: MemberRequest, pk: int) -> HttpResponse:
    """A member ends a wish."""
    row = get_object_or_404(Subscription.objects.select_related("contact_point"), pk=pk)
    _note(request, "subscription.end", row.contact_point, about=subscribing.name_of(row))
    row.delete()
    messages.success(request, f"{row.contact_point.address} is no longer told about {row.about}.")
    return redirect(_back(request))


def _preferences(customer: Customer, ways: list[preferring.Way]) -> str:
    """The page on which the customer chooses; none while they have no address."""
    if not ways:
        return ""
    return links.preferences_url(customer.pk, ways[0].contact_point.pk, ending.times_ended(customer))


def _query(**wanted: str) -> str:
    """What was asked for, as the beginning of the query of another page."""
    asked = {name: value for name, value in wanted.items() if value}
    return f"{urlencode(asked)}&" if asked else ""


def _note(request: MemberRequest, act: str, point: ContactPoint, **details: str) -> None:
    subject = f"contact point {point.pk}"
    audit.record(at=clock.now(), actor=request.member.name, act=act, subject=subject, **details)


def _back(request: MemberRequest) -> str:
    """Where the member came from, when that is here."""
    where = request.POST.get("next", "")
    is_ours = where.startswith("/") and url_has_allowed_host_and_scheme(where, allowed_hosts={request.get_host()})
    return where if is_ours else "reach:suppressions"
