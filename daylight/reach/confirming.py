"""A customer says: I have seen this. From then on nobody is tried, called or chased for that incident any more.

One yes counts for the whole incident: whoever read one of our words reads the next, and is not asked again.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from daylight.customers.models import Customer
from daylight.incidents.models import Incident
from daylight.reach.models import Call, Confirmation


@transaction.atomic
def confirm(customer: Customer, incident: Incident, *, how: Confirmation.How, at: datetime) -> Confirmation:
    """Write down that the customer has seen the news of an incident; said twice, the first time counts."""
    confirmation, _ = Confirmation.objects.get_or_create(
        customer=customer, incident=incident, defaults={"confirmed_at": at, "how": how}
    )
    Call.objects.free(at).filter(customer=customer, incident=incident).end(outcome=Call.Outcome.CONFIRMED, at=at)
    return confirmation


def of(customer: Customer, incident: Incident) -> Confirmation | None:
    """The customer's yes, if there is one."""
    return Confirmation.objects.filter(customer=customer, incident=incident).first()


def confirmed(incident: Incident) -> QuerySet[Confirmation]:
    """Who confirmed, the latest first."""
    rows: QuerySet[Confirmation] = Confirmation.objects.filter(incident=incident)
    return rows.select_related("customer").order_by("-confirmed_at", "-pk")
