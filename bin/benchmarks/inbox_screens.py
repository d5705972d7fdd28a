# ruff: noqa: S608  # Numbers of our own and no words of others are put into the statements.
"""Opens every screen of the inbox over so many conversations, many times each, and prints the slowest 5 % of each.

The rows are written set-based: of each hundred conversations five wait for an answer, ten are open and answered, five
are spam, the others are closed. What counts is the 95th percentile of the slowest screen: no page and no count may grow
with the number of conversations.
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime

from benchmarks.frame import Measure

SIZES = (10_000, 1_000_000)
RUNS = 20
TOGETHER = 500
"""Messages that are taken in on top, for the price that the words and the indexes put on intake."""


def measure(size: int) -> Measure:
    """Fill, take some more in, then open each screen again and again."""
    from django.test import Client

    from daylight.accounts.models import Member

    began = time.monotonic()
    key, incident = fill(size)
    print(f"  filled {size:,} in {time.monotonic() - began:.0f} s", file=sys.stderr)
    each = intake()
    print(f"  taken in on top: {1 / each:,.0f} messages a second", file=sys.stderr)
    client = Client(headers={"host": "localhost"})
    client.force_login(Member.objects.get())
    found = {}
    for name, address in screens(key, incident).items():
        found[name], quickest = slow_end(client, address)
        print(f"  {name:<36}{found[name] * 1000:>8.0f} ms, the quickest {quickest * 1000:.0f} ms", file=sys.stderr)
    slowest = max(found, key=lambda name: found[name])
    told = {name: round(seconds * 1000) for name, seconds in found.items()} | {"intake a second": round(1 / each)}
    return Measure(things=1, seconds=found[slowest], remark=f"slowest: {slowest}; " + json.dumps(told))


def screens(key: str, incident: int) -> dict[str, str]:
    """Each screen by what a member calls it."""
    from daylight.accounts.models import Member
    from daylight.listen import listing
    from daylight.listen.listing import Asked

    inbox, member = "/desk/inbox/", Member.objects.get()
    found = {f"the list: {show}": f"{inbox}?show={show}" for show in listing.SHOWN}
    for show in ("needs", "all", "closed"):
        asked = Asked(show=show)
        for _ in range(20):
            asked = Asked(show=show, after=listing.page(asked, by=member).next)
        found[f"the list: {show}, 20 pages on"] = f"{inbox}?show={show}&after={asked.after}"
    for name, value in (("source", "api"), ("kind", "idea"), ("language", "fi"), ("incident", incident)):
        for show in ("needs", "all", "closed"):
            found[f"{show}, one {name}"] = f"{inbox}?show={show}&{name}={value}"
    for words in ("parcel", "rare4711", "parcel saturday", "parc", "Adler", "c777@shop.example"):
        found[f"found by {words}"] = f"{inbox}?q={words}"
    return found | {
        "one conversation": f"{inbox}conversation/{key}/",
        "what is told (poll)": f"{inbox}told/",
        "who has how much": f"{inbox}load/",
        "Today": "/desk/",
    }


def slow_end(client, address: str) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """The seconds that 95 of 100 do not exceed, after one that warms up; and the quickest, for a busy machine."""
    times = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        answer = client.get(address)
        times.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
    found = sorted(times[1:])
    return found[int(RUNS * 0.95) - 1], found[0]


def intake() -> float:
    """Seconds for each further message."""
    from django.utils import timezone

    from daylight.listen import accepting, taking_in
    from daylight.listen.said import Said

    now = timezone.now()
    text = "My parcel did not come on Saturday and nobody can tell me where it is, please look for it. " * 3
    said = [
        Said("api", f"more-{number}", now, text, channel="email", address=f"m{number}@mail.example")
        for number in range(TOGETHER * 4)
    ]
    accepting.accept(said, at=now)
    began = time.perf_counter()
    while taking_in.step(now).handled:
        pass
    return (time.perf_counter() - began) / len(said)


def fill(size: int) -> tuple[str, int]:
    """Everything by a few statements; returns a conversation in the middle and the incident."""
    from django.db import connection, transaction

    from daylight.accounts.models import Member, Organisation, RoleGrant
    from daylight.incidents.models import Incident
    from daylight.listen.models import Conversation

    now = datetime.now().astimezone()
    ana = Member.objects.create_user(email="ana@firm.example", name="Ana", password="x" * 12)
    RoleGrant.objects.create(member=ana, role="owner", granted_at=now)
    RoleGrant.objects.create(member=ana, role="lead", granted_at=now)
    Organisation.get()
    Organisation.objects.update(mfa_required=False)
    incident = Incident.objects.create(
        kind="outage", severity=2, title="Parcels are late", occurred_at=now, aware_at=now, opened_at=now, opened_by=ana
    )
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, given in statements(size, incident.pk, ana.pk, now):
            cursor.execute(statement, given)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Conversation.objects.get(pk=size // 2).public_id, incident.pk


def statements(size: int, incident: int, ana: int, now: datetime) -> Iterator[tuple[str, list[object]]]:
    """Customers, contact points, conversations, messages; the newest has the highest number."""
    from django.db import connection

    is_postgres = connection.vendor == "postgresql"
    numbers = (
        f"generate_series(1, {size}) AS n(i)"
        if is_postgres
        else f"(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {size}) SELECT i FROM c) AS n"
    )
    adapted = connection.ops.adapt_datetimefield_value

    def ago(minutes: str, base: datetime = now) -> str:
        if is_postgres:
            return f"timestamptz '{base.isoformat()}' - ({minutes}) * interval '1 minute'"
        return f"datetime('{adapted(base)}', '-' || ({minutes}) || ' minutes')"

    yield (
        "INSERT INTO customers_customer (id, name, language, time_zone, attributes, created_at, updated_at)"
        f" SELECT i, 'Zoë Adler ' || i, 'en', '', '{{}}', %s, %s FROM {numbers} WHERE i <= {size // 5}",
        [adapted(now), adapted(now)],
    )
    said, waits, closed = ago(f"({size} - i)"), "i %% 20 = 3", "i %% 100 >= 20"
    spam = "i %% 20 = 7"
    columns = {
        "id": "i", "public_id": "lpad('c' || i, 12, '0')" if is_postgres else "substr('00000000000c' || i, -12)",
        "source": "CASE WHEN i %% 50 = 3 THEN 'api' ELSE 'mailbox' END", "thread_key": "''", "channel": "'email'",
        "address": "'c' || i || '@shop.example'", "writer": "'Zoë Adler'", "subject": "'Parcel ' || i",
        "language": "CASE WHEN i %% 5000 = 3 THEN 'fi' WHEN i %% 4 = 0 THEN 'de' ELSE 'en' END",
        "kind": "CASE WHEN i %% 40 = 3 THEN 'idea' ELSE 'complaint' END",
        "nature": f"CASE WHEN {spam} THEN 'spam' ELSE 'words' END", "facts": "'{}'",
        "customer_id": f"CASE WHEN i %% 2 = 0 THEN i %% {size // 5} + 1 END", "recognised_by": "''",
        "recognised_why": "''", "confidence": "95", "incident_id": f"CASE WHEN i %% 10 = 3 THEN {incident} END",
        "linked_by": "''", "linked_why": "''", "effect": "''", "preview": "'Where is my parcel?'", "messages_in": "1",
        "first_said_at": said, "last_said_at": said, "last_in_at": said,
        "answer_due_at": f"CASE WHEN {waits} THEN {ago(f'({size} - i) - 120')} END",
        "owed_since": f"CASE WHEN {waits} THEN {said} END",
        "closed_at": f"CASE WHEN NOT ({waits}) AND NOT ({spam}) AND {closed} THEN {said} END",
        "closed_because": "''",
        "claimed_by_id": f"CASE WHEN i > {size} - 200 AND i %% 4 = 3 THEN {ana} END",
    }  # fmt: skip
    yield (
        f"INSERT INTO listen_conversation ({', '.join(columns)})"
        f" SELECT {', '.join(columns.values())} FROM {numbers}", [],
    )  # fmt: skip
    rare = "CASE WHEN i %% 9973 = 5 THEN ' rare4711' ELSE '' END"
    yield (
        "INSERT INTO listen_message (id, conversation_id, direction, source, external_id, text, nature, is_chaser,"
        " said_at, received_at) SELECT i, i, 'in', 'mailbox', 'm' || i, 'My parcel ' || i || ' did not come on'"
        " || ' saturday and nobody can tell me where it is' ||"
        f" {rare}, 'words', {'false' if is_postgres else '0'}, {said}, {said} FROM {numbers}",
        [],
    )
    if is_postgres:
        for table in ("customers_customer", "listen_conversation", "listen_message"):
            yield (f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))", [])
