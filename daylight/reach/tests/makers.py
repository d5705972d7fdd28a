"""Makers of the room."""

from itertools import count

from conftest import START
from daylight.customers.models import ContactPoint, Customer
from daylight.reach import endpoints

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
