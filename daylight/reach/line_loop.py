"""The thread in which the lines of a channel live: an event loop, some connections for each provider."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

from daylight.core.event_loops import new_event_loop
from daylight.core.loops import log
from daylight.reach.at_work import AtWork
from daylight.reach.channels.base import ChannelBroken, TryLater
from daylight.reach.channels.lines import Line
from daylight.reach.feeding import OutletFeed
from daylight.reach.providers import Outlet

LAST_ANSWERS = 5.0
"""Seconds that messages on the wire have to be answered when a pass ends before its time."""

WORTH_A_LINE = 10
"""A further line is opened for each so many messages that wait."""


class LineLoop:
    """Runs lines in a thread of its own. Only `call`, `add`, `stop_all` and `close` are for other threads."""

    def __init__(self, make_line: Callable[[Outlet], Line]) -> None:
        self._make_line = make_line
        self._loop = new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="lines", daemon=True)
        self._tasks: dict[OutletFeed, set[asyncio.Task[None]]] = {}
        self.bug: Exception | None = None

    def start(self, feeds: Sequence[OutletFeed]) -> None:
        """Be ready for batches of these feeds."""
        self._tasks = {feed: set() for feed in feeds}
        self._thread.start()

    def call(self, act: Callable[..., object], *values: Any) -> None:
        """Have `act` called on the loop."""
        self._loop.call_soon_threadsafe(act, *values)

    def add(self, feed: OutletFeed, at_work: AtWork) -> None:
        """Carry another batch."""
        self.call(self._add, feed, at_work)

    def stop_all(self) -> None:
        """Begin nothing more; what is on the wire is still answered."""
        for feed in self._tasks:
            self.call(self._stop, feed)

    def close(self) -> None:
        """End every line and the thread: what is on the wire has some seconds to be answered."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        tasks = [task for mine in self._tasks.values() for task in mine]
        for feed in self._tasks:
            feed.stop()
        if tasks:  # What is on the wire may still be answered, even when the database is away: the journal takes it.
            await asyncio.wait(tasks, timeout=LAST_ANSWERS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._loop.shutdown_default_executor()

    def _add(self, feed: OutletFeed, at_work: AtWork) -> None:
        feed.add(at_work)
        if feed.is_ended:
            feed.drop_all()
            return
        wanted = min(feed.outlet.connections or 1, 1 + feed.size // WORTH_A_LINE)
        for _ in range(wanted - len(self._tasks[feed])):
            task = self._loop.create_task(self._drive(feed))
            self._tasks[feed].add(task)
            task.add_done_callback(lambda done: self._left(feed, done))
        feed.wake()

    def _stop(self, feed: OutletFeed) -> None:
        feed.stop()
        if not self._tasks[feed]:
            feed.drop_all()

    def _left(self, feed: OutletFeed, task: "asyncio.Task[None]") -> None:
        self._tasks[feed].discard(task)
        if not task.cancelled() and (bug := task.exception()) is not None:
            log.error("A line of %s met a bug.", feed.outlet.name, exc_info=bug)
            self.bug = self.bug or RuntimeError(f"A line of {feed.outlet.name} met a bug: {bug!r}")
            feed.stop()
        if not self._tasks[feed] and feed.is_ended:
            feed.drop_all()

    async def _drive(self, feed: OutletFeed) -> None:
        """The life of one connection after the other, as long as there is something to carry."""
        while await feed.more():
            try:
                await self._make_line(feed.outlet).run(feed)
            except ChannelBroken as problem:
                feed.fail(broken=str(problem) or "The provider is broken.")
            except TryLater as problem:
                if (me := asyncio.current_task()) is not None:
                    self._tasks[feed].discard(me)
                if not self._tasks[feed]:
                    feed.fail(unavailable=str(problem) or "It cannot be reached just now.")
                    feed.drop_all()
                return  # While others live, it was one connection too many.
