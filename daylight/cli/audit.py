"""Every entry is sealed with the one before it. `verify` reads them all and ends with status 1 at the first that does
not fit; `show` prints the latest, or all of them as JSON lines to keep elsewhere."""

import json
from argparse import ArgumentParser, Namespace

from daylight.accounts import audit
from daylight.accounts.models import AuditEntry, AuditHead
from daylight.cli.commands import CannotDo


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="verify|show")
    acts.add_parser("verify", help="check that no entry was changed, removed or slipped in")
    show = acts.add_parser("show", help="print entries, oldest first")
    show.add_argument("--last", type=int, default=50, metavar="N", help="how many; 0 for all of them (default 50)")
    show.add_argument("--json", action="store_true", help="a JSON object per line, with the hashes")


def run(options: Namespace) -> int:
    """Do the work; returns the exit status. Raises CannotDo."""
    return _verify() if options.act == "verify" else _show(options)


def _verify() -> int:
    finding = audit.verify()
    if finding is not None:
        raise CannotDo(f"The audit trail is broken at entry {finding.number}. {finding.says}")
    head = AuditHead.objects.first()
    if head is None:
        print("The audit trail is empty.")
        return 0
    print(f"The audit trail is whole: {head.number} entries. The last one is {head.hash}.")
    return 0


def _show(options: Namespace) -> int:
    entries = AuditEntry.objects.order_by("number")
    head = AuditHead.objects.first()
    if options.last > 0 and head is not None:
        entries = entries.filter(number__gt=head.number - options.last)
    for entry in entries.iterator(chunk_size=audit.READ_AT_ONCE):
        print(_json(entry) if options.json else _line(entry))
    return 0


def _line(entry: AuditEntry) -> str:
    details = " ".join(f"{name}={json.dumps(value)}" for name, value in sorted(entry.details.items()))
    columns = (f"{entry.number:>7}", f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.actor, entry.act, entry.subject, details)
    return "  ".join(columns).rstrip()


def _json(entry: AuditEntry) -> str:
    names = ("number", "actor", "act", "subject", "details", "previous_hash", "hash")
    return json.dumps({name: getattr(entry, name) for name in names} | {"at": entry.at.isoformat()}, sort_keys=True)
