"""Ends all links of a customer at once: a message was forwarded, a phone was lost.

A link carries how often its customer's links had been ended when it was made; it works while that is still so.
"""

from collections import Counter
from datetime import datetime

from django.db.models import QuerySet

from daylight.customers.models import Customer
from daylight.reach.models import Delivery, LinksEnded


def end_links(customer: Customer, *, by: str, because: str, at: datetime) -> LinksEnded:
    """From now on no link that the customer holds opens anything; those made later do."""
    return LinksEnded.objects.create(customer=customer, ended_at=at, ended_by=by, because=because.strip())


def times_ended(customer: Customer) -> int:
    """How often this customer's links were ended: what a link of theirs must carry to work."""
    return LinksEnded.objects.filter(customer=customer).count()


def times_ended_by(deliveries: QuerySet[Delivery], *, now: datetime) -> dict[int, int]:
    """The same by delivery, as it was when each left: what links it carries or carried. Whoever has 0 is left out.

    It costs one question for a whole batch, because next to nobody's links were ever ended.
    """
    rows = deliveries.filter(customer__links_ended__isnull=False).values_list(
        "pk", "accepted_at", "customer__links_ended__ended_at"
    )
    return dict(Counter(key for key, went_at, ended_at in rows if ended_at <= (went_at or now)))
