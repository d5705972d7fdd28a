"""Fills the ledger: which contact points of which customers get a notice, in one statement for thousands of them.

A customer's first word goes to the first usable point of their own (by position) among the channels that are
connected; a call or a letter only when nothing else is there. Rooms (`Channel.tells_every_point`: webhooks, team
chats) always get it too. A point that is suppressed, or whose owner withdrew consent, stands in the ledger as
suppressed when it would have been the one to use. Two customers who share an address each get their own message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max, QuerySet

from daylight.incidents.models import AffectedCustomer
from daylight.reach import providers
from daylight.reach.channels.base import Channel
from daylight.reach.models import Batch, Delivery, Notice
from daylight.reach.models.delivery import CUSTOMER_SHIFT, FIRST_ROOM, FIRST_RUNG, LAST_SLOT, delivery_id
from daylight.reach.moves import State

BATCH = 2_000
"""Customers per batch."""

TRIED_FOR = timedelta(hours=24)
"""How long a delivery stays in line before it expires; a newer update supersedes it long before, as a rule."""


@dataclass(frozen=True)
class Filled:
    """How many deliveries are in line, and for how many customers."""

    queued: int
    reached: int


def fill(notice: Notice, audience: QuerySet[AffectedCustomer], customers: Sequence[int], *, at: datetime) -> Filled:
    """Write the deliveries and batches of one stretch of a notice's audience, within the caller's transaction.

    `customers` are the ids of the stretch in their order; `audience` is the whole it was taken from.
    """
    channels = providers.connected()
    batches = _batches(notice, channels, customers, at=at)
    stretch = audience.filter(customer__gte=customers[0], customer__lte=customers[-1])
    _insert(notice, stretch, channels, first_number=batches[0].number, at=at)
    _count(batches)
    written = Batch.objects.filter(pk__in=[batch.pk for batch in batches])
    written.filter(size=0).delete()
    written.filter(queued=0).update(due_at=None)
    first, last = delivery_id(notice.pk, customers[0]), delivery_id(notice.pk, customers[-1], LAST_SLOT)
    in_line = Delivery.objects.filter(pk__gte=first, pk__lte=last, state=State.QUEUED)
    return Filled(queued=in_line.count(), reached=in_line.values("customer").distinct().count())


def _batches(notice: Notice, channels: Sequence[Channel], customers: Sequence[int], *, at: datetime) -> list[Batch]:
    """One for each channel and part of the stretch; those that nobody needs go again when the rows are written."""
    last: int | None = Batch.objects.filter(notice=notice).aggregate(last=Max("number"))["last"]
    number = 0 if last is None else last + 1
    parts = [customers[start : start + BATCH] for start in range(0, len(customers), BATCH)]
    return Batch.objects.bulk_create(
        Batch(
            notice=notice,
            channel=channel.name,
            number=number + place,
            first_id=delivery_id(notice.pk, part[0]),
            last_id=delivery_id(notice.pk, part[-1], LAST_SLOT),
            due_at=at,
            expires_at=at + TRIED_FOR,
        )
        for place, part in enumerate(parts)
        for channel in channels
    )


def _insert(
    notice: Notice, stretch: QuerySet[AffectedCustomer], channels: Sequence[Channel], *, first_number: int, at: datetime
) -> None:
    chosen, parameters = stretch.order_by().values("customer_id").query.sql_with_params()
    names = [channel.name for channel in channels]
    rooms = [channel.name for channel in channels if channel.tells_every_point] or [""]
    last_resorts = [channel.name for channel in channels if not channel.is_first_word] or [""]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO reach_delivery
                (id, notice_id, batch_id, customer_id, contact_point_id, state, attempts, changed_at, answer)
            SELECT %s + customer_id * %s + slot, %s, batch.id, customer_id, ranked.id,
                CASE WHEN stopped = '' THEN %s ELSE %s END, 0, %s, stopped
            FROM (
                SELECT customer_id, part, id, channel, stopped, CASE WHEN is_room = 0 THEN place - 1
                    ELSE place - 1 + {FIRST_ROOM} END AS slot
                FROM (
                    SELECT customer_id, part, id, channel, stopped, is_room, ROW_NUMBER() OVER (
                        PARTITION BY customer_id, is_room
                        ORDER BY CASE WHEN stopped = '' THEN 0 ELSE 1 END, is_last_resort, position, id
                    ) AS place
                    FROM (
                        SELECT point.customer_id, affected.part, point.id, point.channel, point.position,
                            CASE WHEN point.channel IN ({_slots(rooms)}) THEN 1 ELSE 0 END AS is_room,
                            CASE WHEN point.channel IN ({_slots(last_resorts)}) THEN 1 ELSE 0 END AS is_last_resort,
                            COALESCE(
                                suppression.reason, CASE WHEN consent.id IS NULL THEN '' ELSE 'consent withdrawn' END
                            ) AS stopped
                        FROM (
                            SELECT customer_id, (ROW_NUMBER() OVER (ORDER BY customer_id) - 1) / {BATCH} AS part
                            FROM ({chosen}) AS chosen
                        ) AS affected
                        JOIN customers_contactpoint point ON point.customer_id = affected.customer_id
                        LEFT JOIN reach_suppression suppression
                            ON suppression.contact_point_id = point.id AND suppression.lifted_at IS NULL
                        LEFT JOIN customers_consent consent
                            ON consent.contact_point_id = point.id AND consent.purpose = 'incident_notices'
                            AND consent.withdrawn_at IS NOT NULL
                        WHERE point.retired_at IS NULL AND point.channel IN ({_slots(names)})
                    ) AS points
                ) AS placed
                WHERE place = 1 OR (is_room = 1 AND place <= {FIRST_RUNG - FIRST_ROOM})
            ) AS ranked
            JOIN reach_batch batch
                ON batch.notice_id = %s AND batch.channel = ranked.channel AND batch.number = %s + part
            ORDER BY 1
            """,  # noqa: S608  # `chosen` is a query made by Django, its values are parameters.
            [
                delivery_id(notice.pk, 0),
                1 << CUSTOMER_SHIFT,
                notice.pk,
                State.QUEUED.value,
                State.SUPPRESSED.value,
                connection.ops.adapt_datetimefield_value(at),
                *rooms,
                *last_resorts,
                *parameters,
                *names,
                notice.pk,
                first_number,
            ],
        )


def _slots(values: Sequence[str]) -> str:
    return ", ".join(["%s"] * len(values))


def _count(batches: Sequence[Batch]) -> None:
    """Write the counts of new batches from their rows."""
    first, last = min(batch.first_id for batch in batches), max(batch.last_id for batch in batches)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE reach_batch SET size = found.size, queued = found.queued, suppressed = found.size - found.queued
            FROM (
                SELECT batch_id, COUNT(*) AS size, SUM(CASE WHEN state = %s THEN 1 ELSE 0 END) AS queued
                FROM reach_delivery WHERE id BETWEEN %s AND %s GROUP BY batch_id
            ) AS found
            WHERE reach_batch.id = found.batch_id
            """,
            [State.QUEUED.value, first, last],
        )
