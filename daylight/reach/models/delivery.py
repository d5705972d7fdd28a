"""The ledger of who was told what, when, with what result; and the batches in which workers lease it."""

import json
from collections.abc import Collection, Iterable
from typing import ClassVar, Self

from django.db import connection, models
from django.db.models import ExpressionWrapper, OuterRef, Q, Value

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.customers.models import ContactPoint, Customer
from daylight.reach.models.notice import Notice
from daylight.reach.models.provider import Provider

NOTICE_SHIFT, CUSTOMER_SHIFT = 40, 8
"""How a delivery's id is made: the notice, 32 bits of the customer, 8 bits of a slot."""

LAST_CUSTOMER = (1 << NOTICE_SHIFT - CUSTOMER_SHIFT) - 1

FIRST_ROOM, FIRST_RUNG, LAST_SLOT = 1, 200, 255
"""Slots of one customer within a notice: 0 is the first word, then the rooms, then what the ladder adds."""


def delivery_id(notice_id: int, customer_id: int, slot: int = 0) -> int:
    """The id of a delivery: in the order of notice, customer and slot, so that the primary key is all the index."""
    return notice_id << NOTICE_SHIFT | customer_id << CUSTOMER_SHIFT | slot


class Batch(DueRow):
    """About 2,000 deliveries of one notice on one channel that one worker leases at a time.

    The counts are kept with each flush of results, so that progress never counts the ledger. `told` counts
    customers, not deliveries: those whom a delivery of this batch told first. `journal` names the file in which the
    worker that holds the batch writes what is on the wire; it is empty when nobody sends. The
    deliveries lie between `first_id` and `last_id`; other batches may have theirs in between.

    `why` says what the deliveries are to their customers. `held_until` is the end of the quiet hours the batch waits
    for. `climbed` counts the deliveries that came to nothing and with which the ladder has dealt; `asked` those that
    arrived and whose customers have until `confirm_by` to confirm.
    """

    class Why(models.TextChoices):
        """The first word; a further way because the ones before failed, or nobody confirmed; told by a member."""

        FIRST = "first", "First word"
        FAILED = "failed", "Another way failed"
        UNCONFIRMED = "unconfirmed", "Not confirmed yet"
        CALL = "call", "Called by a member"

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="batches")
    channel = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    size = models.PositiveIntegerField(default=0)
    queued = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)
    bounced = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    in_doubt = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)
    superseded = models.PositiveIntegerField(default=0)
    expired = models.PositiveIntegerField(default=0)
    sealed = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    first_id = models.BigIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)
    why = models.CharField(max_length=12, choices=Why.choices, default=Why.FIRST)
    held_until = models.DateTimeField(null=True)
    climbed = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    confirm_by = models.DateTimeField(null=True)
    journal = models.CharField(max_length=160, blank=True, default="")
    expires_at = models.DateTimeField()

    objects: ClassVar = DueQuerySet["Batch"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel", "number"], name="reach_batch_once")
        ]
        indexes: ClassVar = [due_index("reach_batch_due")]

    def __str__(self) -> str:
        return f"batch {self.number} of {self.notice}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Questions about deliveries, each a range of the primary key: the ledger has no other index."""

    def of_notice(self, notice_id: int) -> Self:
        """All of a notice."""
        return self.of_notices([notice_id])

    def of_notices(self, notice_ids: Iterable[int]) -> Self:
        """All of several notices."""
        return self._within((delivery_id(key, 0), delivery_id(key + 1, 0) - 1) for key in notice_ids)

    def of_batch(self, batch: Batch) -> Self:
        """All of a batch."""
        return self.filter(pk__gte=batch.first_id, pk__lte=batch.last_id, batch=batch)

    def of_customer(self, customer_id: int, *, notices: Iterable[int]) -> Self:
        """What one customer was sent by these notices."""
        return self._within(
            (delivery_id(key, customer_id), delivery_id(key, customer_id, LAST_SLOT)) for key in notices
        )

    def of_stretch(self, notice_id: int, first: int, last: int = LAST_CUSTOMER) -> Self:
        """What a notice sent to the customers from `first` to `last`, both included."""
        return self._within([(delivery_id(notice_id, first), delivery_id(notice_id, last, LAST_SLOT))])

    def of_customers(self, notice_id: int, customer_ids: Collection[int]) -> Self:
        """What these customers were sent by a notice; quick when they lie close together, as those of a batch do."""
        if not customer_ids:
            return self.none()
        first, last = min(customer_ids), max(customer_ids)
        within = self._within([(delivery_id(notice_id, first), delivery_id(notice_id, last, LAST_SLOT))])
        return within.filter(customer__in=customer_ids)

    def of_each(self, notice_id: int, customer_ids: Iterable[int]) -> Self:
        """What these customers were sent by a notice, for a few that lie far apart: their ids are asked for at once.

        Many ranges in one question would be answered by reading everything.
        """
        keys, base = list(customer_ids), delivery_id(notice_id, 0)
        is_postgres = connection.vendor == "postgresql"
        wanted = "unnest(%s::bigint[]) AS wanted(value)" if is_postgres else "json_each(%s) AS wanted"
        first = f"%s + wanted.value * {1 << CUSTOMER_SHIFT}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT sent.id FROM {wanted} CROSS JOIN reach_delivery sent"  # noqa: S608  # Nothing but ours.
                f" WHERE sent.id >= {first} AND sent.id <= {first} + {LAST_SLOT}",
                [keys if is_postgres else json.dumps(keys), base, base],
            )
            return self.filter(pk__in=[key for (key,) in cursor.fetchall()])

    def of_outer_customer(self, notice_id: int) -> Self:
        """What a notice sent to the `customer` of the row that asks, inside an Exists."""
        first = ExpressionWrapper(
            Value(delivery_id(notice_id, 0)) + OuterRef("customer") * (1 << CUSTOMER_SHIFT),
            output_field=models.BigIntegerField(),
        )
        return self.filter(pk__gte=first, pk__lte=first + Value(LAST_SLOT))

    def _within(self, ranges: Iterable[tuple[int, int]]) -> Self:
        wanted = Q()
        for first, last in ranges:
            wanted |= Q(pk__gte=first, pk__lte=last)
        return self.filter(wanted) if wanted else self.none()


