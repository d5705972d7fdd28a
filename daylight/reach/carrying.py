"""Carries the deliveries of one batch to a channel: several connections at once, results in groups to the ledger.

Sender threads compose, write the journal and talk to the far end; they never touch the database. The thread that
called collects what they report and writes it every 500 results or 200 ms, which also renews the lease. A sender
stops by itself when the lease is about to end, so that a worker that was held up never sends beside its successor.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from daylight.core.loops import log
from daylight.reach.channels.base import (
    AddressRejected,
    Channel,
    ChannelBroken,
    Composer,
    Message,
    MessageRejected,
    Reader,
    Session,
    TryLater,
    Unanswered,
)
from daylight.reach.journal import Journal
from daylight.reach.moves import State
from daylight.reach.sessions import Sessions

FLUSH_AT = 500
FLUSH_EVERY = 0.2
"""Seconds."""

IDLE_EVERY = 2.0
"""Seconds between two looks at the lease while no result comes."""

WINDOW = 800
"""At most so many deliveries are with the senders or answered, and not yet in the ledger."""

LONGEST_PASS = 45.0
"""Seconds after which a pass ends in good order and other batches have their turn."""

PATIENCE = 20
"""After so many refusals in a row a sender takes it that nothing is taken just now."""


@dataclass(frozen=True)
class Item:
    """One delivery to be carried: its id, its reader, its key, and how to compose it."""

    delivery: int
    contact_point: int
    key: str
    reader: Callable[[], Reader]
    compose: Composer


@dataclass(frozen=True)
class Outcome:
    """What became of one delivery; `failure` is the channel's own word for it, `after` the pause it asked for."""

    item: Item
    state: State
    answer: str = ""
    failure: type[Exception] | None = None
    after: timedelta | None = None


class Pass:
    """One pass over the items of a batch. Call `run`; then `broken` says whether the channel broke on the way."""

    def __init__(
        self,
        items: Sequence[Item],
        *,
        channel: Channel,
        sessions: Sessions,
        journal: Journal,
        is_exercise: bool,
        lease_seconds: float,
    ) -> None:
        self._waiting = deque(items)
        self._channel = channel
        self._sessions = sessions
        self._journal = journal
        self._is_exercise = is_exercise
        self._lease_seconds = lease_seconds
        self._lease_ends = ticks() + lease_seconds
        self._outcomes: deque[Outcome] = deque()
        self._room = threading.Semaphore(WINDOW)
        self._stop = threading.Event()
        self._news = threading.Event()
        self._bug: Exception | None = None
        self.broken = ""
        self.unavailable = ""

    def run(self, write: Callable[[list[Outcome]], bool]) -> None:
        """Carry until nothing waits; `write` takes groups of outcomes and says whether to go on.

        Whatever `write` raises (a lost lease, a database away) stops the senders and is raised here.
        """
        count = min(self._channel.connections, len(self._waiting))
        senders = [threading.Thread(target=self._carry_all, name=f"sender-{n}", daemon=True) for n in range(count)]
        for sender in senders:
            sender.start()
        try:
            self._collect(senders, write)
        finally:
            self._stop.set()
            for sender in senders:
                sender.join()
        self._write_out(write)
        if self._bug is not None:
            raise self._bug

    def _collect(self, senders: Sequence[threading.Thread], write: Callable[[list[Outcome]], bool]) -> None:
        began = written = ticks()
        while any(sender.is_alive() for sender in senders):
            self._news.wait(FLUSH_EVERY / 4)
            self._news.clear()
            pause = FLUSH_EVERY if self._outcomes else IDLE_EVERY
            if len(self._outcomes) >= FLUSH_AT or ticks() - written >= pause:
                if not self._write_out(write) or ticks() - began > LONGEST_PASS:
                    self._stop.set()
                written = ticks()

    def _write_out(self, write: Callable[[list[Outcome]], bool]) -> bool:
        group = [self._outcomes.popleft() for _ in range(len(self._outcomes))]
        ends = ticks() + self._lease_seconds
        goes_on = write(group)
        self._lease_ends = ends
        if group:
            self._room.release(len(group))
        return goes_on

    def _carry_all(self) -> None:
        """The life of one sender."""
        session: Session | None = None
        refused = 0
        try:
            while not self._stop.is_set() and refused < PATIENCE and self._take_room():
                try:
                    item = self._waiting.popleft()
                except IndexError:
                    return
                outcome, session = self._carry(item, session)
                if outcome is None:
                    return
                self._report(outcome)
                refused = refused + 1 if outcome.failure is TryLater else 0
        except Exception as bug:  # A bug must end the pass loudly in the thread that writes the ledger.
            self._bug = bug
            self._stop.set()
        finally:
            if session is not None:
                self._sessions.give_back(self._channel.name, session)
            self._news.set()

    def _take_room(self) -> bool:
        while not self._room.acquire(timeout=0.1):
            if self._stop.is_set():
                return False
        return True

    def _report(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        if len(self._outcomes) >= FLUSH_AT:
            self._news.set()

    def _carry(self, item: Item, session: Session | None) -> tuple[Outcome | None, Session | None]:
        """Carry one item; None as outcome when it was not begun and this sender is done."""
        try:
            message = item.compose(to=item.reader(), key=item.key)
        except Exception as bug:  # A bug in one message is put off with its key, and the line goes on.
            log.exception("Delivery %s cannot be composed.", item.delivery)
            return Outcome(item, State.QUEUED, f"{type(bug).__name__}: {bug}", failure=TryLater), session
        if self._is_exercise:
            return Outcome(item, State.SEALED, "exercise: composed and not sent"), session
        for is_last_try in (False, True):
            try:
                if session is None or not session.is_open:
                    session = self._sessions.take(self._channel)
            except ChannelBroken as problem:
                self.broken = str(problem) or "The channel is broken."
                self._stop.set()
                return None, None
            except TryLater as problem:
                self.unavailable = str(problem)
                return None, None
            if ticks() > self._lease_ends - 1:
                return None, session
            outcome = self._hand_over(item, session, message)
            self._journal.answered(item.delivery, outcome.state)
            if outcome.failure is ChannelBroken:
                self.broken = outcome.answer or "The channel is broken."
                self._stop.set()
            # A connection that ended before the message went (an old one, or full) is not the message's fault.
            if outcome.failure is not TryLater or session.is_open or is_last_try:
                break
        return outcome, session

    def _hand_over(self, item: Item, session: Session, message: Message) -> Outcome:
        try:
            on_wire = partial(self._journal.begin, item.delivery)
            accepted = session.send(message, idempotency_key=item.key, on_wire=on_wire)
        except TryLater as problem:
            return Outcome(item, State.QUEUED, str(problem), failure=TryLater, after=problem.after)
        except (AddressRejected, MessageRejected) as problem:
            return Outcome(item, State.FAILED, str(problem), failure=type(problem))
        except ChannelBroken as problem:
            return Outcome(item, State.QUEUED, str(problem), failure=ChannelBroken)
        except Unanswered as problem:
            if self._channel.resend_when_in_doubt:
                return Outcome(item, State.QUEUED, str(problem), failure=TryLater)
            return Outcome(item, State.IN_DOUBT, str(problem), failure=Unanswered)
        return Outcome(item, State.ACCEPTED, accepted.answer or accepted.reference)


def ticks() -> float:
    """Seconds that go on also while the machine sleeps: a lease does not sleep either."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
