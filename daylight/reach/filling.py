"""Fills the ledger: which contact points of which customers get a notice, in one statement for thousands of them.

A customer's first word goes to the first usable point of their own (by position) among the channels that are
connected; a call or a letter only when nothing else is there. Rooms (`Channel.tells_every_point`: webhooks, team
chats) always get it too. A point that is suppressed, or whose owner withdrew consent, stands in the ledger as
suppressed when it would have been the one to use. Two customers who share an address each get their own message.

Ranking costs as much as all the rest, and most customers have one point that could be used: so those who have more
are found first, and only theirs are ranked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, router
from django.db.models import Max, QuerySet, Sum

from daylight.core import waking
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

_SEVERAL = """
    SELECT customer_id FROM customers_contactpoint
    WHERE customer_id BETWEEN {first} AND {last} AND retired_at IS NULL AND channel IN ({names})
    GROUP BY customer_id HAVING COUNT(*) > 1
"""

_USED = """
    SELECT DISTINCT channel FROM customers_contactpoint
    WHERE customer_id BETWEEN {first} AND {last} AND retired_at IS NULL AND channel IN ({names})
"""

_POINTS = """
    SELECT point.customer_id, point.id, point.channel, point.position,
        CASE WHEN point.channel IN ({rooms}) THEN 1 ELSE 0 END AS is_room,
        CASE WHEN point.channel IN ({last_resorts}) THEN 1 ELSE 0 END AS is_last_resort,
        COALESCE(suppression.reason, CASE WHEN consent.id IS NULL THEN '' ELSE 'consent withdrawn' END) AS stopped
    FROM ({chosen}) AS affected
    JOIN customers_contactpoint point ON point.customer_id = affected.customer_id
    LEFT JOIN reach_suppression suppression
        ON suppression.contact_point_id = point.id AND suppression.lifted_at IS NULL
    LEFT JOIN customers_consent consent
        ON consent.contact_point_id = point.id AND consent.purpose = 'incident_notices'
        AND consent.withdrawn_at IS NOT NULL
    WHERE point.customer_id BETWEEN {first} AND {last} AND point.retired_at IS NULL AND point.channel IN ({names})
        {which}
"""

_RANKED = """
    SELECT customer_id, id, channel, stopped, is_room, place FROM (
        SELECT customer_id, id, channel, stopped, is_room, ROW_NUMBER() OVER (
            PARTITION BY customer_id, is_room
            ORDER BY CASE WHEN stopped = '' THEN 0 ELSE 1 END, is_last_resort, position, id
        ) AS place
        FROM ({points}) AS points
    ) AS placed
    WHERE place = 1 OR (is_room = 1 AND place <= {most_rooms})
"""

_INSERT = """
    INSERT INTO reach_delivery
        (id, notice_id, batch_id, customer_id, contact_point_id, state, attempts, changed_at, answer)
    SELECT {base} + customer_id * {step} + place - 1 + is_room * {first_room}, {notice}, {batch}, customer_id, id,
        CASE WHEN stopped = '' THEN {queued} ELSE {suppressed} END, 0, %s, stopped
    FROM ({found}) AS found
