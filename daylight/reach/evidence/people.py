"""What was done for each customer of an update: read from the ledger in stretches of customers, in flat memory."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import AffectedCustomer, Update
from daylight.reach import answers
from daylight.reach.evidence.exact import ComposedAgain
from daylight.reach.evidence.texts import hash_of
from daylight.reach.keys import delivery_key
from daylight.reach.models import Batch, CallAttempt, Confirmation, Delivery, Notice, Provider, Receipt, Unreached
from daylight.reach.models.delivery import CUSTOMER_SHIFT, FIRST_ROOM, FIRST_RUNG
from daylight.reach.moves import TOLD, State

STRETCH = 1_000
"""Deliveries, and unreached customers, read at a time."""


@dataclass(frozen=True, slots=True)
class ReceiptProof:
    """What the provider said later."""

    kind: str
    said_at: datetime
    received_at: datetime
    details: str
    is_permanent: bool


@dataclass(frozen=True, slots=True)
class DeliveryProof:
    """One delivery: where to, what became of it, and the hash of the exact message.

    `answer` is the provider's own, or why it was not sent. With `is_as_of_today` the customer's records were changed
    after it went, so that the message may have borne another name or language than the hash speaks of.
    """

    id: int
    step: str
    channel: str
    address: str
    state: str
    tries: int
    changed_at: datetime
    accepted_at: datetime | None
    answer: str
    provider: str
    key: str
    message_sha256: str
    is_as_of_today: bool
    receipts: tuple[ReceiptProof, ...] = ()


@dataclass(frozen=True, slots=True)
class CallProof:
    """One try of a member to speak to the customer."""

    made_at: datetime
    by: str
    address: str
    result: str
    note: str


@dataclass(frozen=True, slots=True)
class CustomerProof:
    """One customer of one notice: why affected, what was tried, what came of it."""

    update: int
    audience: str
    customer: int
    external_id: str
    name: str
    language: str
    time_zone: str
    reason: str
    since: datetime | None
    outcome: str
    told_at: datetime | None
    confirmed_at: datetime | None
    confirmed_how: str
    deliveries: tuple[DeliveryProof, ...]
    calls: tuple[CallProof, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading goes on: after this customer of this notice."""

    notice: int = 0
    customer: int = 0


def read(
    update: Update, *, now: datetime, after: Place | None = None, with_messages: bool = True
) -> Iterator[tuple[list[CustomerProof], Place]]:
    """Stretches of customers in the order of notice and customer, each with the place behind it.

    `with_messages` composes every message again for its hash, which takes most of the time.
    """
    begin = after or Place()
    for notice in Notice.objects.filter(update=update, pk__gte=begin.notice).order_by("pk"):
        reader = _Reader(notice, now=now, with_messages=with_messages)
        customer = begin.customer if notice.pk == begin.notice else 0
        while True:
            found, customer = reader.stretch(customer)
            if not found:
                break
            yield found, Place(notice.pk, customer)


_OUTCOMES: Sequence[tuple[frozenset[State], str]] = (
    (TOLD, "told"),
    (frozenset({State.SEALED}), "sealed"),
    (frozenset({State.QUEUED}), "on the way"),
    (frozenset({State.IN_DOUBT}), "in doubt"),
    (frozenset({State.BOUNCED, State.FAILED, State.EXPIRED}), "not reached"),
    (frozenset({State.SUPERSEDED}), "told of a newer update"),
)
"""What became of a customer: the first line that fits one of their deliveries."""

BY_CALL = "told by a call"
OUTCOMES = (*(name for _, name in _OUTCOMES), BY_CALL, "unreachable")


