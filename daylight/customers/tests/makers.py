"""Makers of the room: one word makes a sensible thing, keywords say what matters to the test."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import count
from typing import Any

from conftest import START
from daylight.customers.models import Commitment, ContactPoint, Customer, Group

_numbers = count(1)


def a_customer(
    name: str = "",
    *,
    number: str | None = None,
    email: str | None = "",
    phone: str | None = None,
    group: Group | str | None = None,
    language: str = "",
    time_zone: str = "",
    attributes: Mapping[str, Any] | None = None,
    at: datetime = START,
) -> Customer:
    """A customer with an e-mail address of their own; `email=None` for one without."""
    serial = next(_numbers)
    customer = Customer.objects.create(
        external_id=number,
        name=name or f"Customer {serial}",
        group=Group.objects.get_or_create(name=group)[0] if isinstance(group, str) else group,
        language=language,
        time_zone=time_zone,
        attributes=dict(attributes or {}),
        created_at=at,
        updated_at=at,
    )
    if email is not None:
        a_contact_point(customer, address=email or f"customer{serial}@mail.example", at=at)
    if phone:
        a_contact_point(customer, channel="sms", address=phone, position=1, at=at)
    return customer


def a_contact_point(
    customer: Customer | None = None,
    *,
    channel: str = "email",
    address: str = "",
    position: int = 0,
    from_file: bool = False,
    at: datetime = START,
) -> ContactPoint:
    """One way to reach `customer`, or a customer made for it."""
    return ContactPoint.objects.create(
        customer=customer or a_customer(email=None),
        channel=channel,
        address=address or f"point{next(_numbers)}@mail.example",
        position=position,
        from_file=from_file,
        created_at=at,
    )


def a_commitment(
    customer: Customer | None = None,
    *,
    kind: str = "order",
    reference: str = "",
    promised_on: date | None = date(2026, 5, 4),
    expected_on: date | None = None,
    state: str = Commitment.State.OPEN,
    attributes: Mapping[str, Any] | None = None,
    at: datetime = START,
) -> Commitment:
    """An order promised for the day the tests begin, unless told otherwise."""
    return Commitment.objects.create(
        customer=customer or a_customer(),
        kind=kind,
        reference=reference or f"10-{next(_numbers)}",
        promised_on=promised_on,
        expected_on=expected_on,
        state=state,
        attributes=dict(attributes or {}),
        created_at=at,
        updated_at=at,
    )
