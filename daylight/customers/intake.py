"""Turns records of a file into customers and commitments as they will be kept, or into the faults of a row."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from daylight.customers import values
from daylight.customers.columns import ATTRIBUTE, STATE_OF, Mapping, normal, region_of
from daylight.customers.csvfile import LONGEST_CELL, Record
from daylight.customers.models import Import

CHANNEL_OF = {"email": "email", "phone": "voice", "mobile": "sms", "webhook": "webhook", "address": "letter"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row was left out: the line it begins in, the column, the value, and a sentence."""

    line: int
    column: str
    value: str
    reason: str
    cells: list[str]


@dataclass(slots=True)
class CustomerRow:
    """A customer as a row of a file tells it; empty means the file says nothing."""

    line: int
    cells: list[str]
    external_id: str = ""
    street: str = ""
    postcode: str = ""
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    group: str = ""
    language: str = ""
    time_zone: str = ""
    attributes: dict[str, str | list[str]] = field(default_factory=dict)
    points: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class CommitmentRow:
    """A commitment as a row of a file tells it."""

    line: int
    cells: list[str]
    reference: str = ""
    kind: str = "order"
    title: str = ""
    external_id: str = ""
    email: str = ""
    phone: str = ""
    promised_on: date | None = None
    promised_at: datetime | None = None
    expected_on: date | None = None
    expected_at: datetime | None = None
    state: str = ""
    attributes: dict[str, str | list[str]] = field(default_factory=dict)


def _text_taker(column: str, longest: int) -> Callable[[CustomerRow, str], None]:
    def take(row: CustomerRow, value: str) -> None:
        setattr(row, column, values.text(value, longest=longest))

    return take


def _take_uses(row: CustomerRow, value: str) -> None:
    row.attributes["uses"] = [part.strip() for part in re.split(r"[;,|]", value) if part.strip()]


def _take_language(row: CustomerRow, value: str) -> None:
    row.language = values.language(value)


def _take_time_zone(row: CustomerRow, value: str) -> None:
    row.time_zone = values.time_zone(value)


CUSTOMER_TAKERS: dict[str, Callable[[CustomerRow, str], None]] = {
    **{
        column: _text_taker(column, 200)
        for column in ("name", "first_name", "last_name", "group", "street", "postcode")
    },
    "external_id": _text_taker("external_id", 120),
    "uses": _take_uses,
    "language": _take_language,
    "time_zone": _take_time_zone,
}


def _fact(row: CustomerRow, name: str) -> str:
    value = row.attributes.get(name, "")
    return value if isinstance(value, str) else ""


