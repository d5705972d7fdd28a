"""Deliveries that left, and a channel whose provider is the test."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from daylight.accounts.models import Member
from daylight.reach import fanout, keys, ledger
from daylight.reach.channels.inbound import Heard, InboundRequest, NotGenuine, SaidKind, SaidReceipt
from daylight.reach.models import Batch, Delivery, Provider, ProviderReference
from daylight.reach.moves import State
from daylight.reach.tests.makers import HandChannel, a_published_update, a_reached_incident, customers


def deliveries_that_left(by: Member, number: int, *, at: datetime, state: State = State.ACCEPTED) -> list[Delivery]:
    """Deliveries of one notice, all accepted by their provider unless `state` says otherwise."""
    a_published_update(a_reached_incident(by, affected=customers(number)))
    fanout.step(at)
    if state != State.QUEUED:
        ledger.move(Delivery.objects.values_list("pk", flat=True), to=state, at=at)
    return list(Delivery.objects.select_related("contact_point", "customer").order_by("pk"))


def a_provider(channel: str = "email", name: str = "Mail house", **facts: Any) -> Provider:
    """A provider of a channel."""
    given: dict[str, Any] = {"settings": {"kind": "hand"}, "kind": "hand"} | facts
    return Provider.objects.create(channel=channel, name=name, **given)


def key_of(delivery: Delivery) -> str:
    """The key that travels with a delivery."""
    return keys.delivery_key(delivery.notice_id, delivery.contact_point_id)


def a_receipt(delivery: Delivery, kind: SaidKind, at: datetime, **facts: Any) -> SaidReceipt:
    """A receipt that gives our key back."""
    return SaidReceipt(kind=kind, said_at=at, key=key_of(delivery), **facts)


def name_by_reference(delivery: Delivery, provider: Provider, reference: str) -> None:
    """What the ledger writes when the provider has a name of its own for a message."""
    ProviderReference.objects.create(provider=provider, reference=reference, delivery=delivery)


def counts() -> dict[str, int]:
    """What the batches count, without zeros."""
    names = ("queued", "accepted", "delivered", "bounced", "failed", "told")
    totals = {name: sum(Batch.objects.values_list(name, flat=True)) for name in names}
    return {name: count for name, count in totals.items() if count}


def in_ledger() -> dict[str, int]:
    """What the ledger itself holds, counted row by row."""
    found: dict[str, int] = {}
    for state in Delivery.objects.values_list("state", flat=True):
        label = State(state).label
        found[label] = found.get(label, 0) + 1
    return found


class TalkingChannel(HandChannel):
    """Its provider says what the test lays into `says`; a request without the right secret is not genuine."""

    def __init__(self, name: str = "email") -> None:
        super().__init__(name)
        self.says: Heard | Exception = Heard()
        self.asked: list[InboundRequest] = []

    def inbound(self, kind: str, settings: Mapping[str, Any], request: InboundRequest) -> Heard:
        self.asked.append(request)
        if request.header("x-secret") != "right":
            raise NotGenuine("the secret is wrong")
        if isinstance(self.says, Exception):
            raise self.says
        return self.says
