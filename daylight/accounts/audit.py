"""Writes and verifies the audit trail."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from daylight.accounts.models.audit_entry import AuditEntry

FIRST_HASH = "0" * 64


@transaction.atomic
def record(*, at: datetime, actor: str, act: str, subject: str = "", **details: Any) -> AuditEntry:
    """Append one entry: `actor` is a member's name or "key NAME" or "Daylight"; `act` a verb like "incident.resolve".

    Never put secrets or message texts into `details`; keys and counts are enough.
    """
    last = AuditEntry.objects.select_for_update().order_by("-number").first()
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=at,
        actor=actor,
        act=act,
        subject=subject,
        details=details,
        previous_hash=last.hash if last else FIRST_HASH,
    )
    entry.hash = fingerprint(entry)
    entry.save(force_insert=True)
    return entry


def fingerprint(entry: AuditEntry) -> str:
    """SHA-256 over everything the entry says and the hash of the entry before it."""
    said = [
        entry.number,
        entry.at.isoformat(),
        entry.actor,
        entry.act,
        entry.subject,
        entry.details,
        entry.previous_hash,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