class Delivery(models.Model):
    """One notice to one contact point.

    The id says notice, customer and slot (`delivery_id`), so one index serves every question, and a million rows are
    written in seconds. The rows it points to are never deleted, so no trigger of the database looks after them. No
    index holds the state: each move would cost twice as much. `answer` keeps what is odd; what a provider answered to
    a message it took stands in an `AnswerPack`.
    """

    class State(models.IntegerChoices):
        """Where it stands; `moves.py` lists what may become what. Sealed: composed in an exercise, never sent."""

        QUEUED = 0, "queued"
        ACCEPTED = 2, "accepted"
        DELIVERED = 3, "delivered"
        BOUNCED = 4, "bounced"
        FAILED = 5, "failed"
        IN_DOUBT = 6, "in doubt"
        SUPPRESSED = 7, "suppressed"
        SUPERSEDED = 8, "superseded"
        EXPIRED = 9, "expired"
        SEALED = 10, "sealed"

    id = models.BigAutoField(primary_key=True)  # Always given, never counted; on SQLite only this is the row's own key.
    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="deliveries", db_index=False, db_constraint=False
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="deliveries", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="deliveries", db_index=False, db_constraint=False
    )
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, related_name="deliveries", db_index=False, db_constraint=False
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    state = models.PositiveSmallIntegerField(choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True, default="")

    objects: ClassVar = DeliveryQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.notice_id} to {self.contact_point_id}: {self.get_state_display()}"


class AnswerPack(models.Model):
    """What the far end answered to the messages of one flush that it took: a line each, `id answer`, compressed.

    One row for hundreds of answers, because a text of its own in each delivery would halve the speed of the ledger.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="answers", db_constraint=False)
    made_at = models.DateTimeField()
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"answers of {self.batch_id}"


class ProviderReference(models.Model):
    """A provider's own name for a message: by it the provider later says what became of the delivery."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="references")
    reference = models.CharField(max_length=200)
    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="references", db_index=False, db_constraint=False
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["provider", "reference"], name="reach_reference_once")]

    def __str__(self) -> str:
        return self.reference


class Receipt(models.Model):
    """What a provider later said of a delivery. `is_permanent` tells a bounce for good from a passing one.

    `details` are the provider's own words; `reason` is what they mean, for a bounce.
    """

    class Kind(models.TextChoices):
        """What it said."""

        DELIVERED = "delivered", "Delivered"
        BOUNCED = "bounced", "Bounced"
        SPAM_REPORT = "spam_report", "Spam report"

    class Reason(models.TextChoices):
        """Why a message bounced, in plain words."""

        NO_SUCH_ADDRESS = "no_such_address", "There is no such address"
        SWITCHED_OFF = "switched_off", "The address exists and takes no messages any more"
        FULL = "full", "The mailbox is full"
        REFUSED = "refused", "The receiver refused it, as spam or by a rule of its own"
        TOO_LARGE = "too_large", "It was too large for the receiver"
        NO_ANSWER = "no_answer", "The receiver could not be reached for a long time"
        LOOP = "loop", "It went round in circles at the receiver"
        UNKNOWN = "unknown", "The receiver gave no reason that we understand"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="receipts", db_constraint=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    said_at = models.DateTimeField()
    received_at = models.DateTimeField()
    details = models.CharField(max_length=400, blank=True, default="")
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True, default="")
    is_permanent = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "kind", "said_at"], name="reach_receipt_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.delivery_id}"
