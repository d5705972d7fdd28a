"""Writes exports of who was told what: small ones at once, large ones by the loop, stretch by stretch.

After each stretch the place reached and the bytes of each file are kept on the row, so a worker that dies loses
nothing and repeats nothing: what it wrote beyond them is cut off. A finished file is thrown away when it expires.
"""

import json
import platform
import shutil
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import Sum

from daylight import __version__
from daylight.accounts import audit
from daylight.accounts.models import Member, Organisation
from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.core.spreadsheets import BOM
from daylight.incidents.models import Incident, Update
from daylight.reach import told_times
from daylight.reach.evidence import lines, packing, people, signing, texts
from daylight.reach.evidence.people import CustomerProof, Place
from daylight.reach.evidence.tally import Tally
from daylight.reach.models import EvidenceExport, Notice
from daylight.regimes import record

Form, State = EvidenceExport.Form, EvidenceExport.State

AT_ONCE = 2_000
"""Up to so many customers are written while the member waits."""

LONGEST_TURN = 20.0
"""Seconds after which other exports have their turn."""

LEASE = timedelta(minutes=5)
KEPT_FOR = timedelta(days=1)

JSONL, CSV = "evidence.jsonl", "people.csv"
FILES = {Form.PACK: (JSONL, CSV), Form.CSV: (CSV,), Form.JSONL: (JSONL,)}


def ask(
    incident: Incident, update: Update | None, *, form: str, by: Member | None, at: datetime, with_bom: bool = False
) -> EvidenceExport:
    """Begin an export; a small one is done when this returns. It is on the audit trail who asked."""
    sizes: Any = Notice.objects.filter(update__in=updates_of(incident, update)).aggregate(all=Sum("customers"))
    row = EvidenceExport.objects.create(
        incident=incident,
        update=update,
        form=form,
        with_bom=with_bom,
        made_by=by,
        made_at=at,
        customers=sizes["all"] or 0,
        due_at=at,
        lease=uuid.uuid4(),
        leased_until=at + LEASE,
    )
    audit.record(
        at=at,
        actor=by.name if by else "Daylight",
        act="evidence.export",
        subject=incident.public_id,
        form=form,
        update=update.number if update else "all",
    )
    if row.customers <= AT_ONCE:
        turn(row, at)
    else:
        row.put_off(until=at)
    return row


def updates_of(incident: Incident, update: Update | None) -> list[Update]:
    """What an export speaks of: one update, or all that were published."""
    return [update] if update else list(incident.updates.published())


def step(now: datetime) -> Step:
    """Write on exports, and throw away those that expired."""
    return work_through(EvidenceExport.objects.all(), now, turn, lease=LEASE, limit=1)


def turn(row: EvidenceExport, now: datetime) -> None:
    """Write for a while; the export is then done, or due again at once. Raises LeaseLost."""
    if row.state == State.DONE:
        _throw_away(row)
        row.finish(state=State.EXPIRED, path="")
        return
    ends = time.monotonic() + LONGEST_TURN
    with _Writing(row, now) as writing:
        for proofs, update, place in writing.rest():
            writing.write(proofs, update, place)
            if time.monotonic() > ends:
                row.put_off(until=now, attempts=0)
                return
    try:
        _finish(row, writing, now)
    except signing.KeyUnreadable as problem:
        _throw_away(row)
        row.finish(state=State.FAILED, failure=str(problem), finished_at=now)


def file_of(row: EvidenceExport) -> Path | None:
    """The finished file, when it lies on this machine."""
    path = Path(row.path)
    return path if row.state == State.DONE and row.path and path.is_file() else None


def file_name(row: EvidenceExport) -> str:
    """What the file is called when somebody downloads it."""
    which = f"update-{row.update.number}" if row.update else "all-updates"
    ending = {Form.PACK: "zip", Form.CSV: "csv", Form.JSONL: "jsonl"}[Form(row.form)]
    return f"daylight-evidence-{row.incident.public_id}-{which}.{ending}"


