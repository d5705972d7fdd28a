"""Gives a person all we keep about them, and forgets it when they ask."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from daylight.accounts.audit import record
from daylight.accounts.models import Member
from daylight.core.secrets import SealedField
from daylight.customers.models import Consent, ContactPoint, Customer, ImportFault

ERASED_NAME = "Erased customer"


class AlreadyErased(Exception):
    """There is nothing left to erase."""


def personal_data(customer: Customer) -> dict[str, Any]:
    """Everything the tables of any room say of the customer, as JSON takes it; secrets are left out."""
    points = list(customer.contact_points.all())
    return {
        "customer": _row(customer) | {"group": customer.group.name if customer.group else None},
        "contact_points": [_row(point) | _about(point, leave_out=set()) for point in points],
        **_about(customer, leave_out={"contact_points"}),
    }


def _about(owner: models.Model, *, leave_out: set[str]) -> dict[str, Any]:
    """Rows of every room that point at `owner`: upper rooms are met by their relations, never by name."""
    told: dict[str, Any] = {}
    for relation in owner._meta.related_objects:
        name = relation.get_accessor_name() or relation.related_model._meta.model_name or ""
        if name in leave_out or relation.many_to_many:
            continue
        rows = relation.related_model._base_manager.filter(**{relation.field.name: owner.pk})
        found = [_row(row) | _parts_of(row) for row in rows]
        if found:
            told[name if not name.endswith("+") else relation.related_model.__name__.lower()] = found
    return told


def _parts_of(row: models.Model) -> dict[str, Any]:
    """The rows that a row of an upper room says belong to it (`told_with`): a conversation's messages."""
    names: Iterable[str] = getattr(row, "told_with", ())
    return {name: [_row(part) for part in getattr(row, name).all()] for name in names}


def _row(row: models.Model) -> dict[str, Any]:
    kept = [field for field in row._meta.concrete_fields if not isinstance(field, SealedField)]
    return {field.name: _plain(field.value_from_object(row)) for field in kept}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | dict | list | None) else str(value)


@transaction.atomic
def erase(customer: Customer, *, by: Member, at: datetime) -> None:
    """Forget name, addresses and facts for good. Keys stay, so that the ledger still adds up and says nothing.

    The customer number stays too: by it the next import knows not to bring the person back. Raises AlreadyErased.
    """
    fresh = Customer.objects.select_for_update().get(pk=customer.pk)
    if fresh.erased_at is not None:
        raise AlreadyErased
    forget(fresh, at=at)
    record(at=at, actor=by.name, act="customer.erase", subject=f"customer {fresh.pk}")


def forget(fresh: Customer, *, at: datetime) -> None:
    """What `erase` does, within the caller's transaction and without an entry of a member in the audit trail."""
    _forget_faults(fresh)
    for point in fresh.contact_points.all():
        Consent.withdraw(point, by="erasure", at=at)
        point.address, point.retired_at = f"erased-{point.pk}", point.retired_at or at
        point.save(update_fields=["address", "backwards", "retired_at"])
    fresh.commitments.update(title="", attributes={}, updated_at=at)
    fresh.name, fresh.group, fresh.language, fresh.time_zone = ERASED_NAME, None, "", ""
    fresh.attributes, fresh.erased_at, fresh.updated_at = {}, at, at
    fresh.save()


def _forget_faults(customer: Customer) -> None:
    """Rows of files that could not be taken may hold the person's data as well."""
    for address in ContactPoint.objects.filter(customer=customer).values_list("address", flat=True):
        ImportFault.objects.filter(row__icontains=address).delete()
    if customer.external_id:
        ImportFault.objects.filter(row__icontains=f'"{customer.external_id}"').delete()
