# ruff: noqa: S608  # Numbers of our own and no words of others are put into the statements.
"""Opens every screen that shows deliveries of one update to so many customers, and prints milliseconds for each.

The rows are written set-based, as the fan-out leaves them after everybody was tried: of each thousand customers one
bounced, one is in doubt, one could not be reached, the others were told. What counts is the slowest screen: it must
not grow with the ledger.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from benchmarks.frame import Measure

SIZES = (10_000, 1_000_000)
BATCH = 2_000
RUNS = 5


def measure(size: int) -> Measure:
    """Fill, then open each screen a few times; the best of them counts, as the others met a busy machine."""
    from django.test import Client

    from daylight.accounts.models import Member

    began = time.monotonic()
    public_id, customer, delivery = fill(size)
    print(f"  filled {size:,} in {time.monotonic() - began:.0f} s", file=sys.stderr)
    client = Client(headers={"host": "localhost"})
    client.force_login(Member.objects.get())
    found = {
        name: best(lambda address=address: get(client, address))
        for name, address in screens(public_id, customer, delivery).items()
    }
    for name, seconds in found.items():
        print(f"  {name:<36}{seconds * 1000:>8.0f} ms", file=sys.stderr)
    slowest = max(found, key=lambda name: found[name])
    remark = f"slowest: {slowest}; " + json.dumps({name: round(seconds * 1000) for name, seconds in found.items()})
    return Measure(things=1, seconds=found[slowest], remark=remark)


def screens(public_id: str, customer: int, delivery: int) -> dict[str, str]:
    """Each screen by what a member calls it."""
    reach = f"/desk/reach/{public_id}"
    middle = f"after={delivery}"
    return {
        "Today": "/desk/",
        "bar of open incidents (poll)": "/desk/now/",
        "incident list": "/desk/incidents/",
        "incident room": f"/desk/incident/{public_id}/",
        "told panel (poll)": f"{reach}/told/",
        "register panel (poll)": f"/desk/incidents/{public_id}/affected/",
        "clock panel (poll)": f"/desk/incidents/{public_id}/clock/",
        "register": f"/desk/incidents/{public_id}/register/",
        "register, find one": f"/desk/incidents/{public_id}/register/?q=c777@shop.example",
        "told": f"{reach}/people/told/",
        "told, in the middle": f"{reach}/people/told/?{middle}",
        "told, find one": f"{reach}/people/told/?q=c777@shop.example",
        "told, find a common name": f"{reach}/people/told/?q=adler",
        "not reached": f"{reach}/people/failed/",
        "in doubt": f"{reach}/people/in-doubt/",
        "unreachable": f"{reach}/people/unreachable/",
        "ledger": f"{reach}/ledger/",
        "ledger, in the middle": f"{reach}/ledger/?{middle}",
        "ledger, find one": f"{reach}/ledger/?q=c777@shop.example",
        "proof": f"{reach}/proof/",
        "proof of the update": f"{reach}/proof/1/",
        "one delivery": f"/desk/reach/delivery/{delivery}/",
        "customer": f"/desk/customers/{customer}/",
        "what a customer was told": f"/desk/reach/customers/{customer}/",
    }


def get(client, address: str) -> None:  # type: ignore[no-untyped-def]
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")


def best(act: Callable[[], None]) -> float:
    """The seconds of the quickest of some runs."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return min(times)


