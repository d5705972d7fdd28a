"""A batch in the hands of a worker: from the journal's first line to the ledger's last, whichever road carries it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.template.loader import render_to_string

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core.due import LeaseLost
from daylight.core.loops import log
from daylight.customers.models import ContactPoint
from daylight.reach import alarms, endpoints, finishing, ledger, providers, suppressing
from daylight.reach.carrying import Item, Outcome, ticks
from daylight.reach.channels.base import AddressRejected, MessageRejected, TryLater
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.items import Composers, items_of
from daylight.reach.journal import Journal
from daylight.reach.models import Batch, Notice, ProviderReference, Suppression, WebhookEndpoint
from daylight.reach.moves import State
from daylight.reach.providers import Outlet

LEASE = timedelta(seconds=60)
PROBE_EVERY = timedelta(seconds=30)
"""How often a paused provider is tried."""


class AtWork:
    """One batch while one worker carries it by one provider. Whatever finds the lease lost raises LeaseLost."""

    def __init__(self, batch: Batch, outlet: Outlet, now: datetime, *, composers: Composers) -> None:
        self.batch = batch
        self.outlet = outlet
        self._began, self._now = ticks(), now
        self._channel = CHANNELS[batch.channel]
        self._accepted = self._stays = 0
        self._rejected: list[str] = []
        self._after: list[timedelta] = []
        self._checked = self._began
        self._goes_on = True
        self.is_exercise = batch.notice.incident.is_exercise
        self.items: Sequence[Item] = items_of(batch, composers, now=now)
        self.left = len(self.items)
        self.journal = Journal(batch.pk, deliveries=self.left)
        try:
            self._sign()
        except BaseException:
            self.journal.close()
            raise
        self.lease_ends = self._began + LEASE.total_seconds()

    @property
    def at(self) -> datetime:
        """The present, reckoned from the time this worker was given."""
        return self._now + timedelta(seconds=ticks() - self._began)

    def _sign(self) -> None:
        mine = Batch.objects.filter(pk=self.batch.pk, lease=self.batch.lease)
        if not mine.update(journal=self.journal.name):
            raise LeaseLost(f"batch {self.batch.pk}")

    def write(self, outcomes: Sequence[Outcome]) -> bool:
        """Write a group of outcomes and renew the lease; whether to go on."""
        at, ends = self.at, ticks() + LEASE.total_seconds()
        self.journal.flush()
        with transaction.atomic():
            self.batch.renew(until=at + LEASE)
            if outcomes:
                ledger.write(self.batch, outcomes, before=State.QUEUED, at=at, provider=self.outlet.provider)
                self._keep_references(outcomes)
        self.lease_ends = ends
        self.left -= len(outcomes)
        self._note(outcomes)
        self._act(outcomes, at)
        return self._goes_on and self._is_wanted()

    def end(self, *, broken: str = "", unavailable: str = "", is_silent: bool = False) -> None:
        """Nothing more is carried in this pass: finish the batch or put it off, and let go of the journal.

        A provider that is silent can be reached, and so would seem mended: only a member takes it up again.
        """
        at = self.at
        if self._accepted:
            providers.record_accepted(self._channel.name, at=at, provider=self.outlet.provider)
        if self._rejected and not self._accepted:
            self._stop_notice(at)
        if broken:
            alarms.report_broken(self._channel, problem=broken, at=at, outlet=self.outlet, is_held=is_silent)
            self._put_off_broken(broken, at)
        elif not ledger.queued(self.batch).exists():
            finishing.finish(self.batch, at)
        elif self._stays or unavailable:
            waits = self._channel.waits
            usual = waits[min(self.batch.attempts, len(waits)) - 1]
            asked = max(min(self._after, default=usual), waits[0])  # "At once" from a far end is no hammer for us.
            until = min(at + asked, max(self.batch.expires_at, at))
            self.batch.put_off(until=until, problem=unavailable, journal="")
        else:  # Stopped on the way: by a newer update, a refused text, or to let others have their turn.
            self.batch.put_off(until=at, journal="")
        self.journal.remove()

    def abandon(self) -> None:
        """Let go without a word in the ledger: whoever takes over reads the journal."""
        try:
            self.journal.close()
        except OSError as problem:  # It is let go all the same: held for ever, nobody could take over.
            log.warning("Batch %s: its journal lacks the last answers (%s).", self.batch.pk, problem)

    def _put_off_broken(self, broken: str, at: datetime) -> None:
        others = providers.in_use(providers.outlets(self._channel.name))
        self.batch.put_off(until=at if others else at + PROBE_EVERY, problem=broken, journal="")

    def _keep_references(self, outcomes: Iterable[Outcome]) -> None:
        """Where a provider has a name of its own for a message, keep it: its receipts will bear that name."""
        named = [
            ProviderReference(
                provider_id=self.outlet.provider,
                reference=outcome.reference[:200],
                delivery_id=outcome.item.delivery,
            )
            for outcome in outcomes
            if outcome.reference and outcome.item.key not in outcome.reference
        ]
        if named:
            ProviderReference.objects.bulk_create(named, ignore_conflicts=True)

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

    def _act(self, outcomes: Sequence[Outcome], at: datetime) -> None:
        """What a group of outcomes asks for beyond the ledger."""
        refused = {outcome.item.contact_point: outcome for outcome in outcomes if outcome.failure is AddressRejected}
        if refused:
            for key, point in ContactPoint.objects.in_bulk(refused).items():
                suppressing.suppress(point, reason=Suppression.Reason.REJECTED, at=at, details=refused[key].answer)
        if self._channel.needs_secret:
            self._judge_endpoints(outcomes, at)
        if self._is_refused_text():
            self._stop_notice(at)

    def _judge_endpoints(self, outcomes: Sequence[Outcome], at: datetime) -> None:
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
        notice = self.batch.notice
        if self.batch.channel not in notice.stopped:
            notice.stopped[self.batch.channel] = self._rejected[-1]
            Notice.objects.filter(pk=notice.pk).update(stopped=notice.stopped)
        author = notice.update.sent_off_by or notice.update.written_by
        members = [author] if author else Member.objects.able_to(Act.PUBLISH_UPDATE)
        context = {"label": self._channel.label, "problem": self._rejected[-1], "update": notice.update}
        alarms.alarm(
            members,
            key=f"text-refused:{notice.pk}:{self.batch.channel}",
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
        return not Notice.objects.filter(pk=self.batch.notice_id, superseded_by__isnull=False).exists()
