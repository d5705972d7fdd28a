"""What this room shows on the screens of others: on a customer's page, and in the incident room."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.customers.models import Customer
from daylight.incidents.models import Incident
from daylight.listen import asked, cards, listing
from daylight.listen.models import Conversation, Message

OF_CUSTOMER = 10
OF_INCIDENT = 5


@require_GET
@members_only(Act.READ_CUSTOMERS)
def customer(request: MemberRequest, pk: int) -> HttpResponse:
    """The conversations of one customer, the newest first."""
    found = get_object_or_404(Customer, pk=pk)
    rows = (
        Conversation.objects.visible_to(request.member).filter(customer=found).order_by("-last_said_at")[:OF_CUSTOMER]
    )
    return _panel(request, "listen/panels/customer.html", {"customer": found, "conversations": rows})


@require_GET
@members_only(Act.READ_CUSTOMERS)
def incident(request: MemberRequest, public_id: str) -> HttpResponse:
    """What customers say about one incident, in their own words, and how many of them wait."""
    found = get_object_or_404(Incident.objects.for_member(request.member), public_id=public_id)
    rows = Conversation.objects.heard().filter(incident=found)
    last = rows.order_by("-last_said_at").values_list("pk", flat=True)[:OF_INCIDENT]
    heard = Message.objects.heard().filter(conversation__in=list(last)).select_related("conversation__customer")
    context = {
        "incident": found,
        "said": heard.order_by("-said_at")[:OF_INCIDENT],
        "number": rows[: listing.COUNTED].count(),
        "waiting": rows.unanswered()[: listing.COUNTED].count(),
        "asked": asked.of(found),
        "most": listing.COUNTED,
        "repeats": cards.repeats(clock.now(), incident=found),
        "may_answer": request.member.may(Act.ANSWER),
    }
    return _panel(request, "listen/panels/incident.html", context)


def _panel(request: MemberRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """A panel as a fragment, or as a page of its own for whoever opens its address."""
    if request.headers.get("HX-Request") == "true":
        return TemplateResponse(request, template, context)
    return TemplateResponse(request, "listen/panels/alone.html", {**context, "panel": template})
