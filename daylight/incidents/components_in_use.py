"""Who uses which component: read from the customers' own records, or set by hand for many at once."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.db.models import Max

from daylight.customers.models import Customer, Import
from daylight.incidents.models import Component, ComponentUse, UsesRead

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


def read_when_due(now: datetime) -> int:
    """Read again when an import of customers has finished, or a component was added, since the last time.

    Returns how many uses were new. The mark is taken before reading, so that what ends meanwhile is read next time.
    """
    mark = _mark()
    last, _ = UsesRead.objects.get_or_create(pk=1, defaults={"read_at": now})
    if (last.imported_at, last.newest_component) == mark:
        return 0
    number = read_from_customers()
    UsesRead.objects.filter(pk=last.pk).update(imported_at=mark[0], newest_component=mark[1], read_at=now)
    return number


def _mark() -> tuple[datetime | None, int]:
    done = Import.objects.filter(kind=Import.Kind.CUSTOMERS, state=Import.State.DONE)
    newest: int | None = Component.objects.in_use().aggregate(newest=Max("pk"))["newest"]
    return done.aggregate(last=Max("finished_at"))["last"], newest or 0


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
