"""Imports customers or commitments (orders, shipments, projects) from a CSV file.

Columns are guessed from their headings; --map says otherwise. A field is one of those shown by --fields,
"attribute:NAME" to keep a column as a fact, or nothing to leave it out. --dry-run counts and writes nothing. Rows
that cannot be taken are written to a file with their line and the reason, and never stop the rest. Importing the
same file again changes nothing. Exit status: 0 when the file was read to its end, 1 when it could not be used."""

import shutil
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from django.db import IntegrityError, OperationalError, transaction

from daylight.accounts.audit import record
from daylight.cli.commands import CannotDo
from daylight.core import clock
from daylight.customers import importing
from daylight.customers.columns import ATTRIBUTE, FIELDS, Mapping, Unmappable, label
from daylight.customers.csvfile import Unusable
from daylight.customers.fault_file import fault_lines
from daylight.customers.models import Import

FAULTS_SHOWN = 10
MOST_TRIES = 5


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.add_argument("file", type=Path, nargs="?", help="the CSV file")
    parser.add_argument(
        "--map", action="append", default=[], metavar="COLUMN=FIELD", help="what a column is; may be given many times"
    )
    parser.add_argument("--dry-run", action="store_true", help="count what would happen, and write nothing")
    parser.add_argument("--region", help="country of phone numbers without a country code, such as DE")
    parser.add_argument("--date-order", choices=["dmy", "mdy"], help="what 03/05/2026 means")
    parser.add_argument("--faults", type=Path, help="where to write the faulty rows (FILE.faults.csv)")
    parser.add_argument("--fields", action="store_true", help="list the fields a column can be")


def run(options: Namespace) -> int:
    """Import the file, with progress on stderr and a summary at the end."""
    if options.fields or options.file is None:
        for field, words in FIELDS[Import.Kind(options.kind)].items():
            print(f"{field:<14} {words}")
        print(f"{ATTRIBUTE + 'NAME':<14} kept as a fact under that name")
        return 0 if options.fields else 2
    row = _receive(options)
    try:
        mapping = _mapping(options, row)
        _say_mapping(row, mapping)
        if options.dry_run:
            return _try_dry(row, mapping)
        importing.start(row, mapping, at=clock.now())
    except Unmappable as refused:
        importing.drop(row, at=clock.now())
        raise CannotDo(f"{refused} Use --map COLUMN=FIELD; --fields lists the fields.") from None
    record(at=clock.now(), actor="command line", act="import.start", subject=row.file_name, kind=row.kind)
    _follow(row)
    return _sum_up(row, options.faults or options.file.with_name(f"{options.file.name}.faults.csv"))


def _receive(options: Namespace) -> Import:
    path = importing.new_path()
    try:
        shutil.copyfile(options.file, path)
        return importing.receive(path, file_name=options.file.name, kind=options.kind, by=None, at=clock.now())
    except Unusable as refused:
        raise CannotDo(f"{options.file}: {refused}") from None
    except OSError as problem:
        path.unlink(missing_ok=True)
        raise CannotDo(f"{options.file} cannot be read: {problem.strerror}.") from None


def _mapping(options: Namespace, row: Import) -> Mapping:
    guessed = Mapping.of(row.mapping)
    columns = list(guessed.columns)
    for entry in options.map:
        heading, _, field = entry.rpartition("=")
        if heading not in row.header:
            raise Unmappable(f"There is no column {heading!r}; the file has {', '.join(row.header)}.")
        columns[row.header.index(heading)] = field
    region = (options.region or guessed.region).upper()
    return Mapping(tuple(columns), options.date_order or guessed.date_order, region)


def _say_mapping(row: Import, mapping: Mapping) -> None:
    print(f"{row.file_name}: {row.encoding}, separator {row.separator!r}", file=sys.stderr)
    for heading, column in zip(row.header, mapping.columns, strict=False):
        print(f"  {heading:<30} {label(row.kind, column) if column else 'left out'}", file=sys.stderr)


def _try_dry(row: Import, mapping: Mapping) -> int:
    try:
        tried = importing.preview(row, mapping, now=clock.now(), limit=None)
    finally:
        importing.drop(row, at=clock.now())
        row.delete()
    for fault in tried.faults[:FAULTS_SHOWN]:
        print(f"  line {fault.line}: {fault.column or 'row'}: {fault.reason}")
    print(
        f"Dry run of {tried.read:,} rows: {tried.added:,} to add, {tried.changed:,} to change, {tried.same:,} the same,"
        f" {tried.faulty:,} faulty. Nothing was written."
    )
    return 0


def _follow(row: Import) -> None:
    """Do the work here, or watch a worker do it."""
    tries = 0
    while row.state == Import.State.RUNNING:
        claimed = Import.objects.filter(pk=row.pk).claim(clock.now(), lease=importing.LEASE, limit=1)
        for mine in claimed:
            try:
                importing.turn(mine, clock.now())
                tries = 0
            except (IntegrityError, OperationalError) as problem:  # Somebody wrote the same customers just then.
                tries += 1
                if tries == MOST_TRIES:
                    raise CannotDo(f"The database refuses the rows: {problem}. The worker will try again.") from None
                with transaction.atomic():
                    mine.put_off(until=clock.now())
        if not claimed:
            time.sleep(0.3)
        row.refresh_from_db()
        _show(row)
    print(file=sys.stderr)


def _show(row: Import) -> None:
    share = 100 * row.byte_position // max(1, row.size)
    print(f"\r  {share:3} %  {row.rows_read:,} rows", end="", file=sys.stderr, flush=True)


def _sum_up(row: Import, faults: Path) -> int:
    if row.state != Import.State.DONE:
        raise CannotDo(row.failure or f"The import was {row.get_state_display().lower()}.")
    print(
        f"{row.rows_read:,} rows: {row.rows_added:,} added, {row.rows_changed:,} changed, {row.rows_same:,} the same,"
        f" {row.rows_faulty:,} faulty."
    )
    if row.rows_faulty:
        with faults.open("w", encoding="utf-8-sig", newline="") as out:
            out.writelines(fault_lines(row))
        print(f"The faulty rows and the reasons are in {faults}: mend them there and import that file.")
    return 0
