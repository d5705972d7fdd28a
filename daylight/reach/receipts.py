"""Takes in what a provider later says of deliveries: they arrived, came back, were called spam.

The order in which receipts come does not matter, and one that comes again changes nothing: a bounce ends the matter,
whatever is said before or after it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from daylight.core.parts import AT_ONCE, in_parts
from daylight.reach import ledger, suppressing
from daylight.reach.channels.inbound import SaidKind, SaidReceipt
from daylight.reach.models import Delivery, Receipt, Suppression
from daylight.reach.moves import State

NOT_YET_SENT = frozenset({State.QUEUED})
"""States in which the ledger does not know yet that the delivery left."""

_Name = tuple[int, str, datetime]
"""What tells one receipt from another: delivery, kind and when it was said."""


@dataclass(frozen=True)
class About:
    """One receipt with the delivery it is about."""

    delivery: Delivery
    said: SaidReceipt

    @property
    def name(self) -> _Name:
        """What tells this receipt from another."""
        return self.delivery.pk, self.said.kind, self.said.said_at


@transaction.atomic
def record(receipts: Sequence[About], *, at: datetime) -> list[About]:
    """Write down receipts; returns those that came before the ledger knew that their delivery left.

    These are written down too, and must be recorded again later to move the delivery. A permanent bounce and a spam
    report stop all writing to the contact point; a passing bounce (a full mailbox) marks the delivery only.
    """
    new = _write(receipts, at=at)
    _stop(new, at=at)
    _move(receipts, SaidKind.DELIVERED, at=at)
    _move(receipts, SaidKind.SPAM_REPORT, at=at)
    _move(receipts, SaidKind.BOUNCED, at=at)
    return [one for one in receipts if one.delivery.state in NOT_YET_SENT]


def _write(receipts: Sequence[About], *, at: datetime) -> list[About]:
    """Make the rows of those that are new, and return these."""
    wanted: dict[_Name, About] = {}
    for one in receipts:
        wanted.setdefault(one.name, one)
    known = _known(wanted)
    new = [one for name, one in sorted(wanted.items()) if name not in known]
    Receipt.objects.bulk_create(
        [
            Receipt(
                delivery=one.delivery,
                kind=Receipt.Kind(one.said.kind),
                said_at=one.said.said_at,
                received_at=at,
                details=one.said.details[:400],
                reason=Receipt.Reason(one.said.reason) if one.said.kind == SaidKind.BOUNCED else "",
                is_permanent=one.said.is_permanent,
            )
            for one in new
        ],
        batch_size=AT_ONCE,
        ignore_conflicts=True,
    )
    return new


def _known(wanted: Mapping[_Name, About]) -> set[_Name]:
    deliveries = sorted({delivery for delivery, _, _ in wanted})
    known: set[_Name] = set()
    for part in in_parts(deliveries):
        rows = Receipt.objects.filter(delivery__in=part)
        known.update(rows.values_list("delivery_id", "kind", "said_at"))
    return known


def _stop(new: Sequence[About], *, at: datetime) -> None:
    bounced: dict[int, str] = {}
    reported: dict[int, str] = {}
    for one in new:
        if one.said.kind == SaidKind.SPAM_REPORT:
            reported[one.delivery.contact_point_id] = one.said.details
        elif one.said.kind == SaidKind.BOUNCED and one.said.is_permanent:
            bounced[one.delivery.contact_point_id] = one.said.details
    suppressing.suppress_many(bounced, reason=Suppression.Reason.BOUNCED, at=at)
    suppressing.suppress_many(reported, reason=Suppression.Reason.SPAM_REPORT, at=at)


BECOMES = {
    SaidKind.DELIVERED: State.DELIVERED,
    SaidKind.BOUNCED: State.BOUNCED,
    SaidKind.SPAM_REPORT: State.DELIVERED,  # Whoever reports a message has it.
}


def _move(receipts: Sequence[About], kind: SaidKind, *, at: datetime) -> None:
    by_answer: dict[str, set[int]] = defaultdict(set)
    for one in receipts:
        if one.said.kind == kind:
            answer = Receipt.Reason(one.said.reason).label if kind == SaidKind.BOUNCED else ""
            by_answer[answer].add(one.delivery.pk)
    for answer, deliveries in by_answer.items():
        ledger.move(sorted(deliveries), to=BECOMES[kind], at=at, answer=answer)
