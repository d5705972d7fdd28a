"""Customers, their contact points, an incident with a frozen register, and an update ready to leave.

The rows are copies of one that Django made, so a new column needs no change here; register and update come about by
the verbs of the product.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection, models


def prepare(size: int) -> None:
    """Fill the empty database that Django is set up for."""
    call_command("migrate", interactive=False, verbosity=0)
    customers(size)
    publishable(datetime.now().astimezone())
    _settle_down()


def customers(size: int) -> None:
    """`size` customers, in two languages and three time zones, each with a mail address."""
    from daylight.customers.models import ContactPoint, Customer

    now = datetime.now().astimezone()
    first = Customer.objects.create(name="Zoë Adler 1", language="en", time_zone="", created_at=now, updated_at=now)
    point = ContactPoint.objects.create(customer=first, channel="email", address="c1@shop.example", created_at=now)
    zone = "CASE n %% 3 WHEN 0 THEN 'Europe/Berlin' WHEN 1 THEN 'Europe/Lisbon' ELSE '' END"
    language = "CASE n %% 2 WHEN 0 THEN 'de' ELSE 'en' END"
    of_customer = {"name": "'Zoë Adler ' || n", "language": language, "time_zone": zone}
    multiply(first, size, {"id": f"{first.pk} - 1 + n", **of_customer})
    keys = {"id": f"{point.pk} - 1 + n", "customer_id": f"{first.pk} - 1 + n"}
    multiply(point, size, {**keys, "address": "'c' || n || '@shop.example'"})


def multiply(row: models.Model, size: int, columns: Mapping[str, str]) -> None:
    """Copy a row until there are `size`; `columns` says in SQL what differs in the copy of number n."""
    meta = row._meta
    names = [str(field.column) for field in meta.concrete_fields]
    chosen = ", ".join(columns.get(name, f't."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    series = "WITH RECURSIVE series(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM series WHERE n < %s)"
    table = meta.db_table  # Our own table, its columns, and the expressions above: nothing from outside.
    copies = f"INSERT INTO {table} ({listed}) SELECT {chosen} FROM series, {table} t WHERE t.id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        if size > 1:
            cursor.execute(f"{series} {copies}", [size, row.pk])
        if connection.vendor == "postgresql":
            last = f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
            cursor.execute(last, [table])


def publishable(now: datetime) -> None:
    """An incident that everybody is in the register of, and a draft of its first update."""
    from daylight.accounts.models import Member, RoleGrant
    from daylight.accounts.roles import Role
    from daylight.incidents import drafting, register
    from daylight.incidents.declaring import declare
    from daylight.incidents.statement import Statement, Words

    ana = Member.objects.create_user(email="ana@firm.example", name="Ana", password="x" * 12)
    RoleGrant.objects.create(member=ana, role=Role.OWNER, granted_at=now)
    incident = declare(kind="outage", severity=2, title="Checkout fails", by=ana, at=now, lead=ana)
    reason = "Your shop uses our checkout"
    register.add_rule(incident, kind="everyone", parameters={}, reason=reason, by=ana, at=now)
    register.freeze(incident, by=ana, at=now)
    words = Words(
        headline="Checkout fails for card payments",
        what="Card payments fail at the last step. Your customers see an error and nothing is charged.",
        who="Shops that use our checkout.",
        doing="We go back to yesterday's version of the payment page.",
        meanwhile="Offer payment by invoice, or ask your customers to try again after 15:00.",
    )
    statement = Statement(
        stage="identified", next_update_by=now + timedelta(minutes=30), texts={"en": words, "de": words}
    )
    drafting.start(incident, by=ana, at=now).write(statement, by=ana, at=now)


def publish() -> None:
    """Press the button, and let it leave at once: everything `release` does, in one transaction."""
    from daylight.accounts.models import Member
    from daylight.incidents.models import Update

    now = datetime.now().astimezone()
    update = Update.objects.drafts().get()
    update.send_off(by=Member.objects.get(), at=now)
    if not update.release(at=now):
        raise SystemExit("The update could not be published.")


def connect(
    host: str, port: int, *, http: bool, certificate: Path | None, rate: int | None, connections: int | None
) -> None:
    """Let the sink be the provider of the channel, as the set-up screen would."""
    from daylight.reach.channels.registry import CHANNELS
    from daylight.reach.models import Provider

    kinds = [kind.name for kind in CHANNELS["email"].kinds]
    settings: dict[str, object] = {"host": host, "port": port, "user": "", "password": ""}
    settings["security"] = "starttls" if certificate else "none"
    kind = "smtp"
    if http:
        kind = next((name for name in kinds if "http" in name), "")
        if not kind:
            raise SystemExit("This version has no HTTP provider for mail yet.")
        scheme = "https" if certificate else "http"
        settings = {"url": f"{scheme}://{host}:{port}/messages", "token": "secret", "knows_keys": True}
    if certificate:
        settings["ca_file"] = str(certificate)
    Provider.objects.filter(channel="email").delete()
    Provider.objects.create(
        channel="email",
        name="Sink",
        kind=kind if kind in kinds else "",
        per_second=rate,
        connections=connections,
        settings={"kind": kind, **settings},  # type: ignore[misc]  # A sealed field holds any plain data.
    )


def _settle_down() -> None:
    """What the database does by itself within a minute of a large import, done now."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
