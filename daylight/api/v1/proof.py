"""Proof: the exact words, what became of them, how long customers waited, and the exact message of a delivery."""

from datetime import datetime, timedelta

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from daylight.accounts.roles import Act
from daylight.api.v1.door import KeyRequest, needs, reading
from daylight.api.v1.incidents import PublicId, incident_of, incidents_of
from daylight.api.v1.problems import Refused
from daylight.api.v1.types import Key
from daylight.core import clock
from daylight.incidents.models import Update
from daylight.reach import told_times
from daylight.reach.evidence import exact, texts
from daylight.reach.hearing import Hearing
from daylight.reach.models import Delivery
from daylight.reach.progress import Progress

router = Router(tags=["proof"])


class TextOut(Schema):
    """The words of an update in one language as they were published, and the SHA-256 by which they are known."""

    language: str
    words: dict[str, str]
    sha256: str


class UpdateProofOut(Schema):
    """What was said, by whom, and what became of it: numbers of customers that add up to `affected`."""

    number: int
    kind: str
    published_at: datetime
    sent_off_by: str
    approved_by: list[str]
    texts: list[TextOut]
    affected: int
    told: int
    on_the_way: int
    in_doubt: int
    failed: int
    unreachable: int
    sealed: int


class SpreadOut(Schema):
    """How lengths of time are spread, in seconds: half are at most `median`, 95 % at most `p95`."""

    count: int
    median: int
    p95: int
    slowest: int
    sum: int


class ToldTimesOut(Schema):
    """How the affected customers heard, as counted at `counted_at`; null while it is counted for the first time.

    The time in the dark is that before the first word, and after a promised time that passed without one.
    """

    counted_at: datetime
    customers: int
    told: int
    never: int
    after_publishing: SpreadOut | None
    after_knowing: SpreadOut | None
    after_beginning: SpreadOut | None
    between: SpreadOut | None
    in_the_dark: SpreadOut | None
    by_channel: dict[str, SpreadOut]
    by_update: dict[str, SpreadOut]


class ProofOut(Schema):
    """The proof of an incident."""

    incident: str
    updates: list[UpdateProofOut]
    told_times: ToldTimesOut | None


class WordOut(Schema):
    """One update that reached the customer."""

    update: int
    channel: str
    published_at: datetime
    told_at: datetime


class HearingOut(Schema):
    """How one affected customer heard of an incident; lengths are in seconds, null when they were never told."""

    customer_id: int
    since: datetime
    first_told_at: datetime | None
    after_publishing: int | None
    after_knowing: int | None
    after_beginning: int | None
    between: list[int] = Field(description="From one word to the next.")
    in_the_dark: int
    words: list[WordOut]


class MessageOut(Schema):
    """The exact message of a delivery, composed again.

    `sha256` is of the message as it is handed over, without the Date of a mail. With `may_differ` the customer's
    records, the organisation or the severity changed after it went.
    """

    delivery: int
    subject: str
    text: str
    message: str
    sha256: str
    may_differ: bool


@router.get("/incidents/{incident_id}/proof", response=reading(ProofOut), operation_id="get_proof")
@needs(Act.READ)
def get_proof(request: KeyRequest, incident_id: PublicId) -> object:
    """The exact words of each update, what became of them, and how long the affected customers waited."""
    incident = incident_of(request, incident_id)
    times = told_times.of(incident, now=clock.now())
    return {
        "incident": incident.public_id,
        "updates": [_update(update) for update in incident.updates.published().select_related("sent_off_by")],
        "told_times": {**times.figures, "counted_at": times.counted_at} if times.counted_at else None,
    }


def _update(update: Update) -> dict[str, object]:
    progress = Progress.of(update.incident, update)
    return {
        "number": update.number,
        "kind": update.kind,
        "published_at": update.published_at,
        "sent_off_by": update.sent_off_by.name if update.sent_off_by else "",
        "approved_by": [approval.member.name for approval in texts.approvals(update)],
        "texts": texts.published(update),
    } | {name: getattr(progress, name) for name in _NUMBERS}


_NUMBERS = ("affected", "told", "on_the_way", "in_doubt", "failed", "unreachable", "sealed")


@router.get(
    "/incidents/{incident_id}/customers/{customer_id}/proof",
    response=reading(HearingOut),
    operation_id="get_customer_proof",
)
@needs(Act.READ_CUSTOMERS)
def get_customer_proof(request: KeyRequest, incident_id: PublicId, customer_id: Key) -> object:
    """When one affected customer was told, and how long they were in the dark."""
    hearing = told_times.hearing_of(customer_id, incident_of(request, incident_id), now=clock.now())
    if hearing is None:
        raise Refused("This customer is not in the register of this incident.", status=404)
    return {
        "customer_id": customer_id,
        "since": hearing.since,
        "first_told_at": hearing.first.told_at if hearing.first else None,
        **_lengths(hearing),
        "words": hearing.words,
    }


def _lengths(hearing: Hearing) -> dict[str, object]:
    return {
        "after_publishing": _seconds(hearing.after_publishing),
        "after_knowing": _seconds(hearing.after_knowing),
        "after_beginning": _seconds(hearing.after_beginning),
        "between": [_seconds(length) for length in hearing.between],
        "in_the_dark": _seconds(hearing.in_the_dark),
    }


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else round(length.total_seconds())


@router.get("/deliveries/{delivery_id}/message", response=reading(MessageOut), operation_id="get_delivery_message")
@needs(Act.READ_CUSTOMERS)
def get_delivery_message(request: KeyRequest, delivery_id: Key) -> object:
    """The exact message that went."""
    rows = Delivery.objects.select_related("notice__update__incident", "notice__incident", "batch", "customer")
    row = get_object_or_404(rows, pk=delivery_id, notice__incident__in=incidents_of(request))
    message, may_differ = exact.message_of(row, now=clock.now())
    if message is None:
        raise Refused("Its channel is no longer part of this installation.", status=409)
    return {
        "delivery": row.pk,
        "subject": message.subject,
        "text": message.text,
        "message": message.payload.decode("utf-8", "replace"),
        "sha256": texts.hash_of(message),
        "may_differ": may_differ,
    }
