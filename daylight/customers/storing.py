"""Puts a chunk of read rows into the tables: looks up what is there, compares, and writes only what differs.

This is the one place of the room that writes SQL by hand, because a million rows through the ORM take an hour.
Everything happens in the caller's transaction. Nothing is written when `write` is false: a dry run counts exactly
what a run would do.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from daylight.customers.intake import CommitmentRow, CustomerRow, Fault, RowReader
from daylight.customers.models.contact_point import backwards
from daylight.customers.models.finding import sqlite_words

LOCK = 7_304_411
"""PostgreSQL's advisory lock: two imports at once take turns, chunk by chunk."""

PHONES = ("voice", "sms")


@dataclass
class Outcome:
    """What became of a chunk."""

    added: int = 0
    changed: int = 0
    same: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class _Point:
    key: int | None
    position: int
    is_retired: bool = False
    from_file: bool = True


@dataclass(slots=True)
class _Known:
    """A customer as the tables have it, and as this chunk leaves it."""

    key: int
    external_id: str | None
    name: str
    group_id: int | None
    language: str
    time_zone: str
    attributes: dict[str, Any]
    is_erased: bool = False
    is_new: bool = False
    is_changed: bool = False
    points: dict[tuple[str, str], _Point] = field(default_factory=dict)
    added_points: list[tuple[str, str]] = field(default_factory=list)


