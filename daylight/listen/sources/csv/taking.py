"""Files on their way in: looked at, shown with the first rows, read a stretch at a time, and thrown away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db.models import F

from daylight.accounts.models import Member, Organisation
from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.customers import csvfile, importing, values
from daylight.customers.csvfile import Layout, Record, Records, Unusable
from daylight.listen import accepting
from daylight.listen.models import PastFile
from daylight.listen.said import Said
from daylight.listen.sources.csv.columns import guess
from daylight.listen.sources.csv.reading import RowReader

STRETCH = 500
SHOWN = 5
SAMPLE = 200
MOST_FAULTS = 50
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Tried:
    """A row as it would be taken, or why it would not."""

    line: int
    said: Said | None = None
    fault: str = ""


def receive(path: Path, *, file_name: str, what: str, is_past: bool, by: Member, at: datetime) -> PastFile:
    """Look at a file and guess its columns. Raises Unusable, and then the file is thrown away."""
    try:
        layout, first, position, line = _look_at(path)
    except Unusable:
        path.unlink(missing_ok=True)
        raise
    header = [" ".join(cell.replace("\x00", "").split())[:120] for cell in first.cells]
    row = PastFile(
        what=what,
        is_past=is_past,
        file_name=(Path(file_name).name or "file.csv").replace("\x00", "")[:255],
        path=str(path),
        encoding=layout.encoding,
        separator=layout.separator,
        byte_position=position,
        line=line,
        header=header,
        columns=guess(header),
        made_by=by,
        made_at=at,
    )
    row.date_order = values.order_of_dates(_dates(row))
    row.save()
    return row


def _look_at(path: Path) -> tuple[Layout, Record, int, int]:
    """How a file is written, its heading, and the byte and line after that. Raises Unusable."""
    layout = csvfile.examine(path)
    first, position, line = csvfile.first_record(path, layout)
    if first is None or first.fault:
        raise Unusable(first.fault if first else "The file is empty.")
    return layout, first, position, line


def preview(row: PastFile, columns: Sequence[str], *, at: datetime) -> list[Tried]:
    """The first rows as they would be taken."""
    return _tried(_sample(row)[:SHOWN], _reader(row, columns), at=at)


def start(row: PastFile, columns: Sequence[str], *, at: datetime) -> None:
    """Read the file from now on."""
    PastFile.objects.filter(pk=row.pk, state=PastFile.State.UPLOADED).update(
        state=PastFile.State.RUNNING, columns=list(columns), due_at=at
    )


def drop(row: PastFile) -> None:
    """Forget a file; what was taken from it stays."""
    Path(row.path).unlink(missing_ok=True)
    row.delete()


def step(now: datetime) -> Step:
    """Read on in the files that wait."""
    return work_through(PastFile.objects.all(), now, _read_on, lease=LEASE, limit=2)


def oldest_due(now: datetime) -> datetime | None:
    """When the file that waits longest was to be read on."""
    return PastFile.objects.all().oldest_due_at()


def _read_on(row: PastFile, now: datetime) -> None:
    """Take the next stretch. Who dies in between is followed by somebody who takes it again: names are kept once."""
    path = Path(row.path)
    if not path.exists():
        row.finish(
            state=PastFile.State.FAILED, failure="The file is no longer there. Upload it again.", finished_at=now
        )
        return
    with path.open("rb") as file:
        records = Records(
            file, encoding=row.encoding, separator=row.separator, position=row.byte_position, line=row.line
        )
        batch = records.take(STRETCH)
    if not batch:
        row.finish(state=PastFile.State.DONE, finished_at=now)
        path.unlink(missing_ok=True)
        return
    tried = _tried(batch, _reader(row, row.columns), at=now)
    new = accepting.accept([one.said for one in tried if one.said], at=now)
    faults = [{"line": one.line, "why": one.fault} for one in tried if one.said is None]
    row.put_off(
        until=now,
        byte_position=records.position,
        line=records.line,
        rows_read=row.rows_read + len(batch),
        rows_new=row.rows_new + new,
        rows_faulty=row.rows_faulty + len(faults),
        faults=[*row.faults, *faults][:MOST_FAULTS],
    )
    PastFile.objects.filter(pk=row.pk).update(attempts=F("attempts") * 0)


def _tried(batch: Sequence[Record], reader: RowReader, *, at: datetime) -> list[Tried]:
    found = []
    for record in batch:
        try:
            said = None if record.fault else reader.read(record.cells, at=at)
        except values.Refused as problem:
            found.append(Tried(record.line, fault=str(problem)))
        else:
            found.append(Tried(record.line, said, record.fault))
    return found


def _reader(row: PastFile, columns: Sequence[str]) -> RowReader:
    zone = ZoneInfo(Organisation.get().time_zone)
    return RowReader(row.what, columns, row.date_order, zone, importing.home_region(), row.is_past)


def _sample(row: PastFile) -> list[Record]:
    try:
        with Path(row.path).open("rb") as file:
            return Records(
                file, encoding=row.encoding, separator=row.separator, position=row.byte_position, line=row.line
            ).take(SAMPLE)
    except OSError:
        return []


def _dates(row: PastFile) -> list[str]:
    """What stands in the column of dates, as far as it was guessed."""
    if "said_at" not in row.columns:
        return []
    index = row.columns.index("said_at")
    return [record.cells[index] for record in _sample(row) if len(record.cells) > index]
