# ruff: noqa: N999  # The name is what `bin/bench` is asked for.
"""Importing customers, each with an e-mail address and a phone number, from a CSV file; the peer saves row by row."""

import csv
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.frame import Measure

SIZES = (10_000, 100_000, 1_000_000)
PEER_ROWS = 10_000
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
FIRST = ("Anna", "José", "Zoë", "Li", "Ömer", "Kate", "Bob", "Ravi")
LAST = ("Schmidt", "García", "Łukasz", "O'Neil", "Weber", "Fischer")
HEADER = "Customer number,Name,E-mail,Phone,Language,Time zone,Company,Warehouse,Plan\n"


def write(path: Path, size: int) -> None:
    """A believable file of `size` customers."""
    with path.open("w", encoding="utf-8") as out:
        out.write(HEADER)
        for number in range(size):
            name = f"{FIRST[number % 8]} {LAST[number // 8 % 6]} {number}"
            out.write(
                f"C{number:07},{name},c{number}@mail{number % 50}.example,0171 {1_000_000 + number % 8_999_999},"
                f"de,Europe/Berlin,Firm {number // 10},North,gold\n"
            )


def measure(size: int) -> Measure:
    """The file taken in by the loop that takes uploads in, from the first look at it to the last row."""
    from daylight.accounts.models import Organisation
    from daylight.customers import importing, loops
    from daylight.customers.columns import Mapping
    from daylight.customers.models import ContactPoint, Import

    Organisation.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Berlin"})
    path = importing.new_path()
    write(path, size)
    began, worked = time.monotonic(), time.process_time()
    row = importing.receive(path, file_name="customers.csv", kind="customers", by=None, at=NOW)
    importing.start(row, Mapping.of(row.mapping), at=NOW)
    while loops.step(NOW).handled:
        pass
    seconds, worked = time.monotonic() - began, time.process_time() - worked
    row = Import.objects.get()
    if (row.state, row.rows_added, ContactPoint.objects.count()) != ("done", size, 2 * size):
        raise RuntimeError(f"{row.state}: {row.rows_added} added, {row.rows_faulty} faulty. {row.problem}")
    return Measure(things=size, seconds=seconds, remark=f"{worked:.1f} s of processor in this process")


def peer(size: int) -> Measure:
    """What most products do: update_or_create for each row and each address, in one transaction."""
    from django.db import transaction

    from daylight.customers.models import ContactPoint, Customer, Group

    rows = min(size, PEER_ROWS)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        write(path, rows)
        began = time.monotonic()
        with path.open(encoding="utf-8") as file, transaction.atomic():
            for cells in list(csv.reader(file))[1:]:
                number, name, email, phone, language, zone, company, warehouse, plan = cells
                group, _ = Group.objects.get_or_create(name=company)
                given = {
                    "name": name,
                    "group": group,
                    "language": language,
                    "time_zone": zone,
                    "attributes": {"warehouse": warehouse, "plan": plan},
                    "updated_at": NOW,
                }
                customer, _ = Customer.objects.update_or_create(
                    external_id=number, defaults=given, create_defaults={**given, "created_at": NOW}
                )
                for channel, address in (("email", email), ("sms", "+49" + phone[1:].replace(" ", ""))):
                    ContactPoint.objects.update_or_create(
                        customer=customer, channel=channel, address=address, defaults={"created_at": NOW}
                    )
        seconds = (time.monotonic() - began) * size / rows
    return Measure(things=size, seconds=seconds, remark="" if size == rows else f"measured on {rows:,} rows and scaled")
