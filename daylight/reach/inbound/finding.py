"""Finds the deliveries that a provider speaks of: by our own key, or by the provider's reference."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from daylight.core.parts import in_parts
from daylight.customers.models import ContactPoint
from daylight.reach import keys
from daylight.reach.channels.inbound import Named
from daylight.reach.models import Delivery, ProviderReference
from daylight.reach.models.delivery import delivery_id

_DELIVERIES = Delivery.objects.select_related("customer", "contact_point", "notice__incident")


@dataclass(frozen=True)
class Found:
    """Deliveries by our key and by the provider's reference."""

    by_key: dict[str, Delivery]
    by_reference: dict[str, Delivery]

    def of(self, named: Named) -> Delivery | None:
        """The delivery that something names, if there is one."""
        return self.by_key.get(named.key) or self.by_reference.get(named.reference)


def find(named: Collection[Named], *, provider_id: int | None) -> Found:
    """Every delivery that is named, in few questions."""
    wanted_keys = {one.key for one in named if one.key}
    wanted_references = {one.reference for one in named if one.reference}
    return Found(_by_key(wanted_keys), by_references(wanted_references, provider_id))


def is_ours(key: str) -> bool:
    """Whether a key is genuine."""
    try:
        keys.read_delivery_key(key)
    except keys.KeyRefused:
        return False
    return True


def _by_key(wanted: Iterable[str]) -> dict[str, Delivery]:
    """Nearly every delivery is its customer's first word, so that is looked for first; then all of the customer's."""
    asked = {keys.read_delivery_key(key): key for key in wanted if is_ours(key)}
    customer_of = _customers(point for _, point in asked)
    first_words = _by_ids(delivery_id(notice, customer_of[point]) for notice, point in asked if point in customer_of)
    found: dict[str, Delivery] = {}
    elsewhere: dict[int, set[int]] = defaultdict(set)
    for (notice, point), key in asked.items():
        customer = customer_of.get(point)
        row = first_words.get(delivery_id(notice, customer)) if customer else None
        if row is not None and row.contact_point_id == point:
            found[key] = row
        elif customer:
            elsewhere[customer].add(notice)
    for customer, notices in elsewhere.items():
        for row in _DELIVERIES.of_customer(customer, notices=notices):
            asked_by = asked.get((row.notice_id, row.contact_point_id))
            if asked_by:
                found[asked_by] = row
    return found


def _customers(points: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in in_parts(sorted(set(points))):
        found |= dict(ContactPoint.objects.filter(pk__in=part).values_list("pk", "customer_id"))
    return found


def by_references(wanted: Iterable[str], provider_id: int | None) -> dict[str, Delivery]:
    """Deliveries by a provider's names for their messages."""
    delivery_of: dict[str, int] = {}
    for part in in_parts(sorted(wanted)):
        rows = ProviderReference.objects.filter(provider=provider_id, reference__in=part)
        delivery_of |= dict(rows.values_list("reference", "delivery_id"))
    deliveries = _by_ids(delivery_of.values())
    return {reference: deliveries[key] for reference, key in delivery_of.items() if key in deliveries}


def _by_ids(wanted: Iterable[int]) -> dict[int, Delivery]:
    found: dict[int, Delivery] = {}
    for part in in_parts(sorted(set(wanted))):
        found |= {row.pk: row for row in _DELIVERIES.filter(pk__in=part)}
    return found
