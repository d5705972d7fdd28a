"""Sends what is queued: a worker leases a batch, carries it, and writes down what became of each delivery.

The ledger is right after any death: see `journal.py`. What nobody can know (begun and never answered) is *in doubt*:
where the far end knows a message by its key it is sent again, else it waits for a person, who may send it again with
the same Message-ID.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from daylight.core.due import PROBLEM_LENGTH, DueQuerySet, work_through
from daylight.core.loops import Step, log
from daylight.reach import finishing, holding, ledger, providers, taking_over
from daylight.reach.at_work import LEASE, PROBE_EVERY, AtWork
from daylight.reach.audience import usable
from daylight.reach.carrying import Outcome, ticks
from daylight.reach.channels.base import Channel, ChannelBroken, TryLater
from daylight.reach.channels.lines import Line, LineChannel
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.items import Composers
from daylight.reach.ledger import Result
from daylight.reach.line_loop import LineLoop
from daylight.reach.models import Batch, Delivery, Notice
from daylight.reach.moves import State
from daylight.reach.providers import Outlet
from daylight.reach.session_line import SessionLine
from daylight.reach.streaming import Stream

SUPERSEDED = "a newer update took its place"

CONNECTIONS = 16
"""At most so many lines from one worker to a provider with a bulk road, when its settings name no number."""

_NEVER = datetime.min.replace(tzinfo=UTC)
_probed_at: dict[int, datetime] = {}


def step(now: datetime, *, channel: str) -> Step:
    """Send what is due on a channel, by all its providers that are in use."""
    taking_over.recover(now)
    if not Batch.objects.filter(channel=channel).due(now).exists():
        return Step(handled=0)
    found = providers.outlets(channel)
    for outlet in found:
        if outlet.paused_at and not outlet.is_held and _is_mended(CHANNELS[channel], outlet, now):
            found = providers.outlets(channel)
    outlets = providers.in_use(found)
    if not outlets:
        return Step(handled=0)
    return Step(handled=_stream(CHANNELS[channel], outlets, now))


def oldest_due(now: datetime, *, channel: str) -> datetime | None:
    """When the batch that waits longest was due."""
    return Batch.objects.filter(channel=channel).oldest_due_at()


def _batches(channel: str) -> DueQuerySet[Batch]:
    return Batch.objects.filter(channel=channel).select_related("notice__update__incident", "notice__update__corrects")


def _line(channel: Channel, outlet: Outlet) -> Line:
    own = channel.line(outlet.settings) if isinstance(channel, LineChannel) else None
    return own or SessionLine(channel, outlet.settings)


def _with_connections(channel: Channel, outlet: Outlet) -> Outlet:
    usual = channel.connections if isinstance(_line(channel, outlet), SessionLine) else CONNECTIONS
    return replace(outlet, connections=outlet.connections or usual)


def _stream(channel: Channel, outlets: Sequence[Outlet], now: datetime) -> int:
    began = ticks()
    kept: dict[int, Composers] = {}

    def claim(outlet: Outlet) -> AtWork | None:
        return _claim(channel, outlet, now + timedelta(seconds=ticks() - began), kept)

    stream = Stream(
        LineLoop(partial(_line, channel)),
        [_with_connections(channel, outlet) for outlet in outlets],
        resend=channel.resend_when_in_doubt,
        claim=claim,
        expects_more=lambda: bool(Notice.objects.waiting().exists()),
    )
    handled = stream.run()
    if stream.unavailable:  # Nobody takes anything: the other batches wait as well, and no far end is hammered.
        waiting = Batch.objects.filter(channel=channel.name).due(now)
        waiting.update(due_at=now + channel.waits[0], problem=stream.unavailable[:PROBLEM_LENGTH])
    return handled


def _claim(channel: Channel, outlet: Outlet, now: datetime, kept: dict[int, Composers]) -> AtWork | None:
    """The next batch with something to carry for a stream; those that need no line are done on the way.

    `kept` are the composers of the notice that the batch before it was of.
    """
    while True:
        taken: list[AtWork] = []
        step = work_through(
            _batches(channel.name), now, partial(_take, outlet=outlet, taken=taken, kept=kept), lease=LEASE, limit=1
        )
        if taken or not step.handled:
            return next(iter(taken), None)


def _take(batch: Batch, now: datetime, *, outlet: Outlet, taken: list[AtWork], kept: dict[int, Composers]) -> None:
    if not _is_to_be_carried(batch, now):
        return
    if batch.notice_id not in kept:
        kept.clear()
        kept[batch.notice_id] = Composers(batch.notice, CHANNELS[batch.channel])
    at_work = AtWork(batch, outlet, now, composers=kept[batch.notice_id])
    if at_work.left and not at_work.is_exercise:
        taken.append(at_work)
        return
    try:
        if at_work.is_exercise:
            _seal(at_work)
        else:
            at_work.end()
    except BaseException:
        at_work.abandon()
        raise


def _is_to_be_carried(batch: Batch, now: datetime) -> bool:
    """Whether anything of this batch may go out now; otherwise it is put off or finished."""
    if batch.journal and not taking_over.take_over(batch, lease=LEASE, now=now):
        return False
    notice = batch.notice
    if notice.superseded_by_id is not None:
        ledger.move_all(batch, before=State.QUEUED, after=State.SUPERSEDED, at=now, answer=SUPERSEDED)
    elif batch.channel in notice.stopped:
        reason = notice.stopped[batch.channel]
        ledger.move_all(batch, before=State.QUEUED, after=State.FAILED, at=now, answer=reason)
    elif batch.expires_at <= now:
        answer = f"not accepted by {batch.expires_at:%Y-%m-%d %H:%M} UTC"
        ledger.move_all(batch, before=State.QUEUED, after=State.EXPIRED, at=now, answer=answer)
    else:
        _spare_unwilling(batch, now)
        holding.spare_confirmed(batch, now=now)
        holding.hold_back(batch, CHANNELS[batch.channel], now=now)
        return True
    finishing.finish(batch, now)
    return False


def _seal(at_work: AtWork) -> None:
    """An exercise walks the whole road and stops before the door: everything is composed, nothing is sent."""
    outcomes = []
    for item in at_work.items:
        try:
            item.compose(to=item.reader(), key=item.key)
            outcomes.append(Outcome(item, State.SEALED, "exercise: composed and not sent"))
        except Exception as bug:  # As when it is sent: a bug in one message is put off with its key.
            log.exception("Delivery %s cannot be composed.", item.delivery)
            outcomes.append(Outcome(item, State.QUEUED, f"{type(bug).__name__}: {bug}", failure=TryLater))
    at_work.write(outcomes)
    at_work.end()


def _spare_unwilling(batch: Batch, now: datetime) -> None:
    """Contact points that must not be written to any more, since the deliveries were written."""
    unwanted = ledger.queued(batch).filter(~Exists(usable().filter(pk=OuterRef("contact_point"))))
    customers = dict(unwanted.values_list("pk", "customer"))
    if customers:
        results = [Result(key, State.SUPPRESSED, "no longer wanted") for key in customers]
        with transaction.atomic():
            ledger.hold(batch, with_notice=True)
            ledger.write(batch, results, before=State.QUEUED, at=now)
            _count_unreachable(batch, set(customers.values()))


def _count_unreachable(batch: Batch, customers: set[int]) -> None:
    """Whoever has no other delivery of this notice can be reached no more."""
    others = Delivery.objects.of_customers(batch.notice_id, customers).exclude(state=State.SUPPRESSED)
    left = customers - set(others.values_list("customer", flat=True))
    Notice.objects.filter(pk=batch.notice_id).update(unreachable=F("unreachable") + len(left))


def _is_mended(channel: Channel, outlet: Outlet, now: datetime) -> bool:
    """Try a paused provider now and then; it goes on by itself once it can be opened."""
    if now - max(outlet.paused_at or now, _probed_at.get(outlet.provider, _NEVER)) < PROBE_EVERY:
        return False
    _probed_at[outlet.provider] = now
    try:
        channel.open(outlet.settings).close()
    except (ChannelBroken, TryLater) as problem:
        log.info("%s is still broken: %s", outlet.name, problem)
        return False
    providers.resume(channel.name, provider=outlet.provider)
    Batch.objects.filter(channel=channel.name, due_at__gt=now, journal="").exclude(problem="").update(due_at=now)
    return True


@transaction.atomic
def send_again(deliveries: Iterable[int], *, at: datetime) -> int:
    """Put deliveries in doubt (or expired) back in line; they go with the Message-ID they had. How many did."""
    moved = ledger.move(deliveries, to=State.QUEUED, at=at, answer="sent again by a member")
    batches = Delivery.objects.filter(pk__in=moved).values("batch")
    Batch.objects.filter(pk__in=batches).update(due_at=at, expires_at=at + timedelta(hours=24))
    Notice.objects.filter(batches__in=batches).update(finished_at=None)
    return len(moved)
