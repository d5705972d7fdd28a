"""Finds the notice of ours that a mail answers: our mails bear the key of their delivery in their Message-ID."""

from collections.abc import Iterable
from dataclasses import dataclass

from daylight.core.parts import in_parts
from daylight.customers.models import ContactPoint
from daylight.reach import keys
from daylight.reach.models import Notice


@dataclass(frozen=True)
class Answered:
    """A notice that somebody answers: about which incident, and to whom it went."""

    incident_id: int
    customer_id: int
    address: str


def answered(names: Iterable[str]) -> dict[str, Answered]:
    """Those among these names of messages, or addresses, that bear a genuine key, with what it tells."""
    asked = {name: keys.read_delivery_key(key) for name in names for key in [next(keys.keys_in(name), "")] if key}
    incidents: dict[int, int] = {}
    for part in in_parts({notice for notice, _ in asked.values()}):
        incidents |= dict(Notice.objects.filter(pk__in=part).values_list("pk", "incident"))
    people: dict[int, tuple[int, str]] = {}
    for part in in_parts({point for _, point in asked.values()}):
        rows = ContactPoint.objects.filter(pk__in=part).values_list("pk", "customer", "address")
        people |= {point: (customer, address) for point, customer, address in rows}
    return {
        name: Answered(incidents[notice], *people[point])
        for name, (notice, point) in asked.items()
        if notice in incidents and point in people
    }
