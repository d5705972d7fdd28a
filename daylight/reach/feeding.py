"""Feeds the lines of one provider: the messages come from several batches, the results go back to each.

Everything here runs on the loop of the lines but for what says otherwise. Composing happens when a line takes a
message, so that memory stays flat. Nothing here touches the database.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from daylight.core import going_first
from daylight.core.loops import log
from daylight.reach.at_work import AtWork
from daylight.reach.carrying import Item, Outcome, ticks
from daylight.reach.channels.base import Accepted, AddressRejected, ChannelBroken, MessageRejected, TryLater, Unanswered
from daylight.reach.channels.lines import Parcel
from daylight.reach.journal import Journal
from daylight.reach.moves import State
from daylight.reach.pacing import Moments, Stretch
from daylight.reach.providers import Outlet

WINDOW = 1_200
"""At most so many deliveries are with the lines or answered, and not yet in the ledger."""

PATIENCE = 50
"""After so many refusals in a row it is taken that this provider takes nothing just now."""

LEAST_PAUSE = 0.01
"""Seconds between two looks while a limit stands in the way."""

WORTH_WAKING = 8
"""At a limit one line is woken for so many messages that may go: on one line they ride with each other, on several
each costs a round of its own. Where the lines are slow, what is left over wakes more of them at the next look."""

HANDFUL, GIVE_WAY = 20, 0.02
"""While others go first, so many messages go, and then none for so many seconds: still some hundreds a second."""

SILENCES = 5
"""After so many messages in a row without any answer the provider is taken for broken."""

Work = tuple[AtWork, Item]
FAILURES: Sequence[type[Exception]] = (TryLater, AddressRejected, MessageRejected, ChannelBroken, Unanswered)
STATES: Mapping[type[Exception], State] = {AddressRejected: State.FAILED, MessageRejected: State.FAILED}


class OutletFeed:
    """The `Feed` of one provider's lines. `resend` says that its far end knows a message by its key."""

    def __init__(self, outlet: Outlet, *, resend: bool, report: Callable[[AtWork, Outcome | int], None]) -> None:
        self.outlet = outlet
        self.waiting: deque[Work] = deque()
        self.pace = Moments(outlet.per_second) if outlet.per_second else None
        self.domains = {name.lower(): Moments(rate) for name, rate in outlet.per_domain.items() if rate > 0}
        self.broken = ""
        self.unavailable = ""
        self.is_ended = self.is_over = self.is_silent = False
        self.unwritten = 0
        self._held: dict[str, deque[Work]] = {name: deque() for name in self.domains}
        self._resend = resend
        self._report = report
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._journal: Journal | None = None
        self._refused = self._silent = self._in_hand = 0

    @property
    def size(self) -> int:
        """How many wait; may be asked by any thread."""
        return len(self.waiting) + sum(len(held) for held in self._held.values())

    def add(self, at_work: AtWork) -> None:
        """A batch to carry."""
        self.waiting.extend((at_work, item) for item in at_work.items)

    def written(self, count: int) -> None:
        """So many results are in the ledger, so there is room again."""
        self.unwritten -= count
        self.wake()

    def stop(self) -> None:
        """Take nothing more from here on."""
        self.is_ended = True
        self.wake()

    def fail(self, *, broken: str = "", unavailable: str = "") -> None:
        """This provider carries nothing more in this pass, and why."""
        self.broken = self.broken or broken
        self.unavailable = self.unavailable or unavailable
        self.stop()

    def drop(self, at_work: AtWork) -> None:
        """Forget what waits of a batch that is not wanted, or not ours, any more; it is reported as a number."""
        dropped = 0
        for queue in (self.waiting, *self._held.values()):
            kept = [work for work in queue if work[0] is not at_work]
            dropped += len(queue) - len(kept)
            queue.clear()
            queue.extend(kept)
        if dropped:
            self._report(at_work, dropped)

    def drop_all(self) -> None:
        """The lines are gone: forget what waits of every batch."""
        for at_work in {work[0] for queue in (self.waiting, *self._held.values()) for work in queue}:
            self.drop(at_work)
        self.is_over = True

    def give_moments(self, moments: Moments, stretch: Stretch) -> None:
        """More moments of a limit."""
        moments.add(stretch)
        self.wake()

    def take(self) -> Parcel | None:
        """The next message; see `Feed`."""
        while not self.is_ended and self.unwritten < WINDOW and not self._gives_way():
            work = self._next()
            if work is None:
                return None
            self._in_hand += 1
            parcel = self._parcel(work)
            if parcel is not None:
                return parcel
        return None

    def begin(self, parcel: Parcel) -> None:
        """Written down before it goes."""
        at_work, item = parcel.mark
        self._turn_to(at_work.journal)
        at_work.journal.begin(item.delivery)

    def done(self, parcel: Parcel, result: Accepted | Exception) -> None:
        """Written down, and reported to the thread that writes the ledger."""
        at_work, item = parcel.mark
        if isinstance(result, Accepted):
            self._refused = self._silent = 0
            outcome = Outcome(item, State.ACCEPTED, result.answer or result.reference, reference=result.reference)
        else:
            outcome = self._failed(item, result)
        self._turn_to(at_work.journal)
        at_work.journal.answered(item.delivery, outcome.state)
        self._report(at_work, outcome)

    def _turn_to(self, journal: Journal) -> None:
        """Answers wait in one journal at a time: a beginning in another would not take them along."""
        if self._journal is not journal:
            if self._journal is not None:
                self._journal.flush()
            self._journal = journal

    def give_back(self, parcel: Parcel) -> None:
        """Not begun: first in line again."""
        self.unwritten -= 1
        self.waiting.appendleft(parcel.mark)
        self.wake()

    async def more(self) -> bool:
        """Wait until `take` may give something; False when this is the end."""
        while not self.is_ended:
            if self.size and self.unwritten < WINDOW:
                pause = self._pause()
                if not pause:
                    return True
                self._set_timer(pause)
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter
        return False

    def wake(self, most: int | None = None) -> None:
        """Let waiting lines look again: all, or at most so many."""
        while self._waiters and most != 0:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                most = None if most is None else most - 1

    def _set_timer(self, pause: float) -> None:
        """One timer for all lines: at a limit it wakes as many as are worth it, and no crowd."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(pause, self._its_time)

    def _its_time(self) -> None:
        self._timer, self._in_hand = None, 0
        self.wake(1 + self.pace.due() // WORTH_WAKING if self.pace else None)
        if self._waiters and self.size:
            self._set_timer(max(self._pause(), LEAST_PAUSE))

    def _pause(self) -> float:
        """Seconds until a limit lets the next message go; 0 when none stands in the way."""
        if self._gives_way():
            return GIVE_WAY
        if self.pace is not None and (wait := self.pace.wait()) > 0:
            return max(wait, LEAST_PAUSE)
        if self.waiting:
            return 0.0
        waits = [self.domains[name].wait() for name, held in self._held.items() if held]
        return max(min(waits, default=0.0), LEAST_PAUSE) if all(waits) else 0.0

    def _gives_way(self) -> bool:
        """Whether somebody goes first, and has waited for a handful of ours."""
        if not going_first.is_wanted():
            self._in_hand = 0
        return self._in_hand >= HANDFUL

    def _next(self) -> Work | None:
        """What may go now within the limits."""
        if self.pace is not None and (not self.size or not self.pace.use()):
            return None
        for name, held in self._held.items():
            if held and self.domains[name].use():
                return held.popleft()
        while self.waiting:
            work = self.waiting.popleft()
            domain = work[1].reader().address.rpartition("@")[2].lower() if self.domains else ""
            if domain not in self.domains or self.domains[domain].use():
                return work
            self._held[domain].append(work)
        return None

    def _parcel(self, work: Work) -> Parcel | None:
        """The composed message; None when it cannot be composed, or the lease is about to end."""
        at_work, item = work
        if ticks() > at_work.lease_ends - 1:
            self.waiting.appendleft(work)
            self.stop()
            return None
        self.unwritten += 1
        try:
            message = item.compose(to=item.reader(), key=item.key)
        except Exception as bug:  # A bug in one message is put off with its key, and the line goes on.
            log.exception("Delivery %s cannot be composed.", item.delivery)
            self._report(at_work, Outcome(item, State.QUEUED, f"{type(bug).__name__}: {bug}", failure=TryLater))
            return None
        return Parcel(message, item.key, work)

    def _failed(self, item: Item, problem: Exception) -> Outcome:
        kind = next((known for known in FAILURES if isinstance(problem, known)), None)
        if kind is None:
            log.error("Delivery %s met a bug in its line.", item.delivery, exc_info=problem)
            return Outcome(item, State.IN_DOUBT, f"{type(problem).__name__}: {problem}", failure=Unanswered)
        after: timedelta | None = getattr(problem, "after", None)
        state = STATES.get(kind, State.QUEUED)
        if kind is Unanswered:
            self._silent += 1
            kind, state = (TryLater, State.QUEUED) if self._resend else (Unanswered, State.IN_DOUBT)
            if self._silent >= SILENCES:
                self.is_silent = True
                self.fail(broken="It takes messages and does not answer any more.")
        elif kind is TryLater:
            self._refused += 1
            if self._refused >= PATIENCE:
                self.fail(unavailable=str(problem) or "It takes nothing just now.")
        elif kind is ChannelBroken:
            self.fail(broken=str(problem) or "The provider is broken.")
        return Outcome(item, state, str(problem), failure=kind, after=after)
