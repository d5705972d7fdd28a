"""Sends what is queued: a worker leases a batch, carries it, and writes down what became of each delivery.

The ledger is right after any death: see `journal.py`. What nobody can know (begun and never answered) is *in doubt*:
where the far end knows a message by its key it is sent again, else it waits for a person, who may send it again with
the same Message-ID.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core.due import LeaseLost, work_through
from daylight.core.loops import Step, log
from daylight.customers.models import ContactPoint
from daylight.reach import alarms, endpoints, ledger, providers, suppressing, taking_over
from daylight.reach.audience import usable
from daylight.reach.carrying import Outcome, Pass, ticks
from daylight.reach.channels.base import (
    AddressRejected,
    Channel,
    ChannelBroken,
    MessageRejected,
    TryLater,
)
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.items import items_of
from daylight.reach.journal import Journal
from daylight.reach.ledger import Result
from daylight.reach.models import Batch, Delivery, Notice, Suppression, WebhookEndpoint
from daylight.reach.moves import State
from daylight.reach.sessions import Sessions

LEASE = timedelta(seconds=60)
PROBE_EVERY = timedelta(seconds=30)
"""How often a paused channel is tried."""

SUPERSEDED = "a newer update took its place"

_sessions = Sessions()
_probed_at: dict[str, datetime] = {}


def step(now: datetime, *, channel: str) -> Step:
    """Send one batch of a channel."""
    taking_over.recover(now)
    if providers.is_paused(channel) and not _mended(CHANNELS[channel], now):
        return Step(handled=0)
    _sessions.use(channel, providers.settings_for(channel))
    batches = Batch.objects.filter(channel=channel).select_related(
        "notice__update__incident", "notice__update__corrects"
    )
    return work_through(batches, now, _send, lease=LEASE, limit=1)


def oldest_due(now: datetime, *, channel: str) -> datetime | None:
    """When the batch that waits longest was due."""
    return Batch.objects.filter(channel=channel).oldest_due_at()


def _send(batch: Batch, now: datetime) -> None:
    if batch.journal and not taking_over.take_over(batch, lease=LEASE, now=now):
        return
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
        Carrying(batch, now).run()
        return
    _finish(batch, now)


@transaction.atomic
def _finish(batch: Batch, now: datetime) -> None:
    """Nothing of the batch waits, unless somebody put a delivery back in line just now; nor perhaps of the notice."""
    ledger.hold(batch, with_notice=True)
    if ledger.queued(batch).exists():
        batch.put_off(until=now, journal="")
        return
    batch.finish(journal="")
    waiting = Batch.objects.filter(notice=batch.notice_id, due_at__isnull=False)
    if not waiting.exists():
        Notice.objects.filter(pk=batch.notice_id, written_at__isnull=False).update(finished_at=now)


def _spare_unwilling(batch: Batch, now: datetime) -> None:
    """Contact points that must not be written to any more, since the deliveries were written."""
    waiting = ledger.queued(batch)
    willing = usable().filter(pk__in=waiting.values("contact_point"))
    unwanted = waiting.exclude(contact_point__in=willing)
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


class Carrying:
    """One pass of one worker over one batch, from the journal's first line to the ledger's last."""

    def __init__(self, batch: Batch, now: datetime) -> None:
        self._batch = batch
        self._began, self._now = ticks(), now
        self._channel = CHANNELS[batch.channel]
        self._accepted = self._stays = 0
        self._rejected: list[str] = []
        self._after: list[timedelta] = []
        self._checked = self._began
        self._goes_on = True

    def run(self) -> None:
        """Carry what is queued, then finish the batch or put it off."""
        items = items_of(self._batch, self._channel, now=self._now)
        book = Journal(self._batch.pk)
        try:
            self._hold(book)
            journey = Pass(
                items,
                channel=self._channel,
                sessions=_sessions,
                journal=book,
                is_exercise=self._batch.notice.incident.is_exercise,
                lease_seconds=LEASE.total_seconds(),
            )
            journey.run(self._write)
            self._end(journey)
        except BaseException:
            book.close()
            raise
        book.remove()

    @property
    def _at(self) -> datetime:
        return self._now + timedelta(seconds=ticks() - self._began)

    def _hold(self, book: Journal) -> None:
        mine = Batch.objects.filter(pk=self._batch.pk, lease=self._batch.lease)
        if not mine.update(journal=book.name):
            raise LeaseLost(f"batch {self._batch.pk}")

    def _write(self, outcomes: list[Outcome]) -> bool:
        """Write a group of outcomes; whether to go on."""
        at = self._at
        with transaction.atomic():
            results = [Result(outcome.item.delivery, outcome.state, outcome.answer) for outcome in outcomes]
            if results:
                ledger.write(self._batch, results, before=State.QUEUED, at=at)
            self._batch.renew(until=at + LEASE)
        self._note(outcomes)
        self._act(outcomes, at)
        return self._goes_on and self._is_wanted()

    def _note(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.state is State.ACCEPTED:
                self._accepted += 1
            elif outcome.failure is MessageRejected:
                self._rejected.append(outcome.answer)
            elif outcome.state is State.QUEUED:
                self._stays += 1
                if outcome.after is not None:
                    self._after.append(outcome.after)

    def _act(self, outcomes: list[Outcome], at: datetime) -> None:
        """What a group of outcomes asks for beyond the ledger."""
        refused = {outcome.item.contact_point: outcome for outcome in outcomes if outcome.failure is AddressRejected}
        for key, point in ContactPoint.objects.in_bulk(refused).items():
            suppressing.suppress(point, reason=Suppression.Reason.REJECTED, at=at, details=refused[key].answer)
        if self._channel.needs_secret:
            self._judge_endpoints(outcomes, at)
        if self._is_refused_text():
            self._stop_notice(at)

    def _judge_endpoints(self, outcomes: list[Outcome], at: datetime) -> None:
        endpoints.record_success(
            [outcome.item.contact_point for outcome in outcomes if outcome.state is State.ACCEPTED], at=at
        )
        for outcome in outcomes:
            if outcome.failure is TryLater:
                point = outcome.item.contact_point
                if endpoints.record_failure(point, problem=outcome.answer, at=at):
                    alarms.report_quarantined(WebhookEndpoint.objects.get(contact_point=point), at=at)

    def _is_refused_text(self) -> bool:
        """Whether it is the text that is refused: by several, and by more than the odd one."""
        return len(self._rejected) >= 3 and len(self._rejected) * 20 > self._accepted

    def _stop_notice(self, at: datetime) -> None:
        """The provider refuses these words: send no more of them, and tell the author."""
        self._goes_on = False
        notice = self._batch.notice
        if self._batch.channel not in notice.stopped:
            notice.stopped[self._batch.channel] = self._rejected[-1]
            Notice.objects.filter(pk=notice.pk).update(stopped=notice.stopped)
        author = notice.update.sent_off_by or notice.update.written_by
        members = [author] if author else Member.objects.able_to(Act.PUBLISH_UPDATE)
        context = {"label": self._channel.label, "problem": self._rejected[-1], "update": notice.update}
        alarms.alarm(
            members,
            key=f"text-refused:{notice.pk}:{self._batch.channel}",
            subject=f"{self._channel.label}: the provider refuses the words of an update",
            text=render_to_string("reach/alarms/text_refused.txt", context),
            at=at,
            incident=notice.incident,
        )

    def _is_wanted(self) -> bool:
        """Looked at once a second: whether a newer update has taken over."""
        if ticks() - self._checked < 1:
            return True
        self._checked = ticks()
        return not Notice.objects.filter(pk=self._batch.notice_id, superseded_by__isnull=False).exists()

    def _end(self, journey: Pass) -> None:
        at = self._at
        if self._accepted:
            providers.record_accepted(self._channel.name, at=at)
        if self._rejected and not self._accepted:
            self._stop_notice(at)
        if journey.broken:
            alarms.report_broken(self._channel, problem=journey.broken, at=at)
            self._batch.put_off(until=at + PROBE_EVERY, problem=journey.broken, journal="")
        elif not ledger.queued(self._batch).exists():
            _finish(self._batch, at)
        elif self._stays or journey.unavailable:
            waits = self._channel.waits
            usual = waits[min(self._batch.attempts, len(waits)) - 1]
            asked = max(min(self._after, default=usual), waits[0])  # "At once" from a far end is no hammer for us.
            until = min(at + asked, max(self._batch.expires_at, at))
            self._batch.put_off(until=until, problem=journey.unavailable, journal="")
        else:  # Stopped on the way: by a newer update, a refused text, or to let others have their turn.
            self._batch.put_off(until=at, journal="")


def _mended(channel: Channel, now: datetime) -> bool:
    """Try a paused channel now and then; it goes on by itself once it can be opened."""
    if now - _probed_at.get(channel.name, datetime.min.replace(tzinfo=now.tzinfo)) < PROBE_EVERY:
        return False
    _probed_at[channel.name] = now
    try:
        channel.open(providers.settings_for(channel.name)).close()
    except (ChannelBroken, TryLater) as problem:
        log.info("%s is still broken: %s", channel.label, problem)
        return False
    providers.resume(channel.name)
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
