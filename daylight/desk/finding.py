"""Search over everything with a name: incidents, customers, commitments; a handful of each."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.customers.models import Commitment, Customer
from daylight.desk.addresses import address_of, room_of
from daylight.incidents.models import Incident

SHORTEST = 2
OF_EACH = 6


@dataclass(frozen=True)
class Found:
    """One thing found: what kind of thing, its name, a word more, and where it is."""

    kind: str
    name: str
    more: str
    address: str


def find(words: str, *, member: Member) -> list[Found]:
    """What is called like `words`, as far as this member may see it."""
    if len(words) < SHORTEST:
        return []
    found = list(_incidents(words, member))
    if member.may(Act.READ_CUSTOMERS):
        found += [*_customers(words), *_commitments(words)]
    return found


def _incidents(words: str, member: Member) -> Iterator[Found]:
    for row in Incident.objects.for_member(member).filter(Q(title__icontains=words) | Q(public_id=words.lower()))[
        :OF_EACH
    ]:
        yield Found("Incidents", row.title, "open" if row.closed_at is None else "ended", room_of(row))


def _customers(words: str) -> Iterator[Found]:
    for row in Customer.objects.present().search(words)[:OF_EACH]:
        yield Found("Customers", row.name, row.external_id or "", address_of("customers:customer", row.pk))


def _commitments(words: str) -> Iterator[Found]:
    rows = Commitment.objects.filter(reference__istartswith=words).select_related("customer")
    for row in rows[:OF_EACH]:
        address = address_of("customers:customer", row.customer_id)
        yield Found("Orders and other commitments", f"{row.kind} {row.reference}", row.customer.name, address)
