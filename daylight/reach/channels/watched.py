"""A connection that is watched: what is expected comes in time, or it is over, and it is over only once."""

import asyncio
from collections.abc import Callable
from typing import cast

LOOK_EVERY = 1.0
"""Seconds between two looks at the clock; one timer per connection is cheaper than one per answer."""


class Watched(asyncio.Protocol):
    """One connection. `on_end` gets once why it is over; `bug` is what went wrong on our side."""

    def __init__(self) -> None:
        self.on_end: Callable[[str], None] = _nobody_listens
        self.is_over = False
        self.reason = ""
        self.bug: Exception | None = None
        self.transport: asyncio.Transport
        self._loop = asyncio.get_running_loop()
        self._deadline = 0.0
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands, or stands securely."""
        self.transport = cast("asyncio.Transport", transport)  # Another event loop brings a class of its own.

    def data_received(self, data: bytes) -> None:
        """Read what came. A bug in whoever gets it ends the connection, and is kept."""
        if self.is_over:
            return
        try:
            self.read(data)
        except Exception as bug:
            self.bug = self.bug or bug
            self.end("our own mistake")

    def read(self, data: bytes) -> None:
        """Make sense of some bytes."""
        raise NotImplementedError

    def connection_lost(self, exc: Exception | None) -> None:
        """The far end hung up."""
        self.end(f"the connection was lost ({exc})" if exc else "the server closed the connection")

    def expect(self, seconds: float) -> None:
        """What comes next must come within so many seconds."""
        self._deadline = self._loop.time() + seconds
        if self._watch is None:
            self._look(min(LOOK_EVERY, seconds / 4))

    def rest(self) -> None:
        """Nothing is expected for a while."""
        self._deadline = 0.0

    def end(self, reason: str, *, farewell: bytes = b"") -> None:
        """Hang up at once, with a farewell where one makes sense; once over, it stays over."""
        if self.is_over:
            return
        self.is_over, self.reason = True, reason
        if self._watch is not None:
            self._watch.cancel()
        if farewell:
            self.transport.write(farewell)
            self.transport.close()
        else:
            self.transport.abort()
        try:
            self.on_end(reason)
        except Exception as bug:
            self.bug = self.bug or bug

    def _look(self, pause: float) -> None:
        """Now and then: is something overdue?"""
        if self._deadline and self._loop.time() > self._deadline:
            self.end("the answer timed out")
        elif not self.is_over:
            self._watch = self._loop.call_later(pause, self._look, pause)


def _nobody_listens(reason: str) -> None:
    """Before anybody waits, the end is found in `is_over`."""
