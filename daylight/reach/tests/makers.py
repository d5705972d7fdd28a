"""Makers of the room."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from conftest import START
from daylight.customers.models import ContactPoint, Customer
from daylight.reach import endpoints
from daylight.reach.channels.base import Accepted, AlarmWords, Message, Notification, Reader

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

    def send(self, message: Message, *, idempotency_key: str) -> Accepted:
        self.tries += 1
        if self.fails_with:
            raise self.fails_with
        self.sent.append(message)
        return Accepted(reference=idempotency_key)

    def close(self) -> None:
        pass
