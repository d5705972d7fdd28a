"""From a published update to the ledger: who is told, at which contact points, in which batches.

Which contact points those are is decided in `filling`. Deliveries are written in chunks of customers, each chunk in
one transaction with the notice's cursor, so a worker may die at any statement.
"""

import time
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, Max, OuterRef, QuerySet

from daylight.core import going_first
from daylight.core.due import LeaseLost, work_through
from daylight.core.loops import Step
from daylight.core.standing import Standing
from daylight.customers.models import Customer
from daylight.incidents.models import AffectedCustomer, Incident, RegisterVersion, Update
from daylight.reach import filling, finishing, subscribing, unreached
from daylight.reach.carrying import ticks
from daylight.reach.models import Batch, Delivery, Notice
from daylight.reach.models.delivery import LAST_CUSTOMER
from daylight.reach.templating import choosing

FIRST_CHUNK, GROWTH, CHUNK = 200, 5, {"sqlite": 10_000, "postgresql": 25_000}
"""Customers per transaction: the first is small, so that the first message leaves at once, the next five times that.

Each statement costs a round trip and a turn at Python's lock beside busy senders, whatever its size, so PostgreSQL
gets large ones; on SQLite one writes at a time, and the senders wait for the end of each."""

BESIDE_OTHERS = 1_000
"""Customers per transaction on SQLite while somebody goes first."""

CHUNKS_PER_TURN = 10

BREATH = 0.03
"""Seconds between two chunks on SQLite, where one writes at a time and who waits looks every 25 ms: else the senders
would not come to their first message before the whole ledger is written."""

LEASE = timedelta(seconds=15)
"""From the beginning of each stretch: when a worker dies, everybody else waits for so long. It may be short, as nobody
can claim a notice in the middle of a stretch: its row is held to the end of it."""


def step(now: datetime) -> Step:
    """Make notices of what was published or joined since the last turn, and write their deliveries."""
    made = _notice_updates(now) if _unnoticed_ever.exists() else 0
    made += _notice_joiners(now) if _uncovered_ever.exists() else 0
    made += subscribing.notice_subscribers(now)
    written = work_through(Notice.objects.all(), now, _write_out, lease=LEASE, limit=1)
    return Step(handled=made + written.handled)


def oldest_due(now: datetime) -> datetime | None:
    """When the longest waiting work of this loop became due: a notice half written, or an update without one."""
    waiting = Notice.objects.oldest_due_at()
    published = _unnoticed().order_by("published_at").values_list("published_at", flat=True).first()
    return min((moment for moment in (waiting, published) if moment), default=None)


def _unnoticed() -> QuerySet[Update]:
    noticed = Notice.objects.filter(update=OuterRef("pk"), audience=Notice.Audience.CUSTOMERS)
    published: QuerySet[Update] = Update.objects.filter(state=Update.State.PUBLISHED, page_only__isnull=True)
    return published.filter(~Exists(noticed))


def _notice_updates(now: datetime) -> int:
    updates = list(_unnoticed().order_by("published_at", "number"))
    for update in updates:
        _notice_update(update, now)
    return len(updates)


@transaction.atomic
def _notice_update(update: Update, now: datetime) -> None:
    _hold(update.incident_id)
    if not _unnoticed().filter(pk=update.pk).exists():  # Another worker was quicker, perhaps with a smaller register.
        return
    version = RegisterVersion.objects.filter(incident=update.incident_id).order_by("-number").first()
    _make_notice(update, Notice.Audience.CUSTOMERS, version, now)


def _hold(incident_id: int) -> None:
    """From here to the end of the transaction nothing is published, frozen or noticed for this incident."""
    Incident.objects.select_for_update(no_key=True).get(pk=incident_id)


def _notice_joiners(now: datetime) -> int:
    """Customers whom a register version added after the latest update went out get that update at once."""
    versions = list(_uncovered().order_by("incident", "number"))
    return sum(_notice_joiners_of(version, now) for version in versions)


def _uncovered() -> QuerySet[RegisterVersion]:
    """Register versions that added somebody whom no notice covers, of incidents that were noticed before."""
    covering = Notice.objects.filter(incident=OuterRef("incident"), register_version__number__gte=OuterRef("number"))
    told = Notice.objects.filter(incident=OuterRef("incident"), audience=Notice.Audience.CUSTOMERS)
    return RegisterVersion.objects.filter(~Exists(covering), Exists(told), added__gt=0)


# Asked twice a second for as long as the worker lives: building these two anew was most of what an idle worker did.
_unnoticed_ever, _uncovered_ever = Standing(_unnoticed), Standing(_uncovered)


@transaction.atomic
def _notice_joiners_of(version: RegisterVersion, now: datetime) -> bool:
    """Whether these joiners got a notice of their own; not when an update is about to go to everybody, them too."""
    _hold(version.incident_id)
    if _unnoticed().filter(incident=version.incident_id).exists():
        return False
    published = Update.objects.filter(incident=version.incident_id, state=Update.State.PUBLISHED)
    latest = published.order_by("-number")[0]
    everybody = Notice.objects.filter(update=latest, audience=Notice.Audience.CUSTOMERS)
    if everybody.filter(register_version__number__gte=version.number).exists():
        return False
    return _make_notice(latest, Notice.Audience.JOINERS, version, now) is not None