class _Reader:
    """Reads one notice, stretch by stretch."""

    def __init__(self, notice: Notice, *, now: datetime, with_messages: bool) -> None:
        self._notice, self._now, self._with_messages = notice, now, with_messages
        self._again = ComposedAgain(notice)
        self._providers = dict(Provider.objects.values_list("pk", "name"))

    def stretch(self, after: int) -> tuple[list[CustomerProof], int]:
        """The customers behind `after`, and the last of them; nobody at the end."""
        rows = list(Delivery.objects.of_stretch(self._notice.pk, after + 1).order_by("pk")[:STRETCH])
        bare = list(
            Unreached.objects.filter(notice=self._notice.pk, customer_id__gt=after)
            .order_by("customer_id")
            .values_list("customer_id", flat=True)[:STRETCH]
        )
        # Where either list was cut, only customers before the cut are whole.
        until = min(
            rows[-1].customer_id - 1 if len(rows) == STRETCH else _NOBODY,
            bare[-1] if len(bare) == STRETCH else _NOBODY,
        )
        mine: dict[int, list[Delivery]] = defaultdict(list)
        for row in rows:
            if row.customer_id <= until:
                mine[row.customer_id].append(row)
        for customer in bare:
            if customer <= until:
                mine.setdefault(customer, [])
        found = self._proofs({customer: mine[customer] for customer in sorted(mine)})
        return found, max(mine, default=after)

    def _proofs(self, mine: dict[int, list[Delivery]]) -> list[CustomerProof]:
        if not mine:
            return []
        keys = list(mine)
        customers = Customer.objects.in_bulk(keys)
        affected = AffectedCustomer.objects.filter(incident=self._notice.incident_id, customer__in=keys)
        reasons = {row.customer_id: row for row in affected}
        confirmed = Confirmation.objects.filter(incident=self._notice.incident_id, customer__in=keys)
        seen = {row.customer_id: row for row in confirmed}
        facts = self._facts([row for rows in mine.values() for row in rows])
        called = self._calls(keys)
        found = (self._proof(customers[key], mine[key], reasons.get(key), seen.get(key), facts) for key in keys)
        return [_with_calls(proof, called.get(proof.customer, ())) for proof in found]

    def _calls(self, keys: Sequence[int]) -> dict[int, tuple[CallProof, ...]]:
        """What members tried by phone after this notice did not reach these customers."""
        made = CallAttempt.objects.filter(call__notice=self._notice, call__customer__in=keys)
        called: dict[int, tuple[CallProof, ...]] = {}
        for each in made.select_related("call", "member", "contact_point").order_by("pk"):
            address = each.contact_point.address if each.contact_point else ""
            proof = CallProof(each.made_at, each.member.name, address, each.result, each.note)
            called[each.call.customer_id] = (*called.get(each.call.customer_id, ()), proof)
        return called

    def _proof(
        self,
        customer: Customer,
        rows: list[Delivery],
        affected: AffectedCustomer | None,
        seen: Confirmation | None,
        facts: "_Facts",
    ) -> CustomerProof:
        deliveries = tuple(self._delivery(row, customer, facts) for row in rows)
        told = [row.accepted_at for row in rows if row.state in TOLD and row.accepted_at]
        return CustomerProof(
            update=self._notice.update.number or 0,
            audience=self._notice.audience,
            customer=customer.pk,
            external_id=customer.external_id or "",
            name=customer.name,
            language=customer.language,
            time_zone=customer.time_zone,
            reason=affected.reason if affected else "",
            since=affected.since if affected else None,
            outcome=outcome_of({State(row.state) for row in rows}),
            told_at=min(told, default=None),
            confirmed_at=seen.confirmed_at if seen else None,
            confirmed_how=seen.how if seen else "",
            deliveries=deliveries,
        )

    def _delivery(self, row: Delivery, customer: Customer, facts: "_Facts") -> DeliveryProof:
        return DeliveryProof(
            id=row.pk,
            step=step_of(row.pk % (1 << CUSTOMER_SHIFT)),
            channel=facts.channels[row.batch_id],
            address=facts.points[row.contact_point_id],
            state=State(row.state).label,
            tries=row.attempts,
            changed_at=row.changed_at,
            accepted_at=row.accepted_at,
            answer=facts.answers.get(row.pk) or row.answer,
            provider=self._providers.get(row.provider_id or 0, ""),
            key=delivery_key(row.notice_id, row.contact_point_id),
            message_sha256=facts.hashes.get(row.pk, ""),
            is_as_of_today=self._again.may_differ(row.accepted_at, customer_changed_at=customer.updated_at),
            receipts=facts.receipts.get(row.pk, ()),
        )

    def _facts(self, rows: Sequence[Delivery]) -> "_Facts":
        """What stands elsewhere about the deliveries of a stretch."""
        channels = dict(Batch.objects.filter(pk__in={row.batch_id for row in rows}).values_list("pk", "channel"))
        points = ContactPoint.objects.filter(pk__in={row.contact_point_id for row in rows})
        receipts: dict[int, tuple[ReceiptProof, ...]] = {}
        for said in Receipt.objects.filter(delivery__in=[row.pk for row in rows]).order_by("said_at", "pk"):
            proof = ReceiptProof(said.kind, said.said_at, said.received_at, said.details, said.is_permanent)
            receipts[said.delivery_id] = (*receipts.get(said.delivery_id, ()), proof)
        addresses, said_of = dict(points.values_list("pk", "address")), answers.of_batches(channels)
        return _Facts(channels, addresses, said_of, receipts, self._hashes(rows, channels))

    def _hashes(self, rows: Sequence[Delivery], channels: dict[int, str]) -> dict[int, str]:
        if not self._with_messages:
            return {}
        sent: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            if row.state != State.SUPPRESSED:
                sent[channels[row.batch_id]].append(row.pk)
        return {
            key: hash_of(message)
            for channel, keys in sent.items()
            for key, message in self._again.messages(channel, keys, now=self._now).items()
        }


_NOBODY = 1 << 62


@dataclass(frozen=True)
class _Facts:
    """Of a stretch: the channel of each batch, the address of each contact point; by delivery the rest.

    `answers` are those of the far end when it took the message.
    """

    channels: dict[int, str]
    points: dict[int, str]
    answers: dict[int, str]
    receipts: dict[int, tuple[ReceiptProof, ...]]
    hashes: dict[int, str]


def step_of(slot: int) -> str:
    """By which step a delivery came about: the first word, a room that always gets it, or the ladder."""
    if slot < FIRST_ROOM:
        return "first word"
    return "room" if slot < FIRST_RUNG else f"ladder, step {slot - FIRST_RUNG + 1}"


def outcome_of(states: set[State]) -> str:
    """What became of a customer whose deliveries stand so; without one in line they could not be reached."""
    return next((name for fitting, name in _OUTCOMES if states & fitting), "unreachable")


def _with_calls(proof: CustomerProof, calls: tuple[CallProof, ...]) -> CustomerProof:
    """The same with its calls: whom a member reached is told, too."""
    reached = [call.made_at for call in calls if call.result == CallAttempt.Result.REACHED]
    if proof.outcome == "told" or not reached:
        return replace(proof, calls=calls)
    return replace(proof, calls=calls, outcome=BY_CALL, told_at=min(reached))
