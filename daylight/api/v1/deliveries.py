"""The delivery ledger: who was told what, when, with what result."""

from datetime import datetime
from itertools import islice
from typing import Annotated

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from daylight.accounts.roles import Act
from daylight.api.v1.door import KeyRequest, needs, reading
from daylight.api.v1.incidents import PublicId, incident_of, incidents_of
from daylight.api.v1.paging import Paging, after_of, page_of
from daylight.api.v1.problems import Refused
from daylight.api.v1.types import Key
from daylight.reach import answers, leafing
from daylight.reach.models import Delivery, Notice

router = Router(tags=["deliveries"])

STATES = {state.label.replace(" ", "_"): state for state in Delivery.State}


class DeliveryOut(Schema):
    """One notice to one contact point."""

    id: str
    incident: str
    update: int | None
    customer_id: int
    channel: str
    address: str
    state: str
    attempts: int
    changed_at: datetime
    accepted_at: datetime | None
    answer: str

    @staticmethod
    def resolve_id(delivery: Delivery) -> str:
        """Digits in a text: JavaScript has no whole numbers as large as these."""
        return str(delivery.pk)

    @staticmethod
    def resolve_incident(delivery: Delivery) -> str:
        """The public id of the incident."""
        return delivery.notice.incident.public_id

    @staticmethod
    def resolve_update(delivery: Delivery) -> int | None:
        """The number of the update."""
        return delivery.notice.update.number

    @staticmethod
    def resolve_channel(delivery: Delivery) -> str:
        """The channel of the contact point."""
        return delivery.contact_point.channel

    @staticmethod
    def resolve_address(delivery: Delivery) -> str:
        """The address of the contact point."""
        return delivery.contact_point.address

    @staticmethod
    def resolve_state(delivery: Delivery) -> str:
        """Where it stands."""
        return delivery.get_state_display().replace(" ", "_")


class DeliveryPage(Schema):
    """A page of the ledger."""

    items: list[DeliveryOut]
    next: str | None


class DeliveryFilter(Paging):
    """Which deliveries."""

    update: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    state: Annotated[str, Field(max_length=20, description=f"One of {', '.join(STATES)}.")] = ""
    customer_id: Key | None = None


@router.get("/incidents/{incident_id}/deliveries", response=reading(DeliveryPage), operation_id="list_deliveries")
@needs(Act.READ_CUSTOMERS)
def list_deliveries(request: KeyRequest, incident_id: PublicId, paging: Query[DeliveryFilter]) -> object:
    """The ledger of an incident."""
    if paging.state and paging.state not in STATES:
        raise Refused(f"Known states: {', '.join(STATES)}.", status=422, where="state")
    states = [STATES[paging.state]] if paging.state else []
    notices = Notice.objects.filter(incident=incident_of(request, incident_id))
    if paging.update:
        notices = notices.filter(update__number=paging.update)
    rows = _rows(list(notices.order_by("pk").values_list("pk", flat=True)), states, paging)
    items, following = page_of(rows.select_related("notice__incident", "notice__update", "contact_point"), paging)
    return {"items": answers.filled_in(items), "next": following}


def _rows(notices: list[int], states: list[Delivery.State], paging: DeliveryFilter) -> QuerySet[Delivery]:
    """A few rows that hold the page; the ledger is never searched for them."""
    if paging.customer_id:
        rows: QuerySet[Delivery] = Delivery.objects.of_customer(paging.customer_id, notices=notices)
        return rows.filter(state__in=states) if states else rows
    keys = islice(leafing.keys_at(notices, states, after=after_of(paging)), paging.limit + 1)
    return Delivery.objects.filter(pk__in=list(keys))


@router.get("/deliveries/{delivery_id}", response=reading(DeliveryOut), operation_id="get_delivery")
@needs(Act.READ_CUSTOMERS)
def get_delivery(request: KeyRequest, delivery_id: Key) -> object:
    """One delivery."""
    found = get_object_or_404(
        Delivery.objects.select_related("notice__incident", "notice__update", "contact_point"),
        pk=delivery_id,
        notice__incident__in=incidents_of(request),
    )
    [row] = answers.filled_in([found])
    return row
