"""Reads what was newly heard, each message once, and says which topics it is about."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from daylight.core import waking
from daylight.core.due import LeaseLost
from daylight.core.loops import Step, log
from daylight.listen.models import Message
from daylight.watch import spreading, tallying
from daylight.watch.ear import LEASE, WRITE_EVERY, Ear
from daylight.watch.ear import Heard as HeardTogether
from daylight.watch.heard import Read, read
from daylight.watch.models import Heard, Reading, TopicDay
from daylight.watch.placing import Places

AT_ONCE = 250
"""Few enough that whoever writes to SQLite meanwhile waits for a part of a second."""

PAUSE = timedelta(seconds=5)
"""Caught up, what is remembered is written down after so long, and not at each rest: all of it is written anew."""

SWEEP_EVERY = timedelta(seconds=20)
LONGEST_TRANSACTION = timedelta(minutes=3)
"""No transaction that writes messages takes longer, so a number lower than one seen this long ago is not to come."""

BEHIND = timedelta(days=2)
SETTLES = timedelta(minutes=2)
RARE, LATER = 3, timedelta(minutes=15)
"""A topic with fewer different writers in a day than this is looked at now and then only."""

READ = "messages.read"
"""The event that topics were touched and are to be scored."""

_ears: list[Ear] = []
"""Of this process: one or none."""


def step(now: datetime) -> Step:
    """Read some of what came in since."""
    ear = _ear(now)
    if ear is None:
        return Step(handled=0)
    try:
        return Step(handled=_go_on(ear, now))
    except Exception:
        _ears.clear()  # What it remembers may be more than what was written.
        raise


def oldest_due(now: datetime) -> datetime | None:
    """When the message came that waits longest."""
    row = Reading.objects.first()
    waiting = Message.objects.filter(pk__gt=row.head if row else 0).order_by("pk").values_list("received_at", flat=True)
    return waiting.first()


def _ear(now: datetime) -> Ear | None:
    """The reader of this process; None where there is nothing to do, or another process reads."""
    row = Reading.get(now)
    if not _ears or _ears[0].row.lease != row.lease or row.lease is None:
        _ears.clear()
        if not _has_work(row, now):
            return None
        _ears.extend(Ear(row, now) for row in Reading.objects.claim(now, lease=LEASE, limit=1))
        return _ears[0] if _ears else None
    return _ears[0] if _has_work(row, now) or _ears[0].is_changed else None


def _has_work(row: Reading, now: datetime) -> bool:
    return Message.objects.filter(pk__gt=row.head).exists() or _must_sweep(row, now)


def _must_sweep(row: Reading, now: datetime) -> bool:
    return row.floor < row.head and (row.swept_at is None or now - row.swept_at >= SWEEP_EVERY)


def _go_on(ear: Ear, now: datetime) -> int:
    row, handled = ear.row, 0
    keys = list(Message.objects.filter(pk__gt=row.head).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    changes = _moved(row, now, keys[-1]) if keys else {}
    if not keys and _must_sweep(row, now):
        keys = list(_missed(row).values_list("pk", flat=True)[:AT_ONCE])
        changes = _moved(row, now, row.head) | ({} if keys else {"swept_at": now})
    found = _unheard(keys)
    heard = ear.hear(found)  # Before the transaction: while one is open on SQLite, nobody else can write.
    try:
        with transaction.atomic():
            handled = _keep(ear, found, heard, now)
            told = {"newest_said_at": row.newest_said_at, "settling_until": row.settling_until}
            row.go_on(until=now + LEASE, **changes, **told)
            if handled:
                waking.wake(READ)
    except LeaseLost:
        log.warning("Another process reads messages now.")
        _ears.clear()
        return 0
    if ear.is_changed and now - ear.written_at >= (WRITE_EVERY if keys else PAUSE):
        ear.write(now)
    return len(keys) if handled or keys else 0


def _moved(row: Reading, now: datetime, head: int) -> dict[str, object]:
    """How far we have read; what was the head long ago becomes the floor."""
    if row.marked_at is not None and now - row.marked_at < LONGEST_TRANSACTION:
        return {"head": head}
    return {"head": head, "floor": row.mark, "mark": head, "marked_at": now}


def _missed(row: Reading) -> QuerySet[Message]:
    """Messages with low numbers that became visible late."""
    known = Heard.objects.filter(message=OuterRef("pk"))
    between = Message.objects.heard().filter(pk__gt=row.floor, pk__lte=row.head)
    return between.filter(~Exists(known)).order_by("pk")


def _unheard(keys: Sequence[int]) -> list[Read]:
    """Those of these messages that customers wrote and that were not read before, in the order of their times."""
    known = Heard.objects.filter(message__in=keys).values("message_id")
    unknown = Message.objects.filter(pk__in=keys).exclude(pk__in=known)
    return sorted(read(unknown), key=lambda one: (one.said_at, one.pk)) if keys else []


def _keep(ear: Ear, found: Sequence[Read], heard: HeardTogether, now: datetime) -> int:
    """Count these messages for their topics; returns how many customers' messages there were."""
    if not found:
        return 0
    _settle(ear.row, found, now)
    places = Places(found, heard.clusters, now=now)
    days = tallying.add(places.tally(tallying.Voices(found)))
    places.keep(due=dict(_due(days, now)))
    Heard.objects.bulk_create(_rows(found, places.counted, now), AT_ONCE)
    spreading.note(heard.findings, now=now)
    newest = filter(None, (ear.row.newest_said_at, found[-1].said_at))
    ear.row.newest_said_at = max(newest)
    return len(found)


def _settle(row: Reading, found: Sequence[Read], now: datetime) -> None:
    """Much of the past behind what we know: new topics are not judged before it is read."""
    middle = found[len(found) // 2].said_at
    if row.newest_said_at is not None and middle < row.newest_said_at - BEHIND:
        row.settling_until = now + SETTLES


def _due(days: Mapping[tuple[int, date], TopicDay], now: datetime) -> Iterator[tuple[int, datetime]]:
    """When to look at the topics: at once where several spoke in a day, else some time."""
    busy = {topic for (topic, _), row in days.items() if row.writers >= RARE or row.reach}
    for topic in {topic for topic, _ in days}:
        yield topic, now if topic in busy else now + LATER


def _rows(found: Sequence[Read], counted: set[int], now: datetime) -> Iterator[Heard]:
    for one in found:
        kept = {"said_at": one.said_at, "read_at": now, "writer": one.writer, "text": one.text, "upset": one.upset}
        yield Heard(message_id=one.pk, counts=one.pk in counted, **kept)
