"""The ladder: whom a message did not reach, or who does not confirm an urgent one, is tried on their next way.

A loop looks at each notice again and again, often while it is young and seldom when it is old, for a week. The
counts of the batches say where something came to nothing, so a notice in which nothing failed costs one question.
A customer's ladder ends when they are told (and, when it is urgent, have confirmed), when a newer update takes over,
or at the call list.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.reach import calling, urgency
from daylight.reach.climbing import Stretch, climb, list_calls, list_exhausted
from daylight.reach.models import Batch, Call, Ladder, Notice
from daylight.reach.models.delivery import LAST_SLOT

WATCHED_FOR = timedelta(days=7)
"""Bounces come for days; after a week nobody is tried on another way."""

OFTEN, SELDOM = timedelta(seconds=1), timedelta(minutes=10)
"""The pause between two looks grows with the age of the notice, from one to the other."""

SLACK = timedelta(minutes=2)
"""The sender's clock and ours may differ so far: whoever was asked in time is never overlooked for it."""

AT_A_TIME = 2_000
"""Deliveries that came to nothing, dealt with in one transaction; also what makes a full batch."""

STRETCHES = 50
"""Transactions in one look, so that a million who do not confirm keep no other ladder waiting."""

LEASE = timedelta(minutes=2)


def step(now: datetime) -> Step:
    """Set ladders up for new notices, and look at those that are due."""
    begun = _begin(now)
    return Step(handled=begun + work_through(Ladder.objects.all(), now, _look, lease=LEASE, limit=20).handled)


def oldest_due(now: datetime) -> datetime | None:
    """When the ladder that waits longest was due."""
    return Ladder.objects.oldest_due_at()


def _begin(now: datetime) -> int:
    """Exercises have none: nothing of theirs can fail, and nobody may be called."""
    new = Notice.objects.filter(
        ladder__isnull=True,
        superseded_by__isnull=True,
        made_at__gt=now - WATCHED_FOR,
        incident__is_exercise=False,
    ).exclude(audience=Notice.Audience.SUBSCRIBERS)
    ladders = [Ladder(notice=notice, due_at=now) for notice in new]
    Ladder.objects.bulk_create(ladders, ignore_conflicts=True)
    return len(ladders)


def _look(ladder: Ladder, now: datetime) -> None:
    notice = Notice.objects.select_related("update__incident", "incident").get(pk=ladder.notice_id)
    if notice.superseded_by_id is not None or now - notice.made_at > WATCHED_FOR:
        ladder.finish()
        return
    how = urgency.of(notice.incident)
    if how.overrides_quiet_hours:
        _release(notice, now)
    stretches = list(_failed(notice))
    if how.confirm_within is not None:
        stretches += _unconfirmed(notice, how.confirm_within, now)
    for stretch in stretches[:STRETCHES]:
        _deal_with(ladder, stretch, now, lists=how.calls_unconfirmed or stretch.why == Batch.Why.FAILED)
    if how.confirm_within is not None:
        _ask(notice, how.confirm_within, now)
    _list_unreachable(ladder, notice, now)
    calling.tidy(notice, at=now)
    is_more = len(stretches) > STRETCHES
    ladder.put_off(until=now if is_more else _next_look(notice, now))


def _next_look(notice: Notice, now: datetime) -> datetime:
    pause = min(max((now - notice.made_at) / 30, OFTEN), SELDOM)
    asked = Batch.objects.filter(notice=notice, confirm_by__isnull=False).order_by("confirm_by")
    return min(now + pause, asked.values_list("confirm_by", flat=True).first() or now + pause)


def _release(notice: Notice, now: datetime) -> None:
    """It was judged worse since: what waits for the morning goes now."""
    Batch.objects.filter(notice=notice, held_until__gt=now).update(due_at=now, held_until=None)


def _failed(notice: Notice) -> Iterator[Stretch]:
    lost = F("failed") + F("bounced") + F("suppressed") + F("expired")
    batches = Batch.objects.filter(notice=notice).exclude(why=Batch.Why.CALL).annotate(lost=lost)
    yield from _stretches(notice, batches.filter(lost__gt=F("climbed")), Batch.Why.FAILED, None)


def _unconfirmed(notice: Notice, confirm_within: timedelta, now: datetime) -> Iterator[Stretch]:
    due = Batch.objects.filter(notice=notice, confirm_by__lte=now).annotate(lost=F("asked"))
    yield from _stretches(notice, due, Batch.Why.UNCONFIRMED, now - confirm_within + SLACK)


def _stretches(
    notice: Notice, batches: QuerySet[Batch], why: Batch.Why, reached_before: datetime | None
) -> Iterator[Stretch]:
    """Batches that lie together, as many as fill one transaction."""
    group: list[Batch] = []
    for batch in [*batches.order_by("first_id", "pk"), None]:
        if batch is not None:
            group.append(batch)
        if group and (batch is None or sum(getattr(one, "lost", 0) for one in group) >= AT_A_TIME):
            yield Stretch(
                notice,
                batches=tuple(one.pk for one in group),
                first_id=min(one.first_id for one in group) & ~LAST_SLOT,
                last_id=max(one.last_id for one in group) | LAST_SLOT,
                why=why,
                reached_before=reached_before,
            )
            group = []


@transaction.atomic
def _deal_with(ladder: Ladder, stretch: Stretch, now: datetime, *, lists: bool) -> None:
    """Try the customers of a stretch on their next way, list those who have none left, and remember it."""
    notice = Notice.objects.select_for_update(no_key=True).get(pk=stretch.notice.pk)
    if notice.superseded_by_id is not None:
        return
    batches = Batch.objects.filter(pk__in=stretch.batches)
    if stretch.why == Batch.Why.FAILED:  # Before the rows are read: what is lost from here on is for the next look.
        batches.update(climbed=F("failed") + F("bounced") + F("suppressed") + F("expired"))
    else:
        batches.update(confirm_by=None)
    tried = climb(stretch, at=now)
    listed = list_exhausted(stretch, at=now) if lists else 0
    ladder.renew(until=now + LEASE)
    Ladder.objects.filter(pk=ladder.pk).update(tried=F("tried") + tried, listed=F("listed") + listed)


def _ask(notice: Notice, confirm_within: timedelta, now: datetime) -> None:
    """Note by when customers whose message has arrived should have confirmed.

    Not while a worker is at it: then all of a batch has arrived when its time begins to run.
    """
    arrived = F("accepted") + F("delivered") + F("in_doubt")
    asking = Batch.objects.filter(notice=notice, confirm_by__isnull=True).exclude(why=Batch.Why.CALL)
    asking.annotate(arrived=arrived).exclude(leased_until__gt=now).filter(arrived__gt=F("asked")).update(
        asked=arrived, confirm_by=now + confirm_within
    )


@transaction.atomic
def _list_unreachable(ladder: Ladder, notice: Notice, now: datetime) -> None:
    """Once, when all deliveries are written: those for whom there was no contact point to begin with."""
    if ladder.has_listed_unreachable or notice.written_at is None:
        return
    source = "SELECT customer_id, %s AS reason FROM reach_unreached WHERE notice_id = %s"
    listed = list_calls(notice, source, [Call.Reason.UNREACHABLE.value, notice.pk], at=now)
    Ladder.objects.filter(pk=ladder.pk).update(listed=F("listed") + listed, has_listed_unreachable=True)
