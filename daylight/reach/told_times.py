"""Counts how the affected customers of an incident heard of it, over the whole ledger, and keeps the figures.

A small incident is counted when somebody looks; a large one by the loop, and the screen shows the figures of the last
count with their time. The ledger is read in stretches of customers, so memory does not grow with it.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.customers.models import Customer
from daylight.incidents.models import AffectedCustomer, Incident, Update
from daylight.reach.hearing import Hearing, Spread, Word
from daylight.reach.models import Batch, CallAttempt, Delivery, Notice, ToldTimes
from daylight.reach.moves import TOLD

STRETCH = 5_000
"""Customers read at a time."""

AT_ONCE = 20_000
"""Up to so many customers times notices are counted while the member waits: some tenths of a second."""

FRESH_FOR = 20
"""Figures are not counted anew before so many times the seconds that their count took."""

LEASE = timedelta(minutes=10)
SHOWN = 10
"""Incidents on a customer's page."""

LIMITS = (60, 300, 900, 3600, 4 * 3600)
"""Seconds: how many customers heard within a minute, five, a quarter of an hour, an hour, four hours."""


def of(incident: Incident, *, now: datetime) -> ToldTimes:
    """The figures of an incident: fresh ones for a small one, else those of the last count while new ones are due."""
    row, _ = ToldTimes.objects.get_or_create(incident=incident)
    if _is_fresh(row, now) or row.due_at is not None:
        return row
    if _work(incident) <= AT_ONCE:
        return recount(incident, now=now)
    row.due_at = now
    row.save(update_fields=["due_at"])
    return row


def recount(incident: Incident, *, now: datetime) -> ToldTimes:
    """Count now, however long it takes."""
    found = _counted(incident, now)
    row, _ = ToldTimes.objects.update_or_create(incident=incident, defaults=found)
    return row


def step(now: datetime) -> Step:
    """Count what somebody waits for."""
    return work_through(
        ToldTimes.objects.select_related("incident"),
        now,
        lambda row, at: row.finish(**_counted(row.incident, at)),
        lease=LEASE,
        limit=1,
    )


def hearing_of(customer_id: int, incident: Incident, *, now: datetime) -> Hearing | None:
    """How one customer heard of an incident; None when they are not in its register."""
    row = AffectedCustomer.objects.present().filter(incident=incident, customer=customer_id).first()
    return _hearing(row, now) if row else None


def hearings_of(customer: Customer, *, now: datetime) -> list[tuple[Incident, Hearing]]:
    """How a customer heard of each of the latest incidents that affect them, the latest first."""
    rows = AffectedCustomer.objects.present().filter(customer=customer, incident__is_exercise=False)
    latest = rows.select_related("incident").order_by("-added_at", "-pk")[:SHOWN]
    return [(row.incident, _hearing(row, now)) for row in latest]


def _hearing(row: AffectedCustomer, now: datetime) -> Hearing:
    notices = _notices(row.incident)
    deliveries = Delivery.objects.of_customer(row.customer_id, notices=notices)
    batches = Batch.objects.filter(pk__in=list(deliveries.values_list("batch_id", flat=True)))
    words = _words(deliveries, notices, dict(batches.values_list("pk", "channel"))).get(row.customer_id, [])
    words += _calls(row.incident, notices, row.customer_id, row.customer_id).get(row.customer_id, [])
    return Hearing.of(words, since=row.since, aware_at=row.incident.aware_at, until=_end_of(row.incident, now))


def count(incident: Incident, *, until: datetime) -> dict[str, Any]:
    """The figures, all in seconds; `until` is the end of the incident, or now."""
    tally = _Tally()
    for hearing in _hearings(incident, until=until):
        tally.add(hearing)
    return tally.figures()


def _counted(incident: Incident, now: datetime) -> dict[str, Any]:
    """The fields of a row, counted afresh."""
    began = time.monotonic()
    figures = count(incident, until=_end_of(incident, now))
    return {"figures": figures, "counted_at": now, "seconds": time.monotonic() - began}


def _is_fresh(row: ToldTimes, now: datetime) -> bool:
    return row.counted_at is not None and now - row.counted_at < timedelta(seconds=FRESH_FOR * row.seconds)


def _work(incident: Incident) -> int:
    newest = incident.register_versions.order_by("-number").first()
    return (newest.total if newest else 0) * max(1, Notice.objects.filter(incident=incident).count())


def _end_of(incident: Incident, now: datetime) -> datetime:
    return incident.closed_at or now