def take_turns() -> None:
    """Wait for other imports to finish their chunk; SQLite's transactions do that by themselves."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        else:  # Its usual 2 MB of cache would read the indexes of a million rows again and again.
            cursor.execute("PRAGMA cache_size = -16384")


def store_customers(rows: Sequence[CustomerRow], reader: RowReader, *, now: datetime, write: bool = True) -> Outcome:
    """Add and change customers as `rows` say; a second time the same rows change nothing."""
    chunk = _CustomerChunk(reader)
    chunk.look_up(rows, write=write)
    for row in rows:
        chunk.take(row)
    if write:
        chunk.write(now)
    return chunk.outcome


class _CustomerChunk:
    """Some thousand customers between file and tables."""

    def __init__(self, reader: RowReader) -> None:
        self.outcome = Outcome()
        self._reader = reader
        self._groups: dict[str, int] = {}
        self._by_key: dict[int, _Known] = {}
        self._by_number: dict[str, _Known] = {}
        self._by_name_and_point: dict[tuple[str, str, str], list[_Known]] = {}
        self._new: list[_Known] = []
        self._retired: list[int] = []
        self._revived: list[int] = []
        self._spare_keys: list[int] = []

    def look_up(self, rows: Sequence[CustomerRow], *, write: bool) -> None:
        """Fetch every customer that a row may mean, its contact points, and the groups."""
        self._groups = _groups({row.group for row in rows if row.group}, write=write)
        within, given = _among("c.external_id", {row.external_id for row in rows if row.external_id})
        for found in _customers(within.removeprefix("WHERE "), given):
            self._remember(found)
        if any(not row.external_id for row in rows) or _someone_lacks_a_number():
            addresses = {address for row in rows for _, address in row.points}
            within, given = _among("address", addresses)
            owners = f"c.id IN (SELECT customer_id FROM customers_contactpoint {within})"  # noqa: S608
            for found in _customers(owners, given):
                self._remember(found)
        self._look_up_points()
        missing = sum(1 for row in rows if row.external_id not in self._by_number)
        self._spare_keys = _new_keys(missing) if write else list(range(-1, -missing - 1, -1))

    def take(self, row: CustomerRow) -> None:
        """Compare one row with what is known, and note what differs."""
        known, fault = self._match(row)
        if fault:
            self.outcome.faults.append(self._reader.fault(row, *fault))
        elif known is None:
            self._add(row)
            self.outcome.added += 1
        elif self._differs(known, row):
            known.is_changed = True
            self.outcome.changed += 1
        else:
            self.outcome.same += 1

    def write(self, now: datetime) -> None:
        """Write what the rows changed."""
        moment = _moment(now)
        with _words_later([k.key for k in self._new]):
            self._insert_customers(moment)
        _insert(
            "customers_contactpoint",
            "customer_id channel address backwards position from_file created_at",
            [
                (k.key, channel, address, backwards(address), k.points[channel, address].position, True, moment)
                for k in self._by_key.values()
                for channel, address in k.added_points
            ],
        )
        changed = [k for k in self._by_key.values() if k.is_changed and not k.is_new]
        _update(
            "UPDATE customers_customer SET external_id = %s, name = %s, group_id = %s, language = %s, time_zone = %s,"
            " attributes = %s, updated_at = %s WHERE id = %s",
            [
                (k.external_id, k.name, k.group_id, k.language, k.time_zone, _json(k.attributes), moment, k.key)
                for k in changed
            ],
        )
        retire = "UPDATE customers_contactpoint SET retired_at = %s WHERE id = %s"
        _update(retire, [(moment, key) for key in self._retired])
        _update(retire, [(None, key) for key in self._revived])

    def _insert_customers(self, moment: Any) -> None:
        _insert(
            "customers_customer",
            "id external_id name group_id language time_zone attributes created_at updated_at",
            [
                (k.key, k.external_id, k.name, k.group_id, k.language, k.time_zone, _json(k.attributes), moment, moment)
                for k in self._new
            ],
        )

    def _remember(self, known: _Known) -> None:
        if known.key not in self._by_key:
            self._by_key[known.key] = known
            if known.external_id:
                self._by_number[known.external_id] = known

    def _look_up_points(self) -> None:
        within, given = _among("customer_id", self._by_key)
        sql = f"SELECT id, customer_id, channel, address, position, retired_at, from_file FROM customers_contactpoint {within}"  # noqa: S608, E501
        for key, customer, channel, address, position, retired_at, from_file in _rows(sql, given):
            known = self._by_key[customer]
            known.points[channel, address] = _Point(key, position, retired_at is not None, bool(from_file))
            self._by_name_and_point.setdefault((known.name.casefold(), channel, address), []).append(known)

    def _match(self, row: CustomerRow) -> tuple[_Known | None, tuple[str, str, str] | None]:
        known = self._by_number.get(row.external_id) if row.external_id else None
        if known is None and self._by_name_and_point:
            alike = self._alike(row)
            if len(alike) > 1:
                return None, ("name", row.name, "Several customers have this name and address; give a customer number.")
            known = alike[0] if alike else None
        if known is not None and known.is_erased:
            reason = "This customer's data was erased on request. Take the row out of your file."
            return None, ("external_id", row.external_id, reason)
        return known, None

    def _alike(self, row: CustomerRow) -> list[_Known]:
        """Customers of the same name with an address of the row; a different customer number is another customer."""
        alike: dict[int, _Known] = {}
        name = row.name.casefold()
        for channel, address in row.points:
            for known in self._by_name_and_point.get((name, channel, address), ()):
                if not (row.external_id and known.external_id):
                    alike[known.key] = known
        return list(alike.values())

    def _add(self, row: CustomerRow) -> None:
        known = _Known(
            self._spare_keys.pop(),
            row.external_id or None,
            row.name,
            self._groups.get(row.group),
            row.language,
            row.time_zone,
            dict(row.attributes),
            is_new=True,
        )
        for position, point in enumerate(row.points):
            known.points[point] = _Point(None, position)
            known.added_points.append(point)
        self._new.append(known)
        self._by_key[known.key] = known
        if row.external_id:
            self._by_number[row.external_id] = known
        else:
            for channel, address in row.points:
                self._by_name_and_point.setdefault((known.name.casefold(), channel, address), []).append(known)

    def _differs(self, known: _Known, row: CustomerRow) -> bool:
        changed = False
        told = (
            ("external_id", row.external_id),
            ("name", row.name),
            ("group_id", self._groups.get(row.group)),
            ("language", row.language),
            ("time_zone", row.time_zone),
        )
        for name, value in told:
            if value and getattr(known, name) != value:
                setattr(known, name, value)
                changed = True
        for fact, given in row.attributes.items():
            if known.attributes.get(fact) != given:
                known.attributes[fact] = given
                changed = True
        return self._points_differ(known, row) or changed

    def _points_differ(self, known: _Known, row: CustomerRow) -> bool:
        changed = False
        told = {channel for channel, _ in row.points}
        for place, point in known.points.items():
            replaced = place[0] in told and place not in row.points
            if replaced and point.from_file and not point.is_retired and point.key is not None:
                point.is_retired = changed = True
                self._retired.append(point.key)
        for place in row.points:
            old = known.points.get(place)
            if old is None:
                last = max((point.position for point in known.points.values()), default=-1)
                known.points[place] = _Point(None, last + 1)
                known.added_points.append(place)
                changed = True
            elif old.is_retired and old.from_file and old.key is not None:
                old.is_retired, changed = False, True
                self._revived.append(old.key)
        return changed


def store_commitments(
    rows: Sequence[CommitmentRow], reader: RowReader, *, now: datetime, write: bool = True
) -> Outcome:
    """Add and change commitments as `rows` say; each must name one customer we know."""
    chunk = _CommitmentChunk(reader)
    chunk.look_up(rows)
    for row in rows:
        chunk.take(row)
    if write:
        chunk.write(now)
    return chunk.outcome


@dataclass(slots=True)
class _Promised:
    """A commitment as the tables have it, and as this chunk leaves it."""

    key: int | None
    kind: str
    reference: str
    customer_id: int
    title: str = ""
    promised_on: date | None = None
    promised_at: datetime | None = None
    expected_on: date | None = None
    expected_at: datetime | None = None
    state: str = "open"
    attributes: dict[str, Any] = field(default_factory=dict)
    is_changed: bool = False


class _CommitmentChunk:
    """Some thousand commitments between file and tables."""

    def __init__(self, reader: RowReader) -> None:
        self.outcome = Outcome()
        self._reader = reader
        self._by_number: dict[str, tuple[int, bool]] = {}
        self._by_address: dict[str, set[int]] = {}
        self._known: dict[tuple[str, str], _Promised] = {}
        self._new: list[_Promised] = []

    def look_up(self, rows: Sequence[CommitmentRow]) -> None:
        """Fetch the customers and commitments that the rows name."""
        within, given = _among("external_id", {row.external_id for row in rows if row.external_id})
        sql = f"SELECT external_id, id, erased_at FROM customers_customer {within}"  # noqa: S608
        self._by_number = {number: (key, erased is not None) for number, key, erased in _rows(sql, given)}
        addresses = {address for row in rows if not row.external_id for address in (row.email, row.phone) if address}
        within, given = _among("p.address", addresses)
        sql = (
            "SELECT p.address, p.customer_id FROM customers_contactpoint p JOIN customers_customer c"  # noqa: S608
            f" ON c.id = p.customer_id {within} AND p.retired_at IS NULL AND c.erased_at IS NULL"
            " AND c.only_asked_since IS NULL"
        )
        for address, key in _rows(sql, given):
            self._by_address.setdefault(address, set()).add(key)
        self._look_up_commitments(rows)

    def take(self, row: CommitmentRow) -> None:
        """Compare one row with what is known, and note what differs."""
        customer, fault = self._customer(row)
        if customer is None:
            self.outcome.faults.append(self._reader.fault(row, *fault))
            return
        known = self._known.get((row.kind, row.reference))
        if known is None:
            known = _Promised(None, row.kind, row.reference, customer)
            self._fill(known, row, customer)
            self._known[row.kind, row.reference] = known
            self._new.append(known)
            self.outcome.added += 1
        elif self._fill(known, row, customer):
            known.is_changed = True
            self.outcome.changed += 1
        else:
            self.outcome.same += 1

    def write(self, now: datetime) -> None:
        """Write what the rows changed."""
        moment = _moment(now)
        columns = "customer_id title promised_on promised_at expected_on expected_at state attributes"
        _insert(
            "customers_commitment",
            f"{columns} kind reference created_at updated_at",
            [(*self._values(known), known.kind, known.reference, moment, moment) for known in self._new],
        )
        sets = ", ".join(f"{column} = %s" for column in columns.split())
        _update(
            f"UPDATE customers_commitment SET {sets}, updated_at = %s WHERE id = %s",  # noqa: S608
            [
                (*self._values(known), moment, known.key)
                for known in self._known.values()
                if known.is_changed and known.key is not None
            ],
        )

    def _values(self, known: _Promised) -> tuple[Any, ...]:
        return (
            known.customer_id,
            known.title,
            _day(known.promised_on),
            _moment(known.promised_at),
            _day(known.expected_on),
            _moment(known.expected_at),
            known.state,
            _json(known.attributes),
        )

    def _customer(self, row: CommitmentRow) -> tuple[int | None, tuple[str, str, str]]:
        if row.external_id:
            key, is_erased = self._by_number.get(row.external_id, (None, False))
            if is_erased:
                return None, ("external_id", row.external_id, "This customer's data was erased on request.")
            if key is None:
                reason = "There is no customer with this number. Import the customers first."
                return None, ("external_id", row.external_id, reason)
            return key, ("", "", "")
        column, address = ("email", row.email) if row.email else ("phone", row.phone)
        found = self._by_address.get(row.email, set()) or self._by_address.get(row.phone, set())
        if row.email and row.phone and len(found) > 1:
            found = found & self._by_address.get(row.phone, set()) or found
        if len(found) > 1:
            return None, (column, address, f"{len(found)} customers share this address; give the customer number.")
        if not found:
            return None, (column, address, "There is no customer with this address. Import the customers first.")
        return next(iter(found)), ("", "", "")

    def _look_up_commitments(self, rows: Sequence[CommitmentRow]) -> None:
        within, given = _among("reference", {row.reference for row in rows})
        sql = (
            "SELECT id, kind, reference, customer_id, title, promised_on, promised_at, expected_on, expected_at,"  # noqa: S608
            f" state, attributes FROM customers_commitment {within}"
        )
        for found in _rows(sql, given):
            key, kind, reference, customer, title, *times, state, attributes = found
            on, at, expected_on, expected_at = (_time(value) for value in times)
            self._known[kind, reference] = _Promised(
                key, kind, reference, customer, title, on, at, expected_on, expected_at, state, json.loads(attributes)
            )

    def _fill(self, known: _Promised, row: CommitmentRow, customer: int) -> bool:
        told = [("customer_id", customer), ("title", row.title), ("state", row.state)]
        for name in ("promised", "expected"):
            if getattr(row, f"{name}_on"):
                told += [(f"{name}_on", getattr(row, f"{name}_on")), (f"{name}_at", getattr(row, f"{name}_at"))]
        changed = False
        for name, value in told:
            if (value or name.endswith("_at")) and getattr(known, name) != value:
                setattr(known, name, value)
                changed = True
        for fact, given in row.attributes.items():
            if known.attributes.get(fact) != given:
                known.attributes[fact] = given
                changed = True
        return changed


def _rows(sql: str, given: Sequence[Any]) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        while found := cursor.fetchmany(2000):
            yield from found


def _among(column: str, wanted: Iterable[Any]) -> tuple[str, list[Any]]:
    """WHERE a column is one of `wanted`, however many, as one parameter."""
    if connection.vendor == "sqlite":
        return f"WHERE {column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(wanted))]  # noqa: S608
    return f"WHERE {column} = ANY(%s)", [list(wanted)]


def _customers(where: str, given: Sequence[Any]) -> Iterable[_Known]:
    sql = (
        "SELECT c.id, c.external_id, c.name, c.group_id, c.language, c.time_zone, c.attributes, c.erased_at"  # noqa: S608
        f" FROM customers_customer c WHERE {where} AND c.only_asked_since IS NULL"
    )
    for key, number, name, group, language, zone, attributes, erased_at in _rows(sql, given):
        yield _Known(key, number, name, group, language, zone, json.loads(attributes), is_erased=erased_at is not None)


def _someone_lacks_a_number() -> bool:
    sql = "SELECT 1 FROM customers_customer WHERE external_id IS NULL AND only_asked_since IS NULL LIMIT 1"
    return bool(list(_rows(sql, [])))


def _groups(names: set[str], *, write: bool) -> dict[str, int]:
    """The keys of groups by name, made where they are missing."""
    if not names:
        return {}
    within, given = _among("name", names)
    found = dict(_rows(f"SELECT name, min(id) FROM customers_group {within} GROUP BY name", given))  # noqa: S608
    missing = sorted(names - set(found))
    if missing and write:
        _insert("customers_group", "name", [(name,) for name in missing])
        return _groups(names, write=False)
    return found | {name: -index for index, name in enumerate(missing, start=1)}


def _new_keys(count: int) -> list[int]:
    """Keys for new customers, which their contact points need before anything is written."""
    if not count:
        return []
    if connection.vendor == "sqlite":
        found = list(_rows("SELECT seq FROM sqlite_sequence WHERE name = 'customers_customer'", []))
        last = found[0][0] if found else 0
        return list(range(last + count, last, -1))
    sql = "SELECT nextval(pg_get_serial_sequence('customers_customer', 'id')) FROM generate_series(1, %s)"
    return sorted((key for (key,) in _rows(sql, [count])), reverse=True)


def _insert(table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows the quickest way the database has. Table and columns are ours; values never enter the SQL."""
    if not rows:
        return
    names = ", ".join(columns.split())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608


@contextmanager
def _words_later(keys: Sequence[int]) -> Iterator[None]:
    """Add the words of the new customers' names to SQLite's table of words at once (see migration 0002)."""
    if connection.vendor != "sqlite" or not keys:
        yield
        return
    words = (
        "INSERT INTO customers_name(rowid, name)"  # noqa: S608
        f" SELECT id, {sqlite_words('name')} FROM customers_customer WHERE id BETWEEN %s AND %s"
    )
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO customers_name_later VALUES (1)")
        yield
        cursor.execute("DELETE FROM customers_name_later")
        cursor.execute(words, [min(keys), max(keys)])


def _update(sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def _json(facts: dict[str, Any]) -> str:
    return json.dumps(facts, ensure_ascii=False) if facts else "{}"


def _moment(value: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if value and connection.vendor == "sqlite" else value


def _day(value: date | None) -> Any:
    return value.isoformat() if value and connection.vendor == "sqlite" else value


def _time(value: Any) -> Any:
    """A date or instant as the database at hand returns it to hand-written SQL."""
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value
