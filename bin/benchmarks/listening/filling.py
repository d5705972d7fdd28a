# ruff: noqa: S608  # Numbers of our own and no words of others are put into the statements.
"""A database with very many conversations, written set-based.

Of each hundred conversations five wait for an answer, ten are open and answered, five are spam, the others are closed.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from daylight.accounts.models import Member, Organisation, RoleGrant
from daylight.incidents.models import Incident
from daylight.listen.models import Conversation

TABLES = ("customers_customer", "customers_contactpoint", "listen_conversation", "listen_message")


@dataclass(frozen=True)
class Filled:
    """A conversation in the middle, and the incident that many are about."""

    conversation: str
    incident: Incident


def filled(size: int) -> Filled:
    """The database with so many conversations; written now unless that was done before."""
    if not Incident.objects.exists():
        _fill(size, datetime.now().astimezone())
    return Filled(Conversation.objects.get(pk=size // 2).public_id, Incident.objects.get())


def _fill(size: int, now: datetime) -> None:
    ana = Member.objects.create_user(email="ana@firm.example", name="Ana", password="x" * 12)
    for role in ("owner", "lead"):
        RoleGrant.objects.create(member=ana, role=role, granted_at=now)
    Organisation.get()
    Organisation.objects.update(mfa_required=False)
    sql = Sql(size, now)
    with transaction.atomic(), connection.cursor() as cursor:
        incident = Incident.objects.create(
            kind="outage", severity=2, title="Parcels are late", occurred_at=now, aware_at=now, opened_at=now,
            opened_by=ana,
        )  # fmt: skip
        with _without_indexes(cursor):
            sql.insert(cursor, "customers_customer", customer(sql), size // 5)
            sql.insert(cursor, "customers_contactpoint", point(sql), size // 5)
            sql.insert(cursor, "listen_conversation", conversation(sql, incident.pk, ana.pk), size)
            sql.insert(cursor, "listen_message", message(sql), size)
        for statement in sql.after():
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class Sql:
    """What the two databases say differently."""

    def __init__(self, size: int, now: datetime) -> None:
        self.size = size
        self.is_postgres = connection.vendor == "postgresql"
        self.no = "false" if self.is_postgres else "0"
        self._now = now

    def ago(self, minutes: str) -> str:
        """The moment so many minutes before now."""
        if self.is_postgres:
            return f"timestamptz '{self._now.isoformat()}' - ({minutes}) * interval '1 minute'"
        now = connection.ops.adapt_datetimefield_value(self._now)
        return f"datetime('{now}', '-' || ({minutes}) || ' minutes')"

    def insert(self, cursor: CursorWrapper, table: str, columns: Mapping[str, str], rows: int) -> None:
        """Write rows, each from its number i."""
        numbers = (
            f"generate_series(1, {rows}) AS n(i)"
            if self.is_postgres
            else f"(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {rows}) SELECT i FROM c)"
        )
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {numbers}"
        )

    def after(self) -> Iterator[str]:
        """Whoever comes next has a number that is free."""
        for table in TABLES if self.is_postgres else ():
            yield f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"


@contextmanager
def _without_indexes(cursor: CursorWrapper) -> Iterator[None]:
    """Indexes are made when the rows are there: that takes a third of the time."""
    names = ", ".join(f"'{table}'" for table in TABLES)
    if connection.vendor == "postgresql":
        cursor.execute(
            f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({names}) AND indexname NOT IN"
            " (SELECT conname FROM pg_constraint)"
        )
    else:
        cursor.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ({names}) AND sql <> ''"
        )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    if connection.vendor == "postgresql":
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # What is checked at the end stands in the way of an index.
    for _, made in indexes:
        cursor.execute(made)


def customer(sql: Sql) -> dict[str, str]:
    """Customers who all have the same surname."""
    now = sql.ago("0")
    return {
        "id": "i", "name": "'Zoë Adler ' || i", "language": "'en'", "time_zone": "''", "attributes": "'{}'",
        "created_at": now, "updated_at": now,
    }  # fmt: skip


def point(sql: Sql) -> dict[str, str]:
    """Each has a mail address."""
    return {
        "id": "i", "customer_id": "i", "channel": "'email'", "address": "'c' || i || '@shop.example'",
        "backwards": "''", "position": "0", "from_file": sql.no, "created_at": sql.ago("0"),
    }  # fmt: skip


def conversation(sql: Sql, incident: int, ana: int) -> dict[str, str]:
    """The newest has the highest number."""
    size, said = sql.size, sql.ago(f"{sql.size} - i")
    waits, spam = "i % 20 = 3", "i % 20 = 7"
    return {
        "id": "i", "public_id": "lpad('c' || i, 12, '0')" if sql.is_postgres else "substr('00000000000c' || i, -12)",
        "source": "CASE WHEN i % 50 = 3 THEN 'api' ELSE 'mailbox' END", "thread_key": "''", "channel": "'email'",
        "address": f"'c' || (i % {size // 5} + 1) || '@shop.example'", "writer": "'Zoë Adler'",
        "subject": "'Parcel ' || i",
        "language": "CASE WHEN i % 5000 = 3 THEN 'fi' WHEN i % 4 = 0 THEN 'de' ELSE 'en' END",
        "kind": "CASE WHEN i % 40 = 3 THEN 'idea' ELSE 'complaint' END",
        "nature": f"CASE WHEN {spam} THEN 'spam' ELSE 'words' END", "facts": "'{}'",
        "customer_id": f"CASE WHEN i % 2 = 0 THEN i % {size // 5} + 1 END", "recognised_by": "''",
        "recognised_why": "''", "confidence": "95", "incident_id": f"CASE WHEN i % 10 = 3 THEN {incident} END",
        "linked_by": "''", "linked_why": "''", "effect": "''", "preview": "'Where is my parcel?'", "messages_in": "1",
        "first_said_at": said, "last_said_at": said, "last_in_at": said,
        "answer_due_at": f"CASE WHEN {waits} THEN {sql.ago(f'({size} - i) - 120')} END",
        "owed_since": f"CASE WHEN {waits} THEN {said} END",
        "closed_at": f"CASE WHEN NOT ({waits}) AND NOT ({spam}) AND i % 100 >= 20 THEN {said} END",
        "closed_because": "''",
        "claimed_by_id": f"CASE WHEN i > {size} - 200 AND i % 4 = 3 THEN {ana} END",
    }  # fmt: skip


def message(sql: Sql) -> dict[str, str]:
    """All in the same words, but for a rare one."""
    said = sql.ago(f"{sql.size} - i")
    words = "'My parcel ' || i || ' did not come on saturday and nobody can tell me where it is'"
    return {
        "id": "i", "conversation_id": "i", "direction": "'in'", "source": "'mailbox'", "external_id": "'m' || i",
        "text": f"{words} || CASE WHEN i % 9973 = 5 THEN ' rare4711' ELSE '' END", "nature": "'words'",
        "is_chaser": sql.no, "said_at": said, "received_at": said,
    }  # fmt: skip