def fill(size: int) -> tuple[str, int, int]:
    """Everything by a few statements; returns the incident, a customer and a delivery in the middle."""
    from django.db import connection, transaction

    from daylight.accounts.models import Member, Organisation, RoleGrant
    from daylight.incidents.models import Incident, Update, UpdateText
    from daylight.reach import told_times
    from daylight.reach.models import Notice
    from daylight.reach.models.delivery import delivery_id

    now = datetime.now().astimezone()
    ana = Member.objects.create_user(email="ana@firm.example", name="Ana", password="x" * 12)
    RoleGrant.objects.create(member=ana, role="owner", granted_at=now)
    RoleGrant.objects.create(member=ana, role="lead", granted_at=now)
    Organisation.get()
    Organisation.objects.update(mfa_required=False)
    incident = Incident.objects.create(
        kind="outage", severity=2, title="Checkout fails", occurred_at=now, aware_at=now, opened_at=now, opened_by=ana,
        made_public_at=now, made_public_by=ana,
    )  # fmt: skip
    update = Update.objects.create(
        incident=incident, number=1, state="published", stage="identified", written_at=now, published_at=now,
        next_update_by=now + timedelta(hours=3),
    )  # fmt: skip
    UpdateText.objects.create(update=update, language="en", headline="Checkout fails", what="Cards are refused.")
    notice = Notice.objects.create(
        incident=incident, update=update, audience="customers", made_at=now, written_at=now, customers=size
    )
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements(size, incident.pk, notice.pk, connection.ops.adapt_datetimefield_value(now)):
            cursor.execute(*statement)
    make_batches(notice, now + timedelta(hours=24))
    version = incident.register_versions.create(number=1, frozen_at=now, added=size, total=size)
    version.reasons = [["Your shop uses our checkout", size]]
    version.save()
    Notice.objects.filter(pk=notice.pk).update(register_version=version, unreachable=size // 1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    told_times.recount(incident, now=now)
    return incident.public_id, size // 2 + 3, delivery_id(notice.pk, size // 2 + 3)


def make_batches(notice, expires_at: datetime) -> None:  # type: ignore[no-untyped-def]
    """The batches of the deliveries just written, with their counts."""
    from django.db.models import Count, Max, Min, Q

    from daylight.reach.models import Batch, Delivery
    from daylight.reach.models.delivery import LAST_SLOT

    counts = {"accepted": Q(state=2), "bounced": Q(state=4), "in_doubt": Q(state=6), "told": Q(state=2)}
    rows = Delivery.objects.values("batch_id").annotate(
        first_id=Min("pk"), last=Max("pk"), size=Count("pk"),
        **{name: Count("pk", filter=states) for name, states in counts.items()},
    )  # fmt: skip
    Batch.objects.bulk_create(
        Batch(
            pk=row["batch_id"], notice=notice, channel="email", number=row["batch_id"], size=row["size"],
            first_id=row["first_id"], last_id=row["last"] + LAST_SLOT, expires_at=expires_at,
            **{name: row[name] for name in counts},
        )
        for row in rows
    )  # fmt: skip


def statements(size: int, incident: int, notice: int, now: object):  # type: ignore[no-untyped-def]
    """Customers, contact points, register, deliveries, the unreached."""
    from django.db import connection

    is_postgres = connection.vendor == "postgresql"
    numbers = (
        f"generate_series(1, {size}) AS n(i)"
        if is_postgres
        else f"(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {size}) SELECT i FROM c) AS n"
    )
    no = "false" if is_postgres else "0"
    base = notice << 40
    state = "CASE WHEN i %% 1000 = 1 THEN 4 WHEN i %% 1000 = 2 THEN 6 ELSE 2 END"
    yield (
        "INSERT INTO customers_customer (id, name, language, time_zone, attributes, created_at, updated_at)"
        f" SELECT i, 'Zoë Adler ' || i, 'en', '', '{{}}', %s, %s FROM {numbers}",
        [now, now],
    )
    yield (
        "INSERT INTO customers_contactpoint (id, customer_id, channel, address, backwards, position, from_file,"
        f" created_at) SELECT i, i, 'email', 'c' || i || '@shop.example', '', 0, {no}, %s FROM {numbers}",
        [now],
    )
    yield (
        "INSERT INTO incidents_affectedcustomer (incident_id, customer_id, reason, since, added_at, added_in,"
        f" removed_because) SELECT %s, i, 'Your shop uses our checkout', %s, %s, 1, '' FROM {numbers}",
        [incident, now, now],
    )
    yield (
        "INSERT INTO reach_delivery (id, notice_id, batch_id, customer_id, contact_point_id, state, attempts,"
        f" changed_at, accepted_at, answer) SELECT {base} + CAST(i AS bigint) * 256, %s, (i - 1) / {BATCH} + 1, i, i,"
        f" {state}, 1, %s,"
        f" CASE WHEN i %% 1000 = 2 THEN NULL ELSE {'%s::timestamptz' if is_postgres else '%s'} END, ''"
        f" FROM {numbers} WHERE i %% 1000 <> 0",
        [notice, now, now],
    )
    yield (
        f"INSERT INTO reach_unreached (notice_id, customer_id) SELECT %s, i FROM {numbers} WHERE i %% 1000 = 0",
        [notice],
    )
