"""Customers' proofs as lines: of JSON, and of a table that no spreadsheet takes for formulas."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from daylight.core.spreadsheets import Echo, harmless
from daylight.reach.evidence.people import CustomerProof, DeliveryProof

HEADINGS = (
    "update",
    "customer",
    "customer_id",
    "affected_because",
    "affected_since",
    "outcome",
    "told_at",
    "confirmed_at",
    "calls",
    "step",
    "channel",
    "address",
    "state",
    "tries",
    "accepted_at",
    "changed_at",
    "answer",
    "receipts",
    "provider",
    "message_id",
    "message_sha256",
)


def json_line(proof: CustomerProof) -> str:
    """One customer of one notice, with everything tried for them, as a line of JSON."""
    return json.dumps(as_json(proof), ensure_ascii=False, separators=(",", ":")) + "\n"


def as_json(proof: CustomerProof) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "update": proof.update,
        "audience": proof.audience,
        "customer": {
            "id": proof.customer,
            "external_id": proof.external_id,
            "name": proof.name,
            "language": proof.language,
            "time_zone": proof.time_zone,
        },
        "affected": {"because": proof.reason, "since": _iso(proof.since)},
        "outcome": proof.outcome,
        "told_at": _iso(proof.told_at),
        "confirmed": {"at": _iso(proof.confirmed_at), "how": proof.confirmed_how} if proof.confirmed_at else None,
        "deliveries": [_delivery(row) for row in proof.deliveries],
        "calls": [
            {
                "made_at": _iso(call.made_at),
                "by": call.by,
                "address": call.address,
                "result": call.result,
                "note": call.note,
            }
            for call in proof.calls
        ],
    }


def _delivery(row: DeliveryProof) -> dict[str, Any]:
    return {
        "id": row.id,
        "step": row.step,
        "channel": row.channel,
        "address": row.address,
        "state": row.state,
        "tries": row.tries,
        "accepted_at": _iso(row.accepted_at),
        "changed_at": _iso(row.changed_at),
        "answer": row.answer,
        "provider": row.provider,
        "message_id": row.key,
        "message_sha256": row.message_sha256,
        "is_as_of_today": row.is_as_of_today,
        "receipts": [
            {
                "kind": said.kind,
                "said_at": _iso(said.said_at),
                "received_at": _iso(said.received_at),
                "details": said.details,
                "is_permanent": said.is_permanent,
            }
            for said in row.receipts
        ],
    }


def heading() -> str:
    """The first line of the table."""
    return str(csv.writer(Echo()).writerow(HEADINGS))


def table_lines(proofs: Iterable[CustomerProof]) -> Iterator[str]:
    """A line for each delivery, and one for each customer for whom there was none."""
    writer = csv.writer(Echo())
    for proof in proofs:
        who = (
            proof.update,
            harmless(proof.name),
            harmless(proof.external_id or str(proof.customer)),
            harmless(proof.reason),
            _time(proof.since),
            proof.outcome,
            _time(proof.told_at),
            _time(proof.confirmed_at),
            harmless("; ".join(f"{_time(call.made_at)} {call.result} {call.note}".strip() for call in proof.calls)),
        )
        for row in proof.deliveries:
            yield writer.writerow((*who, *_cells(row)))
        if not proof.deliveries:
            yield writer.writerow((*who, *[""] * (len(HEADINGS) - len(who))))


def _cells(row: DeliveryProof) -> tuple[object, ...]:
    receipts = "; ".join(f"{said.kind} {_time(said.said_at)} {said.details}".strip() for said in row.receipts)
    return (
        row.step,
        row.channel,
        harmless(row.address),
        row.state,
        row.tries,
        _time(row.accepted_at),
        _time(row.changed_at),
        harmless(row.answer),
        harmless(receipts),
        harmless(row.provider),
        row.key,
        row.message_sha256,
    )


def _time(moment: datetime | None) -> str:
    return _iso(moment) or ""


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
