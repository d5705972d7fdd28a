"""Proof of who was told what, when. `export` writes a signed evidence pack, a table or lines of JSON; `verify` checks
every byte of a pack and ends with status 1 and a sentence when it is not what was signed; `key` prints the public key
of this installation, which whoever checks a pack needs."""

import shutil
from argparse import ArgumentParser, Namespace
from pathlib import Path

from daylight.cli.commands import CannotDo
from daylight.core import clock
from daylight.incidents.models import Incident, Update
from daylight.reach.evidence import exporting, signing
from daylight.reach.evidence.verifying import NotProven, Proven, verify
from daylight.reach.models import EvidenceExport


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="export|verify|key")
    export = acts.add_parser("export", help="write who was told what, when, with the exact text")
    export.add_argument("incident", metavar="ID", help="the id that `daylight incident list` shows")
    export.add_argument("--update", type=int, metavar="N", help="one update; all of them when not given")
    export.add_argument("--form", choices=EvidenceExport.Form.values, default=EvidenceExport.Form.PACK)
    export.add_argument("--to", type=Path, metavar="FILE", help="where to; a telling name in this folder if not given")
    export.add_argument("--bom", action="store_true", help="begin a CSV with the mark by which Excel knows UTF-8")
    check = acts.add_parser("verify", help="check that a pack is what was signed")
    check.add_argument("file", type=Path, metavar="FILE")
    check.add_argument("--key", type=Path, metavar="PEM", help="the signer's public key; this installation's if absent")
    acts.add_parser("key", help="print the public key of this installation")


def run(options: Namespace) -> int:
    """Do the work; returns the exit status. Raises CannotDo."""
    return {"export": _export, "verify": _verify, "key": _key}[options.act](options)


def _export(options: Namespace) -> int:
    incident = Incident.objects.filter(public_id=options.incident).first()
    if incident is None:
        raise CannotDo(f"There is no incident {options.incident!r}. See: daylight incident list --all")
    row = exporting.ask(
        incident,
        _update(incident, options.update),
        form=options.form,
        by=None,
        at=clock.now(),
        with_bom=options.bom,
    )
    while row.state == EvidenceExport.State.RUNNING:
        _go_on(row)
    path = exporting.file_of(row)
    if path is None:
        raise CannotDo(row.failure or "The export failed; the log says why.")
    target = options.to or Path(exporting.file_name(row))
    shutil.copyfile(path, target)
    print(f"{target}: {row.written:,} customers, {row.size:,} bytes, SHA-256 {row.sha256}.")
    return 0


def _go_on(row: EvidenceExport) -> None:
    """Write on, unless a worker of this installation is at it."""
    now = clock.now()
    mine = EvidenceExport.objects.filter(pk=row.pk).claim(now, lease=exporting.LEASE, limit=1)
    for claimed in mine:
        exporting.turn(claimed, now)
    row.refresh_from_db()
    print(f"\r{row.percent:3} %", end="", flush=True)
    if row.state != EvidenceExport.State.RUNNING:
        print("\r", end="")
    elif not mine:
        raise CannotDo("The worker is writing this export; it will be under Proof in the incident room.")


def _update(incident: Incident, number: int | None) -> Update | None:
    if number is None:
        return None
    found = incident.updates.published().filter(number=number).first()
    if found is None:
        raise CannotDo(f"“{incident.title}” has no published update {number}.")
    return found


def _verify(options: Namespace) -> int:
    if not options.file.is_file():
        raise CannotDo(f"There is no file {options.file}.")
    try:
        proven = verify(options.file, trusted=[_trusted(options.key)])
    except NotProven as problem:
        raise CannotDo(str(problem)) from None
    print(_in_words(proven))
    return 0


def _trusted(path: Path | None) -> str:
    if path is None:
        return _the_key()
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise CannotDo(f"{path} is not a public key in PEM that can be read.") from None


def _in_words(proven: Proven) -> str:
    manifest = proven.manifest
    customers = sum(sum(counts["outcomes"].values()) for counts in manifest["counts"].values())
    return (
        f"The pack is what was signed on {manifest['made_at'][:16].replace('T', ' ')} UTC: {proven.files} files,"
        f" {customers:,} customers, incident {manifest['incident']['id']} ({manifest['incident']['title']}).\n"
        f"Signed by {manifest['organisation'] or 'an organisation without a name'}, key {proven.fingerprint}."
    )


def _key(options: Namespace) -> int:
    print(_the_key(), end="")
    return 0


def _the_key() -> str:
    try:
        return signing.the_key(clock.now()).public
    except signing.KeyUnreadable as problem:
        raise CannotDo(str(problem)) from None
