"""How far the telling is: from the counts that each batch keeps, never by counting the ledger row by row.

The numbers are customers and add up: told + on the way + in doubt + failed + unreachable (+ sealed, in an exercise)
is everybody affected. Where a customer has several contact points, whoever is not told yet counts as on the way as
long as so many deliveries wait, then as in doubt, then as failed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from daylight.incidents.models import Incident, RegisterVersion, Update
from daylight.reach import urgency
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Batch, Call, Confirmation, Delivery, Notice
from daylight.reach.moves import COUNT, State

WORTH_TELLING = 3
"""Waves of joiners shown with their own line."""


@dataclass(frozen=True)
class OnChannel:
    """The deliveries of one channel by state."""

    label: str
    size: int
    counts: dict[str, int]


@dataclass(frozen=True)
class Joined:
    """Customers who were added later, and when the last of them had been told; None while some are on the way."""

    added: int
    told: int
    joined_at: datetime
    all_told_at: datetime | None


@dataclass(frozen=True)
class Progress:
    """How far one update has come. `update` is None when nothing was published yet.

    `held` are messages on the way that wait for a customer's morning, `confirmed` the customers who have seen the news
    of the incident, `to_call` those on its call list.
    """

    update: Update | None
    affected: int = 0
    told: int = 0
    on_the_way: int = 0
    in_doubt: int = 0
    failed: int = 0
    unreachable: int = 0
    sealed: int = 0
    accepted: int = 0
    delivered: int = 0
    stopped: bool = False
    held: int = 0
    confirmed: int = 0
    asks_confirmation: bool = False
    to_call: int = 0
    channels: tuple[OnChannel, ...] = ()
    joined: tuple[Joined, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether nothing is on the way any more."""
        return self.update is not None and self.on_the_way == 0

    @property
    def percent(self) -> int:
        """The share of the affected who are told, rounded down, so that 100 means everybody."""
        return 100 * (self.told + self.sealed) // self.affected if self.affected else 0

    @classmethod
    def of(cls, incident: Incident, update: Update | None = None) -> "Progress":
        """The progress of an update, by default of the latest published one."""
        published: QuerySet[Update] = incident.updates.filter(state=Update.State.PUBLISHED)
        update = update or published.order_by("-number").first()
        if update is None:
            return cls(update=None)
        notices = list(notices_of(update).exclude(audience=Notice.Audience.SUBSCRIBERS))
        return cls._counted(incident, update, notices)

    @classmethod
    def _counted(cls, incident: Incident, update: Update, notices: Sequence[Notice]) -> "Progress":
        rows = _counts(notices)
        affected = _affected(notices, RegisterVersion.objects.totals([incident]).get(incident.pk, 0))
        unreachable = sum(notice.unreachable for notice in notices)
        told = _sum(rows, "told")
        rest = max(0, affected - told - unreachable)
        unwritten = max(0, affected - sum(notice.customers for notice in notices))
        sealed, rest = _share(_sum(rows, "sealed"), rest)
        on_the_way, rest = _share(_sum(rows, "queued") - _sum(rows, "asks_again") + unwritten, rest)
        in_doubt, failed = _share(_sum(rows, "in_doubt") - _sum(rows, "doubts_again"), rest)
        confirmed, to_call = _people(incident)
        return cls(
            update=update,
            affected=affected,
            told=told,
            on_the_way=on_the_way,
            in_doubt=in_doubt,
            failed=failed,
            unreachable=unreachable,
            sealed=sealed,
            accepted=_sum(rows, "accepted"),
            delivered=_sum(rows, "delivered"),
            stopped=any(notice.stopped for notice in notices),
            held=_sum(rows, "held"),
            confirmed=confirmed,
            asks_confirmation=urgency.asks_confirmation(incident),
            to_call=to_call,
            channels=_by_channel(rows),
            joined=_joined(notices, rows),
        )


@dataclass(frozen=True)
class InShort:
    """How many are affected, how many of them have the latest word, and whether there was a word at all."""

    affected: int
    told: int
    has_spoken: bool


def in_short(incidents: Sequence[Incident]) -> dict[int, InShort]:
    """What `Progress.of` says first, of several incidents at once, by their keys: three questions, however many."""
    totals = RegisterVersion.objects.totals(incidents)
    latest = dict(Update.objects.filter(incident__in=incidents).newest().values_list("incident_id", "pk"))
    found = Notice.objects.filter(update__in=latest.values()).exclude(audience=Notice.Audience.SUBSCRIBERS)
    notices: dict[int, list[Notice]] = defaultdict(list)
    told: dict[int, int] = defaultdict(int)
    for notice in (
        found.select_related("register_version").annotate(told=Coalesce(Sum("batches__told"), 0)).order_by("pk")
    ):
        notices[notice.incident_id].append(notice)
        told[notice.incident_id] += notice.told
    return {
        incident.pk: InShort(
            affected=_affected(notices[incident.pk], totals.get(incident.pk, 0)),
            told=told[incident.pk],
            has_spoken=incident.pk in latest,
        )
        for incident in incidents
    }


