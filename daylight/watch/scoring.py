"""Looks at the topics that were touched, and says how unusual each is now."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from daylight.accounts.models import Organisation
from daylight.core.due import LeaseLost
from daylight.core.loops import Step, log
from daylight.customers.models import Customer
from daylight.watch import amplifying, at_once, raising, spreading
from daylight.watch.judged import Judged, judge
from daylight.watch.models import Reading, Topic, TopicDay
from daylight.watch.series import YOUNG, Days, by_hour
from daylight.watch.words import WHOLE, TopicKind
from daylight.watch.young import Beginning, judge_young

AT_ONCE = 40
LEASE = timedelta(minutes=3)
AGAIN = timedelta(minutes=10)
NEW = timedelta(hours=1)
COUNTED_TO = 100_000
"""Customers are counted no further: it is about how many zeros they have."""


def step(now: datetime) -> Step:
    """Look at some of the topics whose time has come; the strongest speaks first, and the others may be part of it."""
    claimed = Topic.objects.claim(now, lease=LEASE, limit=AT_ONCE)
    if not claimed:
        return Step(handled=0)
    reading = Reading.get(now)
    clock = reading.clock(now)
    unsettled = reading.settling_until is not None and now < reading.settling_until
    judged = sorted(_judged(claimed, clock), key=lambda pair: -pair[1].score)
    for topic, one in judged:
        if unsettled and now - topic.made_at < NEW:
            continue
        raising.consider(topic, one, clock=clock, now=now)
    scored = {topic.pk: one for topic, one in judged}
    for topic in claimed:
        _put_back(topic, scored.get(topic.pk), clock, now)
    return Step(handled=len(claimed))


def _judged(topics: Sequence[Topic], clock: datetime) -> Iterator[tuple[Topic, Judged]]:
    ours = Organisation.get()
    zone = ZoneInfo(ours.time_zone)
    days = Days(topics, until=clock, zone=zone, days_off=ours.days_off)
    customers = Customer.objects.order_by()[:COUNTED_TO].count()
    firm = _beginning(days, clock, zone, customers) if days.age < YOUNG else None
    for topic in topics:
        if topic.merged_into_id is not None or topic.is_muted(clock):
            continue
        hours = days.of(topic)
        if firm is None:
            series = hours.best()
            judged = judge(series)
            if series.freq == "D":
                judged = at_once.weigh(judged, hours, customers=customers)
        else:
            judged = judge_young(hours.counts, firm, clock, is_whole=topic.kind in WHOLE)
        if topic.kind == TopicKind.CLUSTER:
            judged = spreading.weigh(topic, judged, clock)
        elif topic.kind == TopicKind.OUTSIDE:
            judged = amplifying.weigh(topic, judged, clock)
        yield topic, judged


def _beginning(days: Days, clock: datetime, zone: ZoneInfo, customers: int) -> Beginning:
    """The firm in its first days."""
    everything = TopicDay.objects.filter(topic__kind=TopicKind.EVERYTHING)
    hours = by_hour(everything, since=clock - days.age, until=clock, zone=zone).counts
    return Beginning(clock - days.age, hours, customers)


def _put_back(topic: Topic, judged: Judged | None, clock: datetime, now: datetime) -> None:
    """Into the line again while anybody speaks of it, or a signal of it is open; else it rests until it is touched."""
    changes: dict[str, Any] = {"scored_at": clock}
    if judged is not None:
        changes |= {"score": judged.score, "expected": judged.per_day}
    try:
        if clock - topic.last_said_at < raising.QUIET or topic.raised.filter(ended_at__isnull=True).exists():
            topic.put_off(until=now + AGAIN, **changes)
        else:
            topic.finish(**changes)
    except LeaseLost:
        log.warning("Lease lost on topic %s; another worker looks at it.", topic.pk)
