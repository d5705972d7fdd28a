"""Reading a list of customers that somebody brought: numbers, addresses or order numbers, one a line."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from daylight.customers.models import Commitment, ContactPoint, Customer

CHUNK = 500
MOST_LINES = 500_000


class ListTooLong(Exception):
    """More lines than one list may have: use a rule, or split it."""


@dataclass
class Listing:
    """What a list names: customers by id, and the lines that name nobody we know."""

    customers: list[int] = field(default_factory=list)
    unmatched: list[tuple[int, str]] = field(default_factory=list)
    lines: int = 0


def read(content: bytes) -> Listing:
    """Who is named in `content`: in the first column that says something, a header line is passed over."""
    listing = Listing()
    found: dict[int, None] = {}
    rows = _values(_decoded(content))
    while chunk := list(islice(rows, CHUNK)):
        known = _known({value for _, value in chunk})
        for line, value in chunk:
            listing.lines += 1
            keys = known.get(value.casefold())
            if keys:
                found.update(dict.fromkeys(keys))
            elif line > 1 or not _is_heading(value):
                listing.unmatched.append((line, value[:120]))
        if listing.lines > MOST_LINES:
            raise ListTooLong(f"This list has more than {MOST_LINES:,} lines; choose by a rule or split it.")
    listing.customers = list(found)
    return listing


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1").replace("\0", "")


def _values(text: str) -> Iterator[tuple[int, str]]:
    separator = max(",;\t", key=text[:4000].count)
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            cells = next(csv.reader([line], delimiter=separator), [])
        except csv.Error:
            cells = [line]
        value = next((cell.strip() for cell in cells if cell.strip()), "")
        if value:
            yield number, value


def _is_heading(value: str) -> bool:
    return not any(sign.isdigit() or sign == "@" for sign in value)


def _known(values: Iterable[str]) -> dict[str, list[int]]:
    asked = set(values)
    folded = asked | {value.lower() for value in asked}
    known: dict[str, list[int]] = {}
    people = Customer.objects.present()
    sources: tuple[Iterable[tuple[str | None, int]], ...] = (
        people.filter(external_id__in=asked).values_list("external_id", "pk"),
        ContactPoint.objects.filter(address__in=folded, customer__in=people).values_list("address", "customer_id"),
        Commitment.objects.filter(reference__in=asked, customer__in=people).values_list("reference", "customer_id"),
    )
    for source in sources:
        for value, key in source:
            if value:
                known.setdefault(value.casefold(), []).append(key)
    return known