def notices_of(update: Update) -> QuerySet[Notice]:
    """The notices of one update, those for later joiners and for subscribers included."""
    return Notice.objects.filter(update=update).select_related("register_version").order_by("pk")


def deliveries_of(update: Update) -> QuerySet[Delivery]:
    """The ledger of one update."""
    rows: QuerySet[Delivery] = Delivery.objects.of_notices(notices_of(update).values_list("pk", flat=True))
    return rows


WHICH: dict[str, tuple[State, ...]] = {
    "told": (State.ACCEPTED, State.DELIVERED),
    "on-the-way": (State.QUEUED,),
    "in-doubt": (State.IN_DOUBT,),
    "failed": (State.FAILED, State.BOUNCED, State.EXPIRED),
    "sealed": (State.SEALED,),
}
"""The states behind each number; the unreachable have no delivery that was ever in line."""


def _affected(notices: Sequence[Notice], in_register: int) -> int:
    """Everybody the notices are for; the register as it stands while no notice for all of it is made."""
    for_them = sum(_size(notice) for notice in notices)
    is_made = any(notice.audience == Notice.Audience.CUSTOMERS for notice in notices)
    return for_them if is_made else max(for_them, in_register)


def _size(notice: Notice) -> int:
    if notice.written_at is None and notice.register_version is not None:
        version = notice.register_version
        planned = version.added if notice.audience == Notice.Audience.JOINERS else version.total
        return max(notice.customers, planned)
    return notice.customers


def _counts(notices: Sequence[Notice]) -> list[dict[str, Any]]:
    """The counts of all batches, a row for each notice and channel: the one question that a look at progress costs.

    `asks_again` and `doubts_again` are what is on the way to, or in doubt for, customers who are told already and did
    not confirm; `held` is what waits for the morning.
    """
    names = ["size", "told", *COUNT.values()]
    again = Q(why=Batch.Why.UNCONFIRMED)
    sums = {name: Sum(name) for name in names} | {
        "asks_again": Sum("queued", filter=again, default=0),
        "doubts_again": Sum("in_doubt", filter=again, default=0),
        "held": Sum("queued", filter=Q(held_until__isnull=False), default=0),
    }
    rows: Any = (
        Batch.objects.filter(notice__in=notices)
        .values("notice", "channel")
        .annotate(**{f"sum_{name}": total for name, total in sums.items()})
        .order_by("channel", "notice")
    )
    return [
        {"notice": row["notice"], "channel": row["channel"]} | {name: row[f"sum_{name}"] for name in sums}
        for row in rows
    ]


def _people(incident: Incident) -> tuple[int, int]:
    """How many confirmed, and how many are on the call list."""

    def number(rows: QuerySet[Any]) -> Coalesce:
        mine = rows.filter(incident=OuterRef("pk")).order_by().values("incident")
        return Coalesce(Subquery(mine.annotate(number=Count("pk")).values("number")), 0)

    counted = Incident.objects.filter(pk=incident.pk).values_list(
        number(Confirmation.objects.all()), number(Call.objects.open())
    )
    confirmed, to_call = counted.get()
    return confirmed, to_call


def _sum(rows: Iterable[Mapping[str, Any]], name: str) -> int:
    return sum(row[name] for row in rows)


def _by_channel(rows: Sequence[Mapping[str, Any]]) -> tuple[OnChannel, ...]:
    found = []
    for name, group in groupby(rows, key=itemgetter("channel")):
        mine = list(group)
        sums = {state: _sum(mine, state) for state in COUNT.values()}
        found.append(
            OnChannel(
                label=CHANNELS[name].label if name in CHANNELS else name.capitalize(),
                size=_sum(mine, "size"),
                counts={state: count for state, count in sums.items() if count},
            )
        )
    return tuple(found)


def _joined(notices: Sequence[Notice], rows: Sequence[Mapping[str, Any]]) -> tuple[Joined, ...]:
    waves = [notice for notice in notices if notice.audience == Notice.Audience.JOINERS and _size(notice)]
    told = {wave.pk: _sum([row for row in rows if row["notice"] == wave.pk], "told") for wave in waves}
    return tuple(
        Joined(
            added=_size(wave),
            told=told[wave.pk],
            joined_at=wave.made_at,
            all_told_at=wave.finished_at if told[wave.pk] == wave.customers else None,
        )
        for wave in waves[-WORTH_TELLING:]
    )


def _share(count: int, rest: int) -> tuple[int, int]:
    taken = min(count, rest)
    return taken, rest - taken
