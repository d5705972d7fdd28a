"""What would ring at a customer's at night waits for their morning, in a batch of its own.

Deliveries are looked at when their batch is about to be sent: those in whose time zone it is quiet move to a new batch
that is due when the quiet is over. A newer update supersedes them like all that waits.
"""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from daylight.accounts.models import Organisation
from daylight.reach import ledger, urgency
from daylight.reach.channels.base import Channel
from daylight.reach.filling import TRIED_FOR
from daylight.reach.models import Batch, Delivery, Notice, QuietHours
from daylight.reach.moves import State
from daylight.reach.quiet import USUAL, Quiet
from daylight.reach.words import zone_of


def hold_back(batch: Batch, channel: Channel, *, now: datetime) -> int:
    """Let what may not ring now wait for the morning; how many deliveries. The others stay in the batch."""
    if batch.held_until is not None:
        Batch.objects.filter(pk=batch.pk).update(held_until=None)
    incident = batch.notice.incident
    if not channel.makes_noise or incident.is_exercise or urgency.of(incident).overrides_quiet_hours:
        return 0
    waiting = _by_morning(batch, now)
    if waiting:
        _split(batch, waiting)
    return sum(map(len, waiting.values()))


def _by_morning(batch: Batch, now: datetime) -> dict[datetime, list[int]]:
    """The deliveries whose customers have quiet now, by when it is over."""
    rows = list(ledger.queued(batch).values_list("pk", "customer_id", "customer__time_zone"))
    chosen = QuietHours.objects.filter(customer__in={customer for _, customer, _ in rows})
    own = {row.customer_id: Quiet(row.starts, row.ends, row.always_tell) for row in chosen}
    house = Organisation.get().time_zone
    over: dict[tuple[Quiet, str], datetime | None] = {}
    waiting: dict[datetime, list[int]] = defaultdict(list)
    for key, customer, zone in rows:
        hours = own.get(customer, USUAL)
        if (hours, zone) not in over:
            over[hours, zone] = hours.over_at(now, zone_of(zone, house))
        if (morning := over[hours, zone]) is not None:
            waiting[morning].append(key)
    return waiting


@transaction.atomic
def _split(batch: Batch, waiting: dict[datetime, list[int]]) -> None:
    ledger.hold(batch, with_notice=True)
    last: int = Batch.objects.filter(notice=batch.notice_id).aggregate(last=Max("number"))["last"]
    for number, (morning, keys) in enumerate(sorted(waiting.items()), last + 1):
        later = Batch.objects.create(
            notice=batch.notice, channel=batch.channel, number=number, why=batch.why, due_at=morning,
            held_until=morning, expires_at=morning + TRIED_FOR, first_id=batch.first_id, last_id=batch.last_id,
        )  # fmt: skip
        rows = Delivery.objects.filter(pk__in=keys, batch=batch, state=State.QUEUED)
        moved = rows.update(batch=later)
        Batch.objects.filter(pk=later.pk).update(size=moved, queued=moved)
        Batch.objects.filter(pk=batch.pk).update(size=F("size") - moved, queued=F("queued") - moved)
    Notice.objects.filter(pk=batch.notice_id).update(finished_at=None)


def spare_confirmed(batch: Batch, *, now: datetime) -> int:
    """Let go of what the ladder put in line for customers who have confirmed since; how many deliveries."""
    if batch.why not in {Batch.Why.FAILED, Batch.Why.UNCONFIRMED}:
        return 0
    seen = batch.notice.incident.confirmations.all()
    if batch.why == Batch.Why.FAILED:
        seen = seen.filter(confirmed_at__gte=batch.notice.made_at)
    keys = ledger.queued(batch).filter(customer__in=seen.values("customer")).values_list("pk", flat=True)
    results = [ledger.Result(key, State.SUPERSEDED, "confirmed before it left") for key in keys]
    return ledger.write(batch, results, before=State.QUEUED, at=now) if results else 0
