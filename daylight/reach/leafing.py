"""Leafs through the ledger of an update: any page of ten million rows costs as little as the first.

Rows come in the order of their ids, a page begins behind the last id of the one before, and nothing is ever counted:
the counts that batches keep say which stretches of the ledger hold a row of the wanted state at all.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Q, QuerySet

from daylight.customers.models import Customer
from daylight.incidents.models import Update
from daylight.reach.models import Batch, Delivery, Notice, Unreached
from daylight.reach.models.delivery import LAST_CUSTOMER, LAST_SLOT, NOTICE_SHIFT, delivery_id
from daylight.reach.moves import COUNT, State

PAGE = 50
BATCHES_AT_A_TIME = 200
MOST_FOUND = 500
"""A search looks through so many customers whom the words may mean; then the words must say more."""

PEOPLE_AT_A_TIME = 100


@dataclass(frozen=True)
class DeliveryPage:
    """Some deliveries in the order of their ids; `after` is where more follow, empty when these are the last."""

    rows: list[Delivery]
    after: str
    is_first: bool
    is_cut: bool = False


@dataclass(frozen=True)
class UnreachedPage:
    """Some customers whom no message could be sent to; the rest as above."""

    rows: list[Unreached]
    after: str
    is_first: bool
    is_cut: bool = False


def deliveries(update: Update, *, states: Collection[State] = (), after: str = "", wanted: str = "") -> DeliveryPage:
    """A page of the ledger of an update: all of it, or what stands at `states`; `wanted` finds people."""
    begin = _key(after)
    is_cut = False
    if wanted:
        people, is_cut = _found(wanted)
        keys = _keys_of(_notices(update), people, states, begin)
    else:
        keys = keys_at(_notices(update), states, after=begin)
    found = list(islice(keys, PAGE + 1))
    rows = Delivery.objects.select_related("customer", "contact_point", "batch").in_bulk(found[:PAGE])
    following = str(found[PAGE - 1]) if len(found) > PAGE else ""
    return DeliveryPage([rows[key] for key in found[:PAGE]], following, is_first=not begin, is_cut=is_cut)


def unreached(update: Update, *, after: str = "", wanted: str = "") -> UnreachedPage:
    """A page of those for whom no contact point could be used."""
    begin, is_cut = _key(after), False
    found: list[Unreached] = []
    people: Sequence[int] | None = None
    if wanted:
        people, is_cut = _found(wanted)
    for notice in _notices(update):
        first = begin - delivery_id(notice, 0) if begin >> NOTICE_SHIFT == notice else 0
        if begin >> NOTICE_SHIFT <= notice and len(found) <= PAGE:
            rows = Unreached.objects.filter(notice=notice, customer_id__gt=first).order_by("customer_id")
            rows = rows if people is None else rows.filter(customer__in=people)
            found += rows.select_related("customer")[: PAGE + 1 - len(found)]
    last = found[PAGE - 1] if len(found) > PAGE else None
    following = str(delivery_id(last.notice_id, 0) + last.customer_id) if last else ""
    return UnreachedPage(found[:PAGE], following, is_first=not begin, is_cut=is_cut)


def keys_at(notices: Iterable[int], states: Collection[State] = (), *, after: int = 0) -> Iterator[int]:
    """The ids of all deliveries of these notices, or of those that stand at `states`, in their order."""
    for notice in notices:
        first, last = delivery_id(notice, 0), delivery_id(notice, LAST_CUSTOMER, LAST_SLOT)
        if last <= after:
            continue
        begin = max(first - 1, after)
        for low, high in _stretches(notice, states, begin) if states else [(begin + 1, last)]:
            rows = Delivery.objects.filter(pk__gte=max(low, begin + 1), pk__lte=high)
            yield from _ids(rows.filter(state__in=states) if states else rows)


def _ids(rows: QuerySet[Delivery]) -> Iterator[int]:
    """The ids of rows in their order, a page at a time: nobody knows how many are wanted."""
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[: PAGE + 1]):
        yield from some
        if len(some) <= PAGE:
            return
        last = some[-1]


def _stretches(notice: int, states: Collection[State], after: int) -> Iterator[tuple[int, int]]:
    """The ranges of ids in which, by the batches' counts, rows of these states lie; neighbours are put together."""
    some = Q()
    for state in states:
        some |= Q(**{f"{COUNT[state]}__gt": 0})
    batches = Batch.objects.filter(some, notice=notice, last_id__gt=after).order_by("first_id", "last_id")
    low = high = 0
    for first, last in batches.values_list("first_id", "last_id").iterator(chunk_size=BATCHES_AT_A_TIME):
        if high and first > high + 1 + LAST_SLOT:
            yield low, high
            low, high = first, last
        else:
            low, high = low or first, max(high, last)
    if high:
        yield low, high


def _keys_of(notices: Sequence[int], people: Sequence[int], states: Collection[State], after: int) -> Iterator[int]:
    for notice in notices:
        waiting = iter(people)
        while some := list(islice(waiting, PEOPLE_AT_A_TIME)):
            rows = Delivery.objects.of_each(notice, some)
            rows = rows.filter(state__in=states) if states else rows
            yield from (key for key in rows.order_by("pk").values_list("pk", flat=True) if key > after)


def _found(wanted: str) -> tuple[list[int], bool]:
    """The ids of customers whom the words may mean, in their order; and whether there are more than were taken."""
    keys = Customer.objects.some(wanted, most=MOST_FOUND + 1)
    return keys[:MOST_FOUND], len(keys) > MOST_FOUND


def _notices(update: Update) -> list[int]:
    return list(Notice.objects.filter(update=update).order_by("pk").values_list("pk", flat=True))


def _key(after: str) -> int:
    return int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
