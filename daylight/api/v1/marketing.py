"""Whom a campaign should leave out while something is wrong for them."""

from typing import Annotated

from ninja import Field, Query, Router, Schema

from daylight.accounts.roles import Act
from daylight.api.v1.door import KeyRequest, needs, reading
from daylight.api.v1.incidents import incidents_of
from daylight.api.v1.paging import Paging, page_of
from daylight.api.v1.register import HitOut
from daylight.api.v1.types import Word
from daylight.incidents.models import AffectedCustomer

router = Router(tags=["marketing"])

MOST_ASKED = 200


class HeldOut(HitOut):
    """A customer who is in trouble with us now, and by which incident."""

    incident: str

    @staticmethod
    def resolve_incident(affected: AffectedCustomer) -> str:
        """The public id of the incident."""
        return affected.incident.public_id


class HeldPage(Schema):
    """A page of customers who are in trouble with us now; one stands there once for each incident."""

    items: list[HeldOut]
    next: str | None


class HeldFilter(Paging):
    """Which: all, or those of some keys of the firm's own records."""

    external_id: Annotated[list[Word], Field(max_length=MOST_ASKED)] = []


@router.get("/marketing-hold", response=reading(HeldPage), operation_id="list_marketing_hold")
@needs(Act.READ_CUSTOMERS)
def list_marketing_hold(request: KeyRequest, asked: Query[HeldFilter]) -> object:
    """Customers whom an open incident hits: leave them out of campaigns until it has ended.

    `external_id`, as often as needed, asks for these customers alone. Exercises and planned work hold nobody.
    """
    # Named one by one, since a database that joins goes through everybody who was ever hit.
    still_open = list(incidents_of(request).filter(closed_at__isnull=True).values_list("pk", flat=True))
    rows = AffectedCustomer.objects.in_trouble().filter(incident__in=still_open)
    if asked.external_id:
        rows = rows.filter(customer__external_id__in=asked.external_id)
    items, following = page_of(rows.select_related("customer", "incident"), asked)
    return {"items": items, "next": following}