class _Writing:
    """The files of one export while they are being written, and how far they are."""

    def __init__(self, row: EvidenceExport, now: datetime) -> None:
        self._row, self._now, self._began = row, now, time.monotonic()
        folder = Path(settings.DATA_DIR) / "evidence"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder / row.place.get("folder", "none")
        if not self.folder.is_dir():  # Begun just now, or on a machine whose data folder is another.
            row.place = {"folder": uuid.uuid4().hex, "read_from": now.isoformat()}
            self.folder = folder / row.place["folder"]
            self.folder.mkdir(mode=0o700)
            row.written = 0
        self.tally = Tally.of(row.place.get("tally", {}))
        self._files: dict[str, BinaryIO] = {}

    def __enter__(self) -> "_Writing":
        for name in FILES[Form(self._row.form)]:
            path = self.folder / name
            path.touch(mode=0o600)
            file = self._files[name] = path.open("r+b")
            file.truncate(self._row.place.get("sizes", {}).get(name, 0))
            file.seek(0, 2)
        if CSV in self._files and not self._files[CSV].tell():
            self._files[CSV].write(((BOM if self._row.with_bom else "") + lines.heading()).encode())
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def renew(self) -> None:
        """Hold the export for longer, from this moment on. Raises LeaseLost."""
        passed = timedelta(seconds=time.monotonic() - self._began)
        self._row.renew(until=self._now + passed + LEASE)

    @property
    def read_from(self) -> str:
        """When reading began."""
        return str(self._row.place["read_from"])

    def rest(self) -> Iterator[tuple[list[CustomerProof], Update, Place]]:
        """What is still to be written, in stretches."""
        place = self._row.place
        for update in updates_of(self._row.incident, self._row.update):
            number = update.number or 0
            if number < place.get("update", 0):
                continue
            is_begun = number == place.get("update")
            after = Place(place["notice"], place["customer"]) if is_begun else None
            for proofs, reached in people.read(update, now=self._now, after=after):
                yield proofs, update, reached

    def write(self, proofs: list[CustomerProof], update: Update, place: Place) -> None:
        """Write a stretch, and keep the place on the row. Raises LeaseLost."""
        self.tally.add(proofs)
        if JSONL in self._files:
            self._files[JSONL].write("".join(map(lines.json_line, proofs)).encode())
        if CSV in self._files:
            self._files[CSV].write("".join(lines.table_lines(proofs)).encode())
        for file in self._files.values():
            file.flush()
        self._row.written += len(proofs)
        self.renew()
        EvidenceExport.objects.filter(pk=self._row.pk).update(
            written=self._row.written,
            place={
                **self._row.place,
                "update": update.number,
                "notice": place.notice,
                "customer": place.customer,
                "sizes": {name: file.tell() for name, file in self._files.items()},
                "tally": self.tally.stored(),
            },
        )
        self._row.refresh_from_db(fields=["place"])


def _finish(row: EvidenceExport, writing: _Writing, now: datetime) -> None:
    path = writing.folder / file_name(row)
    if row.form == Form.PACK:
        bound = _bind(row, writing, path, now)
    else:
        [name] = FILES[Form(row.form)]
        (writing.folder / name).rename(path)
        with path.open("rb") as file:
            size = path.stat().st_size
            bound = packing.Bound(size, packing.digest_of(file, size).hexdigest())
    row.put_off(
        until=now + KEPT_FOR,
        attempts=0,
        state=State.DONE,
        customers=row.written,
        place={"folder": writing.folder.name},
        host=platform.node()[:120],
        path=str(path),
        size=bound.size,
        sha256=bound.sha256,
        finished_at=now,
        expires_at=now + KEPT_FOR,
    )


def _bind(row: EvidenceExport, writing: _Writing, path: Path, now: datetime) -> packing.Bound:
    from daylight.reach.evidence import summary  # Ten megabytes of a printer that a sender need not carry.

    key = signing.the_key(now)
    facts = _facts(row, writing, now, key.fingerprint)
    updates = updates_of(row.incident, row.update)
    words = {
        "published": [asdict(text) | {"update": one.number} for one in updates for text in texts.published(one)],
        "on_channels": [asdict(text) | {"update": one.number} for one in updates for text in texts.on_channels(one)],
    }
    bound = packing.bind(
        path,
        parts={
            "summary.pdf": summary.pdf(summary.Summary.of(row.incident, updates, writing.tally, facts)),
            "texts.json": json.dumps(words, indent=2, ensure_ascii=False).encode(),
            **_regimes(row.incident, now),
            JSONL: writing.folder / JSONL,
            CSV: writing.folder / CSV,
        },
        facts=facts,
        key=signing.private_key(key),
        public=key.public,
        at=now,
        on_block=writing.renew,
    )
    for name in (JSONL, CSV):
        (writing.folder / name).unlink()
    return bound


def _regimes(incident: Incident, now: datetime) -> dict[str, bytes]:
    """What the law asked, and what was done by when; nothing where no regime ever applied."""
    if not record.has_regimes(incident):
        return {}
    whole = json.dumps(record.of(incident, now=now), indent=2, ensure_ascii=False)
    return {"regimes.json": whole.encode(), "clocks.csv": "".join(record.table(incident, now=now)).encode()}


def _facts(row: EvidenceExport, writing: _Writing, now: datetime, fingerprint: str) -> dict[str, Any]:
    """What the manifest says of the pack."""
    return {
        "software": {"name": "Daylight", "version": __version__},
        "organisation": Organisation.get().name,
        "incident": {
            "id": row.incident.public_id,
            "title": row.incident.title,
            "is_exercise": row.incident.is_exercise,
        },
        "made_at": now.isoformat(),
        "made_by": row.made_by.name if row.made_by else "",
        "read_from": writing.read_from,
        "read_until": now.isoformat(),
        "signed_by": fingerprint,
        "counts": {str(number): vars(sums) for number, sums in writing.tally.updates.items()},
        "told_times_seconds": told_times.recount(row.incident, now=now).figures,
    }


def _throw_away(row: EvidenceExport) -> None:
    folder = row.place.get("folder")
    if folder:
        shutil.rmtree(Path(settings.DATA_DIR) / "evidence" / folder, ignore_errors=True)
