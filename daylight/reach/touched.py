"""Which commitments of a customer an incident touches: those that the rules of its register look for."""

from collections import defaultdict
from collections.abc import Collection

from daylight.incidents import register
from daylight.incidents.models import Incident
from daylight.reach.channels.base import Promised


def promised_to(incident: Incident, customers: Collection[int]) -> dict[int, tuple[Promised, ...]]:
    """By customer, soonest promised first; asked in two questions, however many customers."""
    found = register.commitments_touched(incident, customers)
    rows = found.order_by("promised_on", "promised_at", "pk").values_list(
        "customer", "kind", "reference", "title", "promised_at", "promised_on", "expected_at", "expected_on"
    )
    promised: defaultdict[int, list[Promised]] = defaultdict(list)
    for customer, kind, reference, title, promised_at, promised_on, expected_at, expected_on in rows:
        promised[customer].append(
            Promised(kind, reference, title, promised_at or promised_on, expected_at or expected_on)
        )
    return {customer: tuple(theirs) for customer, theirs in promised.items()}
