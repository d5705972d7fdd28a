"""Writes and verifies the audit trail."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from daylight.accounts.models.audit_entry import FIRST_HASH, AuditEntry, AuditHead

READ_AT_ONCE = 2000
"""Entries held in memory while verifying."""


@dataclass(frozen=True)
class Finding:
    """The first place where the trail is not what was written: the entry's number and what is wrong there."""

    number: int
    says: str


@transaction.atomic
def record(*, at: datetime, actor: str, act: str, subject: str = "", **details: Any) -> AuditEntry:
    """Append one entry: `actor` is a member's name or "key NAME" or "Daylight"; `act` a verb like "incident.resolve".

    Never put secrets or message texts into `details`; keys and counts are enough. Call it last in a transaction:
    from here to its end nobody else can add an entry.
    """
    head = _locked_head()
    entry = AuditEntry(
        number=head.number + 1,
        at=at.astimezone(UTC),
        actor=_text(actor)[:160],
        act=_text(act)[:80],
        subject=_text(subject)[:160],
        details=_plain(details),
        previous_hash=head.hash,
    )
    entry.hash = fingerprint(entry)
    entry.save(force_insert=True)
    AuditHead.objects.filter(pk=1).update(number=entry.number, hash=entry.hash)
    return entry


def verify() -> Finding | None:
    """Read the whole trail in order, in flat memory; the first entry that does not fit, or None when all is well."""
    # One moment for both, else an entry added meanwhile would look like a fault.
    head = AuditHead.objects.filter(pk=1).first() or AuditHead()
    number, previous_hash = 0, FIRST_HASH
    entries = AuditEntry.objects.filter(number__lte=head.number).order_by("number")
    for entry in entries.iterator(chunk_size=READ_AT_ONCE):
        number += 1
        if entry.number != number:
            return Finding(number, f"Entry {number} is missing: the next one found is {entry.number}.")
        if entry.previous_hash != previous_hash:
            return Finding(number, f"Entry {number} does not follow the entry before it.")
        if entry.hash != fingerprint(entry):
            return Finding(number, f"Entry {number} was changed after it was written.")
        previous_hash = entry.hash
    if number != head.number:
        return Finding(number + 1, f"Entries {number + 1} to {head.number} are missing at the end of the trail.")
    if previous_hash != head.hash:
        return Finding(number, f"Entry {number} is not the one that was written last.")
    return _beyond(head)


def fingerprint(entry: AuditEntry) -> str:
    """SHA-256 over everything the entry says and the hash of the entry before it."""
    said = [
        entry.number,
        entry.at.astimezone(UTC).isoformat(),
        entry.actor,
        entry.act,
        entry.subject,
        entry.details,
        entry.previous_hash,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _locked_head() -> AuditHead:
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        AuditHead.objects.bulk_create([AuditHead(pk=1)], ignore_conflicts=True)
        head = AuditHead.objects.select_for_update().get(pk=1)
    return head


def _beyond(head: AuditHead) -> Finding | None:
    """An entry put behind the end by hand; one written properly meanwhile has moved the end with it."""
    beyond = AuditEntry.objects.filter(number__gt=head.number).order_by("number").first()
    now = AuditHead.objects.filter(pk=1).first() or AuditHead()
    if beyond is None or beyond.number <= now.number:
        return None
    return Finding(beyond.number, f"Entry {beyond.number} was added by another hand than Daylight's.")


def _text(value: object) -> str:
    """Text that both databases keep unchanged."""
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode()


def _plain(value: Any) -> Any:
    """A value that comes back from both databases exactly as it went in, else its hash would change on the way."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Mapping):
        return {_text(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        parts = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [_plain(part) for part in parts]
    return _text(value)