class _Tally:
    """Adds up how customers heard."""

    def __init__(self) -> None:
        self.customers = self.told = 0
        self.first, self.beginning, self.knowing = Spread(), Spread(), Spread()
        self.between, self.dark = Spread(), Spread()
        self.by_channel: dict[str, Spread] = defaultdict(Spread)
        self.by_update: dict[int, Spread] = defaultdict(Spread)

    def add(self, hearing: Hearing) -> None:
        self.customers += 1
        self.dark.add(hearing.in_the_dark)
        if hearing.first is None:
            return
        self.told += 1
        self.first.add(hearing.after_publishing)
        self.beginning.add(hearing.after_beginning)
        self.knowing.add(hearing.after_knowing)
        self.by_channel[hearing.first.channel].add(hearing.after_publishing)
        for length in hearing.between:
            self.between.add(length)
        for word in hearing.words:
            self.by_update[word.update].add(max(word.told_at - word.published_at, timedelta()))

    def figures(self) -> dict[str, Any]:
        return {
            "customers": self.customers,
            "told": self.told,
            "never": self.customers - self.told,
            "after_publishing": self.first.figures(),
            "after_beginning": self.beginning.figures(),
            "after_knowing": self.knowing.figures(),
            "between": self.between.figures(),
            "in_the_dark": self.dark.figures(),
            "within": [
                [limit, number] for limit, number in zip([*LIMITS, None], self.first.within(LIMITS), strict=True)
            ],
            "by_channel": {name: spread.figures() for name, spread in sorted(self.by_channel.items())},
            "by_update": {str(number): spread.figures() for number, spread in sorted(self.by_update.items())},
        }


def _hearings(incident: Incident, *, until: datetime) -> Iterator[Hearing]:
    """One for each customer in the register, in their order."""
    notices = _notices(incident)
    channels = _channels(list(notices))
    present = AffectedCustomer.objects.present().filter(incident=incident).order_by("customer_id")
    after = 0
    while stretch := list(present.filter(customer_id__gt=after).values_list("customer_id", "since")[:STRETCH]):
        after = stretch[-1][0]
        words: dict[int, list[Word]] = defaultdict(list)
        for notice_id in notices:
            rows = Delivery.objects.of_stretch(notice_id, stretch[0][0], after)
            for customer_id, found in _words(rows, notices, channels).items():
                words[customer_id] += found
        for customer_id, found in _calls(incident, notices, stretch[0][0], after).items():
            words[customer_id] += found
        for customer_id, since in stretch:
            yield Hearing.of(words.get(customer_id, ()), since=since, aware_at=incident.aware_at, until=until)


def _notices(incident: Incident) -> dict[int, Update]:
    found = Notice.objects.filter(incident=incident).select_related("update").order_by("pk")
    return {notice.pk: notice.update for notice in found}


def _channels(notices: Sequence[int]) -> dict[int, str]:
    """The channel of each batch: some hundreds for a million deliveries."""
    return dict(Batch.objects.filter(notice__in=notices).values_list("pk", "channel"))


def _words(deliveries: Any, notices: Mapping[int, Update], channels: Mapping[int, str]) -> dict[int, list[Word]]:
    words: dict[int, list[Word]] = defaultdict(list)
    told = deliveries.filter(state__in=TOLD, accepted_at__isnull=False)
    for customer_id, notice_id, batch_id, told_at in told.values_list(
        "customer_id", "notice_id", "batch_id", "accepted_at"
    ):
        words[customer_id].append(_word(notices[notice_id], told_at, channels.get(batch_id, "")))
    return words


def _calls(incident: Incident, notices: Mapping[int, Update], first: int, last: int) -> dict[int, list[Word]]:
    """What members told by phone those customers from `first` to `last` whom a notice had not reached."""
    words: dict[int, list[Word]] = defaultdict(list)
    reached = CallAttempt.objects.filter(
        call__incident=incident,
        call__customer__gte=first,
        call__customer__lte=last,
        result=CallAttempt.Result.REACHED,
    )
    for customer_id, notice_id, told_at in reached.values_list("call__customer_id", "call__notice_id", "made_at"):
        words[customer_id].append(_word(notices[notice_id], told_at, "call"))
    return words


def _word(update: Update, told_at: datetime, channel: str) -> Word:
    return Word(
        update=update.number or 0,
        published_at=update.published_at or told_at,
        told_at=told_at,
        next_by=update.next_update_by,
        channel=channel,
    )
