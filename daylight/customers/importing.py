"""Takes a file of customers or commitments in: looked at, mapped, tried dry, then streamed chunk by chunk.

One process for the browser, the command and the tests. A chunk's rows and the place reached in the file are
written in one transaction, so a worker that dies loses nothing and repeats nothing; another goes on where the
lease ends. A row that cannot be taken becomes a fault with its line, and the rest goes on.
"""

import sqlite3
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F

from daylight.accounts.models import Member, Organisation
from daylight.core import statistics
from daylight.customers import columns, csvfile, storing, values
from daylight.customers.columns import Mapping
from daylight.customers.csvfile import Layout, Record, Records, Unusable
from daylight.customers.intake import CommitmentRow, CustomerRow, Fault, RowReader
from daylight.customers.models import Commitment, Consent, ContactPoint, Customer, Import, ImportFault

CHUNK = 5_000
LOOKED_AT = 5_000
"""Rows a preview in the browser tries, so that it answers within a second."""

SAMPLE_ROWS = 200
SHOWN_FAULTS = 100
LARGEST_FILE = 2 * 1024**3
LEASE = timedelta(minutes=5)


@dataclass
class Preview:
    """What an import would do: counts over the rows tried, the first rows as they will be kept, the first faults."""

    read: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    faulty: int = 0
    is_whole: bool = True
    rows: list[CustomerRow | CommitmentRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def new_path() -> Path:
    """Where the next file goes: a private folder of the installation, under a name nobody can guess."""
    folder = Path(settings.DATA_DIR) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{uuid.uuid4()}.csv"


def copy(blocks: Iterable[bytes], path: Path) -> int:
    """Write `blocks` to `path` and return their bytes. Raises Unusable when there are too many."""
    size = 0
    with path.open("wb") as out:
        for block in blocks:
            size += len(block)
            if size > LARGEST_FILE:
                break
            out.write(block)
    if size > LARGEST_FILE:
        path.unlink()
        raise Unusable("The file is larger than 2 GB. Split it and import the parts one after the other.")
    return size


def receive(path: Path, *, file_name: str, kind: str, by: Member | None, at: datetime) -> Import:
    """An import of the file at `path`, looked at and with a guessed or remembered mapping. Raises Unusable."""
    try:
        row = _look_at(path, kind)
    except Unusable:
        path.unlink(missing_ok=True)
        raise
    row.file_name = Path(file_name).name[:255] or "file.csv"
    row.made_by, row.made_at = by, at
    row.save()
    return row


def _look_at(path: Path, kind: str) -> Import:
    layout = csvfile.examine(path)
    row = Import(
        kind=kind,
        path=str(path),
        size=path.stat().st_size,
        first_byte=layout.first_byte,
        first_line=layout.first_line,
    )
    first = _lay_out(row, layout, has_header=None)
    if not sample(row):
        raise Unusable(
            "The file has a heading and no rows under it." if row.has_header else f"Nothing can be read. {first.fault}"
        )
    return row


def _lay_out(row: Import, layout: Layout, *, has_header: bool | None) -> Record:
    """Read the heading by `layout` and guess the mapping; None finds out whether there is a heading."""
    first, position, line = csvfile.first_record(Path(row.path), layout)
    if first is None:
        raise Unusable("The file is empty.")
    if has_header is None:
        has_header = columns.is_header(row.kind, first.cells) and not first.fault
    row.encoding, row.separator, row.has_header = layout.encoding, layout.separator, has_header
    row.header = _headings(first, has_header=has_header)
    row.byte_position, row.line = (position, line) if has_header else (layout.first_byte, layout.first_line)
    row.header_signature = columns.signature(row.kind, row.header)
    row.mapping = (remembered(row) or guess(row)[0]).stored()
    return first


def change_layout(row: Import, *, has_header: bool, separator: str, encoding: str) -> None:
    """Read the file another way than was found out; the mapping is guessed anew. Raises Unusable."""
    try:
        "".encode(encoding)
    except LookupError:
        raise Unusable(f"We do not know an encoding called {encoding}.") from None
    _lay_out(row, Layout(encoding, separator, row.first_byte, row.first_line), has_header=has_header)
    row.save()


def guess(row: Import) -> tuple[Mapping, bool]:
    """The likeliest mapping, and whether its order of dates is sure."""
    return columns.guess(row.kind, row.header, sample(row), region=home_region())


def remembered(row: Import) -> Mapping | None:
    """The mapping by which a file with the same headings was imported last."""
    earlier = Import.objects.filter(
        kind=row.kind,
        header_signature=row.header_signature,
        has_header=True,
        state__in=[Import.State.RUNNING, Import.State.DONE],
    ).first()
    return Mapping.of(earlier.mapping) if earlier and row.has_header else None


def sample(row: Import) -> list[Record]:
    """The first records of the file."""
    with Path(row.path).open("rb") as file:
        return _records(row, file).take(SAMPLE_ROWS)


def preview(row: Import, mapping: Mapping, *, now: datetime, limit: int | None = LOOKED_AT, shown: int = 10) -> Preview:
    """What importing by `mapping` would do; nothing is written. Raises Unmappable."""
    mapping.check(row.kind)
    tried = Preview()
    reader = _reader(row, mapping)
    with tempfile.TemporaryDirectory() as folder, Path(row.path).open("rb") as file:
        seen = _Seen(Path(folder) / "seen")
        records = _records(row, file)
        while batch := records.take(CHUNK if limit is None else min(CHUNK, limit - tried.read)):
            good, outcome = _take(row, reader, batch, seen, now=now, write=False)
            tried.read += len(batch)
            tried.added += outcome.added
            tried.changed += outcome.changed
            tried.same += outcome.same
            tried.faulty += len({fault.line for fault in outcome.faults})
            tried.rows += good[: max(0, shown - len(tried.rows))]
            tried.faults += outcome.faults[: max(0, SHOWN_FAULTS - len(tried.faults))]
        tried.is_whole = limit is None or tried.read < limit
        seen.close()
    return tried


def start(row: Import, mapping: Mapping, *, at: datetime) -> None:
    """Put the import in line for the worker. Raises Unmappable."""
    mapping.check(row.kind)
    row.mapping = mapping.stored()
    row.state = Import.State.RUNNING
    row.due_at = at
    row.save(update_fields=["mapping", "state", "due_at"])


def drop(row: Import, *, at: datetime) -> None:
    """Give an import up: what it has taken in stays, the rest of the file is thrown away."""
    Import.objects.filter(pk=row.pk).update(
        state=Import.State.DROPPED, due_at=None, lease=None, leased_until=None, finished_at=at
    )
    _clean_up(row)


def turn(row: Import, now: datetime, *, chunks: int = 4) -> None:
    """Take the next chunks in; the row is then finished, or due again at once. Raises LeaseLost."""
    path = Path(row.path)
    if not path.exists():
        reason = "The file is no longer there: it was on another machine, or somebody deleted it. Upload it again."
        row.finish(state=Import.State.FAILED, failure=reason, finished_at=now)
        return
    reader = _reader(row, Mapping.of(row.mapping))
    seen = _Seen(path.with_suffix(".seen"))
    with path.open("rb") as file:
        records = _records(row, file)
        for _ in range(chunks):
            batch = records.take(CHUNK)
            if not batch:
                statistics.refresh(Customer, ContactPoint, Consent, Commitment)
                row.finish(state=Import.State.DONE, finished_at=now, byte_position=row.size)
                seen.close()
                _clean_up(row)
                return
            _store(row, reader, batch, seen, records=records, now=now)
            row.byte_position, row.line = records.position, records.line
    seen.close()
    row.put_off(until=now, attempts=0)


@transaction.atomic
def _store(
    row: Import, reader: RowReader, batch: Sequence[Record], seen: "_Seen", *, records: Records, now: datetime
) -> None:
    row.renew(until=now + LEASE)
    storing.take_turns()
    _, outcome = _take(row, reader, batch, seen, now=now, write=True)
    ImportFault.objects.bulk_create(
        [
            ImportFault(
                source=row,
                line=fault.line,
                column=_kept(fault.column),
                value=_kept(fault.value),
                reason=fault.reason[:400],
                row=[_kept(cell[:500]) for cell in fault.cells[:200]],
            )
            for fault in outcome.faults
        ],
        batch_size=1000,
    )
    Import.objects.filter(pk=row.pk).update(
        byte_position=records.position,
        line=records.line,
        rows_read=F("rows_read") + len(batch),
        rows_added=F("rows_added") + outcome.added,
        rows_changed=F("rows_changed") + outcome.changed,
        rows_same=F("rows_same") + outcome.same,
        rows_faulty=F("rows_faulty") + len({fault.line for fault in outcome.faults}),
    )


def _take(
    row: Import, reader: RowReader, batch: Sequence[Record], seen: "_Seen", *, now: datetime, write: bool
) -> tuple[list[CustomerRow | CommitmentRow], storing.Outcome]:
    """Read and store records of either kind; returns the good rows and what became of them all."""
    faults: list[Fault] = []
    if row.kind == Import.Kind.CUSTOMERS:
        people: list[CustomerRow] = []
        for record in batch:
            person = reader.customer(record)
            if isinstance(person, list):
                faults += person
            else:
                people.append(person)
        people, repeats = _without_repeats(people, seen, reader, column="external_id")
        outcome = storing.store_customers(people, reader, now=now, write=write)
        good: list[CustomerRow | CommitmentRow] = [*people]
    else:
        promises: list[CommitmentRow] = []
        for record in batch:
            promise = reader.commitment(record)
            if isinstance(promise, list):
                faults += promise
            else:
                promises.append(promise)
        promises, repeats = _without_repeats(promises, seen, reader, column="reference")
        outcome = storing.store_commitments(promises, reader, now=now, write=write)
        good = [*promises]
    outcome.faults = sorted(faults + repeats + outcome.faults, key=lambda fault: fault.line)
    return good, outcome


def _without_repeats(
    rows: list[Any], seen: "_Seen", reader: RowReader, *, column: str
) -> tuple[list[Any], list[Fault]]:
    """Rows whose number stands in this file for the first time, and the faults of the others."""
    keyed = [(f"{getattr(row, 'kind', '')}\x1f{getattr(row, column)}", row) for row in rows if getattr(row, column)]
    earlier = seen.earlier([(key, row.line) for key, row in keyed])
    faults = []
    for key, row in keyed:
        if (line := earlier.get(key, row.line)) != row.line:
            reason = f"{getattr(row, column)} is in line {line} already; that row was taken."
            faults.append(reader.fault(row, column, getattr(row, column), reason))
    repeats = {fault.line for fault in faults}
    return ([row for row in rows if row.line not in repeats] if repeats else rows), faults


class _Seen:
    """The numbers met in a file and the line of each, on disk because memory must not grow with the file.

    A chunk that is done again after a crash meets its own lines, which are no repeats.
    """

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.execute("CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def earlier(self, keys: Sequence[tuple[str, int]]) -> dict[str, int]:
        """Remember the keys; returns the first line of each when some had been met before, else nothing."""
        self._database.execute("BEGIN")
        added = self._database.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", keys).rowcount
        self._database.execute("COMMIT")
        if added == len(keys):
            return {}
        first = "SELECT line FROM seen WHERE key = ?"
        return {key: self._database.execute(first, [key]).fetchone()[0] for key, _ in keys}

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def home_region() -> str:
    """The country whose phone numbers are meant when none is written: that of the organisation's time zone."""
    organisation = Organisation.get()
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for entry in table.splitlines():
        region, _, rest = entry.partition("\t")
        if organisation.time_zone in rest.split("\t") and values.is_region(region):
            return region
    return {"de": "DE", "fr": "FR", "es": "ES"}.get(organisation.language[:2], "US")


def _reader(row: Import, mapping: Mapping) -> RowReader:
    return RowReader(mapping, kind=row.kind, header=row.header, zone=ZoneInfo(Organisation.get().time_zone))


def _records(row: Import, file: BinaryIO) -> Records:
    return Records(file, encoding=row.encoding, separator=row.separator, position=row.byte_position, line=row.line)


def _headings(first: Record, *, has_header: bool) -> list[str]:
    headings = [_kept(" ".join(cell.split()))[:120] for cell in first.cells]
    if has_header:
        while len(headings) > 1 and not headings[-1]:
            headings.pop()
        return headings
    return [f"Column {number}" for number in range(1, len(headings) + 1)]


def _kept(text: str) -> str:
    """Text that any database keeps."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _clean_up(row: Import) -> None:
    """Throw the uploaded file away: it is full of personal data and no longer needed."""
    path = Path(row.path)
    for leftover in (path, *path.parent.glob(f"{path.stem}.seen*")):
        leftover.unlink(missing_ok=True)