def _make_notice(
    update: Update, audience: Notice.Audience, version: RegisterVersion | None, now: datetime
) -> Notice | None:
    notice, is_new = Notice.objects.get_or_create(
        update=update,
        audience=audience,
        register_version=version,
        defaults={"incident_id": update.incident_id, "made_at": now, "due_at": now},
    )
    if is_new and audience == Notice.Audience.CUSTOMERS:
        supersede(notice, now)
    if is_new:
        choosing.keep(update, at=now)
    return notice if is_new else None


def supersede(notice: Notice, now: datetime) -> None:
    """What still waits of older updates of the incident gives way: this one carries all the facts.

    A correction never gives way: who was told something wrong must hear that it was wrong.
    """
    older = Notice.objects.filter(
        incident=notice.incident_id, update__number__lt=notice.update.number, superseded_by__isnull=True
    ).exclude(update__kind=Update.Kind.CORRECTION)
    keys = list(older.values_list("pk", flat=True))
    Notice.objects.filter(pk__in=keys, due_at__isnull=False).update(due_at=None, lease=None, written_at=now)
    Notice.objects.filter(pk__in=keys).update(superseded_by=notice)
    Batch.objects.filter(notice__in=keys, due_at__isnull=False).update(due_at=now)


def _write_out(notice: Notice, now: datetime) -> None:
    """Write the next stretch of a notice's deliveries, then let other notices have their turn."""
    size = CHUNK[connection.vendor] if notice.written_up_to else FIRST_CHUNK
    began = ticks()
    for _ in range(CHUNKS_PER_TURN):
        _write_chunk(notice, now, size=size, lease=LEASE + timedelta(seconds=ticks() - began))
        if notice.due_at is None:
            finishing.conclude(notice.pk, now)  # Again, now that a sender can see that it is written out.
            return
        size = min(size * GROWTH, CHUNK[connection.vendor])
        if connection.vendor == "sqlite":
            size = min(size, BESIDE_OTHERS) if going_first.is_wanted() else size
            time.sleep(BREATH)
    notice.put_off(until=now, attempts=0)  # It went well so far: a mishap in the next turn must not wait for an hour.


@transaction.atomic
def _write_chunk(notice: Notice, at: datetime, *, size: int = FIRST_CHUNK, lease: timedelta = LEASE) -> None:
    customers, until = _next_stretch(notice, size)
    mine = Notice.objects.filter(pk=notice.pk, lease=notice.lease)
    if not mine.update(leased_until=at + lease):  # Also takes the row's lock before anything is looked at or written.
        raise LeaseLost(f"notice {notice.pk}")
    if until is None:
        notice.finish(written_at=at)
        finishing.conclude(notice.pk, at)
        return
    filled = filling.Filled(0, 0)
    if customers:
        stretch = audience(notice, customers[0], customers[-1])
        filled = filling.fill(notice, stretch, customers, at=at)
        if filled.reached < len(customers):
            unreached.write_down(notice, stretch)
    mine.update(
        written_up_to=until,
        customers=F("customers") + len(customers),
        unreachable=F("unreachable") + len(customers) - filled.reached,
        doubled=F("doubled") + filled.queued - filled.reached,
    )
    notice.written_up_to = until


def _next_stretch(notice: Notice, size: int) -> tuple[list[int], int | None]:
    """The customers of the next stretch, and the id with which it ends; None at the end of the audience."""
    if notice.audience != Notice.Audience.CUSTOMERS:
        customers = _customers(audience(notice, notice.written_up_to + 1)[:size])
        return customers, customers[-1] if customers else None
    register = AffectedCustomer.objects.filter(incident=notice.incident_id, customer__gt=notice.written_up_to)
    ends = list(register.order_by("customer").values_list("customer", flat=True)[size - 1 : size])
    until: int | None = ends[0] if ends else register.aggregate(last=Max("customer"))["last"]
    return ([], None) if until is None else (_customers(audience(notice, notice.written_up_to + 1, until)), until)


def _customers(rows: QuerySet[AffectedCustomer]) -> list[int]:
    return list(rows.values_list("customer", flat=True))


def audience(notice: Notice, first: int = 0, last: int = LAST_CUSTOMER) -> QuerySet[AffectedCustomer]:
    """The rows of the register a notice is for, of the customers from `first` to `last`, in order of customer.

    Who was erased is looked up within the same bounds: joined with the customers, PostgreSQL would read through all
    of them for each stretch.
    """
    erased = Customer.objects.filter(pk=OuterRef("customer"), pk__gte=first, pk__lte=last, erased_at__isnull=False)
    rows = AffectedCustomer.objects.filter(
        ~Exists(erased), incident=notice.incident_id, removed_at__isnull=True, customer__gte=first, customer__lte=last
    ).order_by("customer")
    version = notice.register_version
    if version is None:
        return rows.none()
    if notice.audience == Notice.Audience.JOINERS:
        earlier = Notice.objects.filter(update=notice.update_id).exclude(pk=notice.pk).values_list("pk", flat=True)
        for key in earlier:
            rows = rows.filter(~Exists(Delivery.objects.of_outer_customer(key)))
        return rows.filter(added_in=version.number)
    return rows.filter(added_in__lte=version.number)
