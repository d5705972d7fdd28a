"""How many affected customers asked before we had told them, and how many had to chase us."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from daylight.incidents.models import AffectedCustomer, Incident
from daylight.listen.models import Chaser, Conversation
from daylight.reach.models import CallAttempt, Delivery, Notice
from daylight.reach.moves import TOLD

MOST_LOOKED_AT = 1_000
"""Affected customers with a conversation about one incident that are looked at."""


@dataclass(frozen=True)
class Asked:
    """What customers had to do to hear of an incident; `is_whole` is False when there were too many to look at all."""

    wrote: int = 0
    asked_first: int = 0
    chasers: int = 0
    is_whole: bool = True


def of(incident: Incident) -> Asked:
    """The counts of an incident: affected customers who wrote, those who asked first, and chasers."""
    first, is_whole = _first_asked(incident)
    affected = AffectedCustomer.objects.present().filter(incident=incident, customer__in=list(first))
    some = list(affected.values_list("customer_id", flat=True)[: MOST_LOOKED_AT + 1])
    looked_at = some[:MOST_LOOKED_AT]
    told = _first_told(incident, looked_at)
    return Asked(
        wrote=len(looked_at),
        asked_first=sum(customer not in told or first[customer] < told[customer] for customer in looked_at),
        chasers=Chaser.objects.of(incident).count(),
        is_whole=is_whole and len(some) <= MOST_LOOKED_AT,
    )


def _first_asked(incident: Incident) -> tuple[dict[int, datetime], bool]:
    """When each customer first wrote about it, of those who wrote last; and whether these are all."""
    rows = Conversation.objects.heard().filter(incident=incident).order_by("-last_said_at")
    found = list(rows.values_list("customer_id", "first_said_at")[: 2 * MOST_LOOKED_AT])
    first: dict[int, datetime] = {}
    _earliest(first, ((customer, at) for customer, at in found if customer is not None))
    return first, len(found) < 2 * MOST_LOOKED_AT


def _first_told(incident: Incident, customers: Sequence[int]) -> dict[int, datetime]:
    """When the first word of ours on it was accepted for each of them, or said to them on the phone."""
    told: dict[int, datetime] = {}
    for notice in Notice.objects.filter(incident=incident).values_list("pk", flat=True) if customers else ():
        rows = Delivery.objects.of_each(notice, customers).filter(state__in=TOLD, accepted_at__isnull=False)
        _earliest(told, rows.values_list("customer_id", "accepted_at"))
    calls = CallAttempt.objects.filter(
        call__incident=incident, call__customer__in=customers, result=CallAttempt.Result.REACHED
    )
    _earliest(told, calls.values_list("call__customer_id", "made_at"))
    return told


def _earliest(told: dict[int, datetime], found: Iterable[tuple[int, datetime | None]]) -> None:
    for customer, at in found:
        if at is not None:
            told[customer] = min(at, told.get(customer, at))
