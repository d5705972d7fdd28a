"""Makers of the room."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from conftest import START
from daylight.accounts.models import Member
from daylight.core import statistics
from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import AffectedCustomer, Incident, RegisterVersion, Update, UpdateText
from daylight.incidents.register import MANY
from daylight.reach import endpoints
from daylight.reach.channels.base import Accepted, AlarmWords, Kind, Message, Notification, Reader, nothing

_number = count(1)


def a_contact_point(
    *, customer: Customer | None = None, channel: str = "email", address: str = "", name: str = "Zoë Adler"
) -> ContactPoint:
    """A contact point of `customer`, or of a new one."""
    if customer is None:
        customer = Customer.objects.create(name=name, created_at=START, updated_at=START)
    return ContactPoint.objects.create(
        customer=customer, channel=channel, address=address or f"zoe{next(_number)}@shop.example", created_at=START
    )


def a_webhook(address: str = "https://hooks.example/daylight") -> ContactPoint:
    """A webhook contact point with its secret."""
    contact_point = a_contact_point(channel="webhook", address=address)
    endpoints.add(contact_point)
    return contact_point


class HandChannel:
    """A channel whose far end is the test: it keeps what was sent, or fails with what `fails_with` says."""

    waits: tuple[timedelta, ...] = (timedelta(seconds=5), timedelta(minutes=1))
    needs_secret = False
    connections = 1
    resend_when_in_doubt = False
    tells_every_point = False
    is_first_word = True
    makes_noise = False
    kinds: tuple[Kind, ...] = ()
    is_open = True

    def __init__(self, name: str = "email") -> None:
        self.name = name
        self.label = name.title()
        self.sent: list[Message] = []
        self.tries = 0
        self.fails_with: Exception | None = None
        self.refuses_to_open: Exception | None = None

    def normalise(self, address: str) -> str:
        return address.strip().lower()

    def compose(self, notification: Notification, *, to: Reader, key: str) -> Message:
        return Message(address=to.address, subject=notification.headline, text=key, payload=b"", headers={"key": key})

    def compose_alarm(self, words: AlarmWords, *, to: Reader, key: str) -> Message:
        text = f"{words.text}\n{words.url}"
        return Message(address=to.address, subject=words.subject, text=text, payload=b"", headers={"key": key})

    def open(self, settings: Mapping[str, Any]) -> "HandChannel":
        if self.refuses_to_open:
            raise self.refuses_to_open
        return self

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = nothing) -> Accepted:
        self.tries += 1
        if self.fails_with:
            raise self.fails_with
        on_wire()
        self.sent.append(message)
        return Accepted(reference=idempotency_key)

    def close(self) -> None:
        pass


def customers(number: int, *, points: bool = True, **facts: Any) -> list[Customer]:
    """New customers, each with a mail address of its own unless `points` is false."""
    first = next(_number)
    made = Customer.objects.bulk_create(
        Customer(name=f"Customer {first}-{index}", created_at=START, updated_at=START, **facts)
        for index in range(number)
    )
    if points:
        ContactPoint.objects.bulk_create(
            ContactPoint(customer=customer, channel="email", address=f"c{first}-{index}@shop.example", created_at=START)
            for index, customer in enumerate(made)
        )
    if number >= MANY:  # As an import does.
        statistics.refresh(Customer, ContactPoint)
    return made


def a_reached_incident(by: Member, *, affected: list[Customer], **facts: Any) -> Incident:
    """A public incident whose register holds these customers."""
    given: dict[str, Any] = {"made_public_at": START, "made_public_by": by, "severity": 2, "aware_at": START} | facts
    incident = Incident.objects.create(
        kind="outage",
        title="Checkout fails",
        occurred_at=START,
        opened_at=START,
        opened_by=by,
        **given,
    )
    join(incident, affected)
    return incident


def join(incident: Incident, affected: list[Customer], *, at: datetime = START) -> RegisterVersion:
    """A new version of the register with these customers added."""
    number = incident.register_versions.count() + 1
    AffectedCustomer.objects.bulk_create(
        AffectedCustomer(
            incident=incident,
            customer=customer,
            reason="Your shop uses our checkout",
            since=at,
            added_at=at,
            added_in=number,
        )
        for customer in affected
    )
    if len(affected) >= MANY:
        statistics.refresh(AffectedCustomer)
    total = incident.affected.filter(removed_at__isnull=True).count()
    return RegisterVersion.objects.create(
        incident=incident, number=number, frozen_at=at, added=len(affected), total=total
    )


def a_published_update(incident: Incident, *, at: datetime = START, **facts: Any) -> Update:
    """A published update with its six parts in English."""
    texts = facts.pop("texts", None) or {"en": {}}
    given: dict[str, Any] = {
        "number": incident.updates.filter(number__isnull=False).count() + 1,
        "state": Update.State.PUBLISHED,
        "stage": "identified",
        "written_at": at,
        "published_at": at,
        "next_update_by": at + timedelta(minutes=30),
    }
    update = Update.objects.create(incident=incident, **(given | facts))
    words = {
        "headline": "Checkout fails for card payments",
        "what": "Card payments fail at the last step.",
        "who": "Shops that use our checkout.",
        "why": "",
        "doing": "We go back to yesterday's version.",
        "meanwhile": "Offer payment by invoice.",
    }
    for language, changes in texts.items():
        UpdateText.objects.create(update=update, language=language, **(words | changes))
    return update