class RowReader:
    """Reads records by one mapping. `zone` is where a time of day without a zone belongs."""

    def __init__(self, mapping: Mapping, *, kind: str, header: list[str], zone: ZoneInfo) -> None:
        self._mapping = mapping
        self._header = header
        self._zone = zone
        self._width = len(mapping.columns)
        country = f"{ATTRIBUTE}country"
        self._country = mapping.columns.index(country) if country in mapping.columns else -1
        used = [(index, column) for index, column in enumerate(mapping.columns) if column]
        self._of_customer = (
            [(index, self._customer_taker(column)) for index, column in used] if kind == Import.Kind.CUSTOMERS else []
        )
        self._of_commitment = [(index, partial(self._take_commitment, column)) for index, column in used]

    def customer(self, record: Record) -> CustomerRow | list[Fault]:
        """The customer in a record, or what is wrong with it."""
        if faults := self._shape(record):
            return faults
        row = CustomerRow(record.line, record.cells)
        faults = self._each(record, row, self._of_customer)
        self._take_street(row)
        row.name = (row.name or f"{row.first_name} {row.last_name}".strip() or row.group)[:200]
        if not faults and not row.name:
            faults = [self._fault(record, "", "", "The row has no name.")]
        if not faults and not row.external_id and not row.points:
            reason = "The row has neither a customer number nor an address; we could not recognise it again."
            faults = [self._fault(record, "", "", reason)]
        return faults or row

    def commitment(self, record: Record) -> CommitmentRow | list[Fault]:
        """The commitment in a record, or what is wrong with it."""
        if faults := self._shape(record):
            return faults
        row = CommitmentRow(record.line, record.cells)
        faults = self._each(record, row, self._of_commitment)
        if not faults and not row.reference:
            faults = [self._fault(record, "reference", "", "The row has no order number or other reference.")]
        if not faults and not (row.external_id or row.email or row.phone):
            faults = [self._fault(record, "external_id", "", "The row does not say whose it is.")]
        return faults or row

    def fault(self, row: CustomerRow | CommitmentRow, column: str, value: str, reason: str) -> Fault:
        """A fault of a row that reads well and still cannot be taken."""
        return self._fault(Record(row.line, row.cells), column, value, reason)

    def _each(self, record: Record, row: Any, takers: Sequence[tuple[int, Callable[[Any, str], None]]]) -> list[Fault]:
        faults: list[Fault] = []
        cells = record.cells
        for index, take in takers:
            value = cells[index].strip()
            if not value:
                continue
            try:
                take(row, values.text(value, longest=LONGEST_CELL) if len(value) > LONGEST_CELL else value)
            except values.Refused as refused:
                faults.append(Fault(record.line, self._heading(index), value[:200], str(refused), cells))
        return faults

    def _customer_taker(self, column: str) -> Callable[[CustomerRow, str], None]:
        """What to do with a value of one column, settled once and not for each row."""
        if column in CHANNEL_OF:
            return self._point_taker(column)
        if column.startswith(ATTRIBUTE):
            name = column.removeprefix(ATTRIBUTE)

            def take_fact(row: CustomerRow, value: str) -> None:
                row.attributes[name] = values.text(value, longest=1000)

            return take_fact
        return CUSTOMER_TAKERS[column]

    def _point_taker(self, column: str) -> Callable[[CustomerRow, str], None]:
        channel = CHANNEL_OF[column]

        def take_point(row: CustomerRow, value: str) -> None:
            for address in self._addresses(row.cells, column, value):
                if (channel, address) not in row.points:
                    row.points.append((channel, address))

        return take_point

    def _take_street(self, row: CustomerRow) -> None:
        """A street with a town is a way to reach somebody; one that no envelope could bear stays a fact."""
        town = f"{row.postcode} {_fact(row, 'city')}".strip()
        if not row.street or not town:
            return
        written = ", ".join(filter(None, (row.street, town, _fact(row, "country"))))
        try:
            row.points.append(("letter", values.postal(written)))
        except values.Refused:
            row.attributes["postal address"] = values.text(written, longest=1000)

    def _addresses(self, cells: list[str], column: str, value: str) -> list[str]:
        if column == "email":
            parts = re.split(r"[;,\s]+(?=[^<>]*@)", value) if value.count("@") > 1 else [value]
            return [values.email(part) for part in parts if part]
        if column == "webhook":
            return [values.webhook(value)]
        if column == "address":
            return [values.postal(value)]
        region = region_of(cells[self._country]) if self._country >= 0 else ""
        return [values.phone(value, region=region or self._mapping.region)]

    def _take_commitment(self, column: str, row: CommitmentRow, value: str) -> None:
        if column.startswith(ATTRIBUTE):
            row.attributes[column[len(ATTRIBUTE) :]] = values.text(value, longest=1000)
        elif column == "promised":
            row.promised_on, moment = values.day(value, order=self._mapping.date_order)
            row.promised_at = values.instant(moment, self._zone)
        elif column == "expected":
            row.expected_on, moment = values.day(value, order=self._mapping.date_order)
            row.expected_at = values.instant(moment, self._zone)
        elif column == "state":
            row.state = STATE_OF.get(normal(value), "")
            if not row.state:
                raise values.Refused("We know open, fulfilled (or shipped, delivered) and cancelled.")
        elif column == "email":
            row.email = values.email(value)
        elif column == "phone":
            row.phone = values.phone(value, region=self._mapping.region)
        elif column == "kind":
            row.kind = values.text(value, longest=40).lower()
        elif column in {"reference", "external_id"}:
            setattr(row, column, values.text(value, longest=120))
        elif column == "title":
            row.title = values.text(value, longest=200)

    def _shape(self, record: Record) -> list[Fault]:
        if record.fault:
            return [self._fault(record, "", "", record.fault)]
        cells = record.cells
        while len(cells) > self._width and not cells[-1]:
            cells.pop()
        if len(cells) == self._width:
            return []
        reason = f"The row has {len(cells)} fields and the file has {self._width} columns."
        if len(cells) > self._width:
            reason += " A text that holds the separator must stand in quotation marks."
        return [self._fault(record, "", "", reason)]

    def _fault(self, record: Record, column: str, value: str, reason: str) -> Fault:
        columns = self._mapping.columns
        heading = self._heading(columns.index(column)) if column in columns else ""
        return Fault(record.line, heading, value[:200], reason, record.cells)

    def _heading(self, index: int) -> str:
        return (self._header[index] if index < len(self._header) else f"Column {index + 1}")[:120]