"""


@dataclass(frozen=True)
class Filled:
    """How many deliveries are in line, and for how many customers."""

    queued: int
    reached: int


def fill(notice: Notice, stretch: QuerySet[AffectedCustomer], customers: Sequence[int], *, at: datetime) -> Filled:
    """Write the deliveries and batches of one stretch of a notice's audience, within the caller's transaction.

    `customers` are the ids of the stretch in their order.
    """
    parts = [customers[start : start + BATCH] for start in range(0, len(customers), BATCH)]
    points = _points(providers.connected(), first=customers[0], last=customers[-1])
    if not points.channels:
        return Filled(queued=0, reached=0)
    batches = _batches(notice, points.channels, parts, at=at)
    _insert(notice, stretch, points, _batch_of(parts, batches), at=at)
    _count(batches)
    waking.wake("deliveries.queued")
    written = Batch.objects.filter(pk__in=[batch.pk for batch in batches])
    written.filter(size=0)._raw_delete(router.db_for_write(Batch))  # Nothing hangs on them.
    written.filter(queued=0).update(due_at=None)
    queued = written.aggregate(sum=Sum("queued"))["sum"] or 0
    if not points.has_several:
        return Filled(queued=queued, reached=queued)
    in_line = Delivery.objects.of_stretch(notice.pk, customers[0], customers[-1]).filter(state=State.QUEUED)
    return Filled(queued=queued, reached=in_line.values("customer").distinct().count())


@dataclass(frozen=True)
class _Points:
    """What there is in a stretch: the channels that somebody has a point of, and whether anybody has several."""

    first: int
    last: int
    channels: Sequence[Channel]
    has_several: bool


def _points(connected: Sequence[Channel], *, first: int, last: int) -> _Points:
    where = {"first": first, "last": last, "names": _quoted(channel.name for channel in connected)}
    with connection.cursor() as cursor:
        cursor.execute(_USED.format(**where))
        used = {name for (name,) in cursor.fetchall()}
        cursor.execute(f"{_SEVERAL.format(**where)} LIMIT 1")
        has_several = cursor.fetchone() is not None
    return _Points(first, last, [channel for channel in connected if channel.name in used], has_several)


def _batches(
    notice: Notice, channels: Sequence[Channel], parts: Sequence[Sequence[int]], *, at: datetime
) -> list[Batch]:
    """One for each channel and part of the stretch; those that nobody needs go again when the rows are written."""
    last: int | None = Batch.objects.filter(notice=notice).aggregate(last=Max("number"))["last"]
    number = 0 if last is None else last + 1
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


def _insert(notice: Notice, stretch: QuerySet[AffectedCustomer], points: _Points, batch: str, *, at: datetime) -> None:
    """Two statements: for customers with one point that could be used, and for those with several."""
    names = _quoted(channel.name for channel in points.channels)
    several = _SEVERAL.format(first=points.first, last=points.last, names=names)
    chosen, parameters = stretch.order_by().values("customer_id").query.sql_with_params()
    wanted = {
        "rooms": _quoted(channel.name for channel in points.channels if channel.tells_every_point),
        "last_resorts": _quoted(channel.name for channel in points.channels if not channel.is_first_word),
        "names": names,
        "chosen": chosen,
        "first": points.first,
        "last": points.last,
    }
    facts = {
        "base": delivery_id(notice.pk, 0),
        "step": 1 << CUSTOMER_SHIFT,
        "first_room": FIRST_ROOM,
        "notice": notice.pk,
        "batch": batch,
        "queued": State.QUEUED.value,
        "suppressed": State.SUPPRESSED.value,
    }
    others = f"AND point.customer_id NOT IN ({several})" if points.has_several else ""
    single = f"SELECT points.*, 1 AS place FROM ({_POINTS.format(which=others, **wanted)}) AS points"  # noqa: S608
    found = [single]
    if points.has_several:
        theirs = _POINTS.format(which=f"AND point.customer_id IN ({several})", **wanted)
        found.append(_RANKED.format(points=theirs, most_rooms=FIRST_RUNG - FIRST_ROOM))
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        for rows in found:
            cursor.execute(_INSERT.format(found=rows, **facts), [moment, *parameters])


def _batch_of(parts: Sequence[Sequence[int]], batches: Sequence[Batch]) -> str:
    """The batch of a row as SQL: by its channel and by the part that its customer falls into."""
    ends = {(batch.channel, batch.last_id): batch.pk for batch in batches}
    notice_id = batches[0].notice_id
    branches = []
    for channel in dict.fromkeys(batch.channel for batch in batches):
        found = [(part[-1], ends[channel, delivery_id(notice_id, part[-1], LAST_SLOT)]) for part in parts]
        steps = " ".join(f"WHEN customer_id <= {last} THEN {key}" for last, key in found)
        branches.append(f"WHEN {_quoted([channel])} THEN CASE {steps} END")
    return f"CASE channel {' '.join(branches)} END"


def _quoted(names: Iterable[str]) -> str:
    """Names of channels for SQL; they are ours, and plain words. '' stands for none."""
    chosen = list(names) or [""]
    if not all(name.isidentifier() or not name for name in chosen):
        raise ValueError(f"Not names of channels: {chosen}")
    return ", ".join(f"'{name}'" for name in chosen)


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
