"""One rung up: for a stretch of a notice's customers, whom it did not reach and at which contact point they are next.

Everything is worked out in the database, a statement for thousands of customers: who of them stands where, which of
their contact points is the next usable one that had nothing of this notice yet, and who has none left. The next point
is the first by position; a call or a letter comes only when nothing else is left (`Channel.is_first_word`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, F, Max

from daylight.reach import providers
from daylight.reach.channels.base import Channel
from daylight.reach.filling import TRIED_FOR
from daylight.reach.models import Batch, Call, Delivery, Notice
from daylight.reach.models.delivery import CUSTOMER_SHIFT, FIRST_RUNG, LAST_SLOT, delivery_id
from daylight.reach.moves import TOLD, State

LOST = (State.FAILED, State.BOUNCED, State.SUPPRESSED, State.EXPIRED)
"""Where a delivery came to nothing."""


@dataclass(frozen=True)
class Stretch:
    """Customers of a notice who had a delivery in one of these batches, between two ids of the ledger.

    With FAILED, those of them whom nothing reached and nothing is on the way to; with UNCONFIRMED, those who were
    reached before `reached_before` and have not confirmed.
    """

    notice: Notice
    batches: tuple[int, ...]
    first_id: int
    last_id: int
    why: Batch.Why
    reached_before: datetime | None = None

    def standing(self) -> tuple[str, list[Any]]:
        """SQL and its values: customer_id of each who must be tried further, the next free slot, and whether tried."""
        arrived = [*(state.value for state in TOLD), State.IN_DOUBT.value]
        from_these = LOST if self.why == Batch.Why.FAILED else (*TOLD, State.IN_DOUBT)
        having, values = self._having(arrived)
        sql = f"""
            SELECT d.customer_id AS customer_id,
                MAX(CASE WHEN (d.id & {LAST_SLOT}) >= {FIRST_RUNG} THEN d.id & {LAST_SLOT} ELSE {FIRST_RUNG - 1} END)
                    + 1 AS slot,
                MAX(CASE WHEN d.state = {State.SUPPRESSED.value} THEN 0 ELSE 1 END) AS was_tried
            FROM reach_delivery d
            WHERE d.id BETWEEN %s AND %s
                AND d.customer_id IN (
                    SELECT s.customer_id FROM reach_delivery s
                    WHERE s.id BETWEEN %s AND %s AND s.batch_id IN ({_marks(self.batches)})
                        AND s.state IN ({_numbers(from_these)})
                )
                AND EXISTS (
                    SELECT 1 FROM incidents_affectedcustomer a
                    WHERE a.incident_id = %s AND a.customer_id = d.customer_id AND a.removed_at IS NULL
                )
                AND NOT EXISTS (
                    SELECT 1 FROM reach_confirmation k
                    WHERE k.incident_id = %s AND k.customer_id = d.customer_id AND k.confirmed_at >= %s
                )
            GROUP BY d.customer_id
            HAVING {having}
        """  # noqa: S608  # Only numbers of ours stand in it; everything else is a value.
        ends = [self.first_id, self.last_id]
        incident = self.notice.incident_id
        return sql, [*ends, *ends, *self.batches, incident, incident, _moment(self._confirmed_since()), *values]

    def _having(self, arrived: list[int]) -> tuple[str, list[Any]]:
        waits = f"SUM(CASE WHEN d.state = {State.QUEUED.value} THEN 1 ELSE 0 END) = 0"
        if self.reached_before is None:
            return f"{waits} AND SUM(CASE WHEN d.state IN ({_numbers(arrived)}) THEN 1 ELSE 0 END) = 0", []
        last = f"MAX(CASE WHEN d.state IN ({_numbers(arrived)}) THEN COALESCE(d.accepted_at, d.changed_at) END)"
        return f"{waits} AND {last} <= %s", [_moment(self.reached_before)]

    def _confirmed_since(self) -> datetime:
        """A yes to an earlier word does not say that this one arrived; but it ends the asking."""
        return self.notice.made_at if self.reached_before is None else self.notice.incident.opened_at


def climb(stretch: Stretch, *, at: datetime) -> int:
    """Put each customer's next contact point in line, in batches of their own; how many.

    Within the caller's transaction, which holds the notice.
    """
    channels = [channel for channel in providers.connected() if not channel.tells_every_point]
    if not channels:
        return 0
    batches = _batches(stretch, channels, at=at)
    added = _insert(stretch, channels, number=batches[0].number, at=at)
    written = Batch.objects.filter(pk__in=[batch.pk for batch in batches])
    if added:
        keys = [batch.pk for batch in batches]
        _count(stretch, keys)
        Notice.objects.filter(pk=stretch.notice.pk).update(
            doubled=F("doubled") + added,
            unreachable=F("unreachable") - _never_tried(stretch, keys),
            finished_at=None,
        )
    written.filter(size=0).delete()
    return added


def list_exhausted(stretch: Stretch, *, at: datetime) -> int:
    """Put whoever has no way left on the call list; how many. After `climb`, within the same transaction."""
    standing, values = stretch.standing()
    if stretch.why == Batch.Why.UNCONFIRMED:
        reason, more = "%s", [Call.Reason.UNCONFIRMED.value]
    else:
        reason, more = (
            "CASE WHEN was_tried = 1 THEN %s ELSE %s END",
            [
                Call.Reason.FAILED.value,
                Call.Reason.UNREACHABLE.value,
            ],
        )
    source = f"SELECT customer_id, {reason} AS reason FROM ({standing}) AS standing"  # noqa: S608  # As above.
    return list_calls(stretch.notice, source, [*more, *values], at=at)


def list_calls(notice: Notice, source: str, values: list[Any], *, at: datetime) -> int:
    """Put the customers that a query of `customer_id` and `reason` finds on the call list of the notice's incident.

    Who stands there for an earlier notice stays, for this one; who was reached then is to be called again. Nobody is
    who asked not to be called.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO reach_call (incident_id, customer_id, notice_id, reason, listed_at, outcome)
            SELECT %s, found.customer_id, %s, found.reason, %s, '' FROM ({source}) AS found WHERE 1 = 1
            ON CONFLICT (incident_id, customer_id) DO UPDATE SET
                notice_id = excluded.notice_id, reason = excluded.reason, outcome = '', done_at = NULL,
                listed_at = CASE WHEN reach_call.done_at IS NULL THEN reach_call.listed_at ELSE excluded.listed_at END
            WHERE reach_call.outcome <> %s AND (
                reach_call.notice_id < excluded.notice_id
                OR (reach_call.done_at IS NULL AND reach_call.reason <> excluded.reason)
            )
            """,  # noqa: S608  # `source` is SQL of ours, its values are parameters.
            [notice.incident_id, notice.pk, _moment(at), *values, Call.Outcome.REFUSES.value],
        )
        return int(cursor.rowcount)


def _batches(stretch: Stretch, channels: list[Channel], *, at: datetime) -> list[Batch]:
    last: int | None = Batch.objects.filter(notice=stretch.notice).aggregate(last=Max("number"))["last"]
    return Batch.objects.bulk_create(
        Batch(
            notice=stretch.notice,
            channel=channel.name,
            number=0 if last is None else last + 1,
            first_id=stretch.first_id,
            last_id=stretch.last_id,
            why=stretch.why,
            due_at=at,
            expires_at=at + TRIED_FOR,
        )
        for channel in channels
    )


def _insert(stretch: Stretch, channels: list[Channel], *, number: int, at: datetime) -> int:
    standing, values = stretch.standing()
    names = [channel.name for channel in channels]
    last_resorts = [channel.name for channel in channels if not channel.is_first_word] or [""]
    base = f"CAST({delivery_id(stretch.notice.pk, 0)} AS BIGINT) + standing.customer_id * {1 << CUSTOMER_SHIFT}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO reach_delivery
                (id, notice_id, batch_id, customer_id, contact_point_id, state, attempts, changed_at, answer)
            SELECT ranked.id, %s, batch.id, ranked.customer_id, ranked.point_id, {State.QUEUED.value}, 0, %s, ''
            FROM (
                SELECT {base} + standing.slot AS id, standing.customer_id, point.id AS point_id, point.channel,
                    ROW_NUMBER() OVER (
                        PARTITION BY standing.customer_id
                        ORDER BY CASE WHEN point.channel IN ({_marks(last_resorts)}) THEN 1 ELSE 0 END,
                            point.position, point.id
                    ) AS place
                FROM ({standing}) AS standing
                JOIN customers_contactpoint point ON point.customer_id = standing.customer_id
                WHERE standing.slot <= {LAST_SLOT} AND point.retired_at IS NULL AND point.channel IN ({_marks(names)})
                    AND NOT EXISTS (
                        SELECT 1 FROM reach_suppression s WHERE s.contact_point_id = point.id AND s.lifted_at IS NULL
                    )
                    AND NOT EXISTS (
                        SELECT 1 FROM customers_consent c WHERE c.contact_point_id = point.id
                            AND c.purpose = 'incident_notices' AND c.withdrawn_at IS NOT NULL
                    )
                    AND NOT EXISTS (
                        SELECT 1 FROM reach_delivery had
                        WHERE had.id BETWEEN {base} AND {base} + {LAST_SLOT} AND had.contact_point_id = point.id
                    )
            ) AS ranked
            JOIN reach_batch batch
                ON batch.notice_id = %s AND batch.channel = ranked.channel AND batch.number = %s
            WHERE ranked.place = 1
            ORDER BY 1
            """,  # noqa: S608  # Only numbers of ours stand in it; everything else is a value.
            [stretch.notice.pk, _moment(at), *last_resorts, *values, *names, stretch.notice.pk, number],
        )
        return int(cursor.rowcount)


def _count(stretch: Stretch, batches: list[int]) -> None:
    mine = Delivery.objects.filter(pk__gte=stretch.first_id, pk__lte=stretch.last_id, batch__in=batches)
    for batch, size in mine.values_list("batch").annotate(size=Count("pk")).order_by():
        Batch.objects.filter(pk=batch).update(size=size, queued=size)


def _never_tried(stretch: Stretch, batches: list[int]) -> int:
    """How many of those just put in line counted as unreachable: all they had until now was suppressed."""
    rows = Delivery.objects.filter(pk__gte=stretch.first_id, pk__lte=stretch.last_id)
    mine = rows.filter(batch__in=batches)
    before = rows.filter(customer__in=mine.values("customer")).exclude(batch__in=batches)
    tried = before.exclude(state=State.SUPPRESSED).values("customer")
    return mine.exclude(customer__in=tried).count()


def _moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _marks(values: tuple[int, ...] | list[str]) -> str:
    return ", ".join(["%s"] * len(values))


def _numbers(values: Any) -> str:
    return ", ".join(str(int(value)) for value in values)
