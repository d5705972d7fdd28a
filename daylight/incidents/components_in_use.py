"""Who uses which component: read from the customers' own records, or set by hand for many at once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.db import transaction

from daylight.customers.models import Customer
from daylight.incidents.models import Component, ComponentUse

FACT = "uses"
"""The customer attribute that lists components, by key or by name."""

CHUNK = 5_000
T = TypeVar("T")


def read_from_customers() -> int:
    """Write down every use that customers' records name and that was not known; returns how many were new.

    Uses that a record no longer names stay: taking one away is a member's act. Memory is flat.
    """
    keys = {}
    for component in Component.objects.in_use():
        keys[component.key.casefold()] = keys[component.name.casefold()] = component.pk
    before = ComponentUse.objects.count()
    named = Customer.objects.present().filter(attributes__has_key=FACT).values_list("pk", f"attributes__{FACT}")
    pairs = (
        (customer, keys[name.casefold()])
        for customer, value in named.order_by("pk").iterator(chunk_size=CHUNK)
        for name in _names(value)
        if name.casefold() in keys
    )
    for chunk in _chunks(pairs):
        ComponentUse.objects.bulk_create(
            (ComponentUse(customer_id=customer, component_id=component) for customer, component in chunk),
            ignore_conflicts=True,
        )
    return ComponentUse.objects.count() - before


@transaction.atomic
def set_users(component: Component, customers: Iterable[int]) -> int:
    """These customers (by id), and no others, use `component`; returns how many do now."""
    component.uses.all().delete()
    for chunk in _chunks(customers):
        ComponentUse.objects.bulk_create(
            (ComponentUse(customer_id=customer, component=component) for customer in chunk), ignore_conflicts=True
        )
    return component.uses.count()


def _names(value: object) -> list[str]:
    if isinstance(value, str):
        return [name.strip() for name in value.replace(";", ",").split(",") if name.strip()]
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def _chunks(rows: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
