"""The bulk road: batch after batch flows through the lines of a channel's providers until nothing is due.

One thread turns the event loop of the lines: it composes, writes the journals and talks to the far ends. The thread
that called talks to the database: it claims the next batch for a provider that runs low, writes results in groups,
renews leases and takes the moments of shared limits. So neither waits for the other.

Several providers share the work by weight: whoever runs low and has carried least for its weight gets the next
batch. One that is slow or broken runs low less often, or not at all, and the others go on.
"""

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Sequence

from daylight.core.due import LeaseLost
from daylight.core.loops import log
from daylight.reach import pacing
from daylight.reach.at_work import AtWork
from daylight.reach.carrying import Outcome, ticks
from daylight.reach.feeding import OutletFeed
from daylight.reach.line_loop import LineLoop
from daylight.reach.providers import Outlet

FLUSH_AT, FLUSH_EVERY = 500, 0.5
"""Results, and seconds: whichever comes first."""

TURN_EVERY = 0.05
"""Seconds between two turns of the thread that talks to the database, when nothing calls for one: the moments of a
limit must be taken before those at hand run out."""

RENEW_EVERY = 5.0
LOOK_EVERY = 0.1
"""Seconds between two looks for a batch while none was due."""

LOW = 1_000
"""A provider with fewer messages in line gets another batch."""

PATIENCE = 2.0
"""Seconds after which a provider that still has enough in line no longer holds the others to their share."""

LONGEST_PASS = 45.0
"""Seconds after which a pass ends in good order, so that the loop shows a sign of life."""

Claim = Callable[[Outlet], AtWork | None]


class Stream:
    """One pass over whatever is due on one channel.

    `claim` gives the next batch for a provider or None; `expects_more` says whether batches are still being written.
    """

    def __init__(
        self,
        lines: LineLoop,
        outlets: Sequence[Outlet],
        *,
        resend: bool,
        claim: Claim,
        expects_more: Callable[[], bool],
    ) -> None:
        self._lines = lines
        self._claim, self._expects_more = claim, expects_more
        self._events: deque[tuple[AtWork, Outcome | int]] = deque()
        self._news = threading.Event()
        self._feeds = [OutletFeed(outlet, resend=resend, report=self._report) for outlet in outlets]
        self._carried = dict.fromkeys(range(len(self._feeds)), 0)
        self._fed_at = dict.fromkeys(range(len(self._feeds)), ticks())
        self._at_work: dict[AtWork, OutletFeed] = {}
        self._look_at = self._written_at = self._renewed_at = 0.0
        self._began = ticks()
        self.handled = 0

    def run(self) -> int:
        """Carry until nothing is due, and return how many batches were carried.

        Whatever the database raises ends the pass: the journals stay for whoever takes over.
        """
        self._lines.start(self._feeds)
        try:
            while self._turn():
                self._news.wait(TURN_EVERY)
                self._news.clear()
        finally:
            try:
                self._lines.close()
            finally:
                for at_work in self._at_work:
                    at_work.abandon()
        if self._lines.bug is not None:
            raise self._lines.bug
        return self.handled

    @property
    def unavailable(self) -> str:
        """Why no provider takes anything just now, if that is so."""
        reasons = [feed.unavailable for feed in self._feeds]
        return reasons[0] if all(reasons) else ""

    def _turn(self) -> bool:
        """One round of the thread that talks to the database; whether there is another."""
        self._fetch()
        self._take_moments()
        now = ticks()
        if now - self._written_at > FLUSH_EVERY or len(self._events) >= min(FLUSH_AT, self._outstanding()):
            self._write_out()
        if now - self._renewed_at > RENEW_EVERY:
            self._renew()
        if now - self._began > LONGEST_PASS:
            self._lines.stop_all()
        self._settle()
        return self._lines.bug is None and (bool(self._at_work) or self._waits_for_more())

    def _report(self, at_work: AtWork, event: Outcome | int) -> None:
        """From the loop of the lines: what became of one delivery, or how many are not carried in this pass."""
        self._events.append((at_work, event))
        if len(self._events) >= min(FLUSH_AT, at_work.left):
            self._news.set()

    def _outstanding(self) -> int:
        return sum(at_work.left for at_work in self._at_work)

    def _waits_for_more(self) -> bool:
        is_on = ticks() - self._began < LONGEST_PASS and not all(feed.is_ended for feed in self._feeds)
        return is_on and self._expects_more()

    def _fetch(self) -> None:
        while ticks() >= self._look_at and ticks() - self._began < LONGEST_PASS:
            number = self._neediest()
            if number is None:
                return
            feed = self._feeds[number]
            at_work = self._claim(feed.outlet)
            if at_work is None:
                self._look_at = ticks() + LOOK_EVERY
                return
            self.handled += 1
            self._carried[number] += at_work.left
            self._fed_at[number] = ticks()
            self._at_work[at_work] = feed
            self._lines.add(feed, at_work)

    def _neediest(self) -> int | None:
        """The provider that gets the next batch, if any: it runs low, and has carried least for its weight."""
        now = ticks()
        alive = [number for number, feed in enumerate(self._feeds) if not feed.is_ended]
        for number in sorted(
            alive, key=lambda number: self._carried[number] / (self._feeds[number].outlet.weight or 1)
        ):
            if self._feeds[number].size < LOW:
                return number
            if now - self._fed_at[number] < PATIENCE:  # It has its share and is quick: the others keep to theirs.
                return None
        return None

    def _take_moments(self) -> None:
        """Take the next moments of limits that run out, where something waits for them."""
        for feed in self._feeds:
            provider = feed.outlet.provider
            limits = {"": feed.pace} if feed.pace else {}
            for domain, moments in {**limits, **feed.domains}.items():
                if feed.size and moments.wants_more:
                    now = next(iter(self._at_work)).at
                    stretch = pacing.take(provider, domain, per_second=moments.per_second, now=now)
                    if stretch is not None:
                        self._lines.call(feed.give_moments, moments, stretch)

    def _write_out(self) -> None:
        self._written_at = ticks()
        groups: dict[AtWork, list[Outcome]] = defaultdict(list)
        for _ in range(len(self._events)):
            at_work, event = self._events.popleft()
            if isinstance(event, int):
                at_work.left -= event
            else:
                groups[at_work].append(event)
        for at_work, outcomes in groups.items():
            self._write(at_work, outcomes)

    def _write(self, at_work: AtWork, outcomes: list[Outcome]) -> None:
        feed = self._at_work.get(at_work)
        if feed is None:
            return  # Its lease was lost: whoever has it now reads the journal.
        try:
            goes_on = at_work.write(outcomes)
        except LeaseLost:
            log.warning("Lease lost on batch %s; another worker goes on with it.", at_work.batch.pk)
            self._lines.call(feed.drop, at_work)
            at_work.abandon()
            del self._at_work[at_work]
            return
        if outcomes:
            self._lines.call(feed.written, len(outcomes))
        if not goes_on:
            self._lines.call(feed.drop, at_work)

    def _renew(self) -> None:
        self._renewed_at = ticks()
        for at_work in list(self._at_work):
            self._write(at_work, [])

    def _settle(self) -> None:
        """End the batches of which nothing is left, and let go of those whose lines are gone."""
        for at_work, feed in list(self._at_work.items()):
            if not at_work.left:
                at_work.end(broken=feed.broken, unavailable=feed.unavailable, is_silent=feed.is_silent)
                del self._at_work[at_work]
            elif feed.is_over and not self._events:
                log.error("The lines of %s ended and %d messages are missing.", feed.outlet.name, at_work.left)
                del self._at_work[at_work]
                at_work.abandon()
