"""The wire to a mail server: bytes come in, whole replies go to whoever waits for them, and silence ends it."""

import asyncio
from collections.abc import Callable
from typing import cast

from daylight.reach.channels.email.headers import clean

LONGEST_REPLY = 32 * 1024
"""Bytes of one reply, all its lines together."""

_FINAL = {b"%d%b" % (code, end): code for code in range(200, 600) for end in (b" ", b"", b"\r")}
"""The beginnings of a line that ends a reply."""


class Wire(asyncio.Protocol):
    """One connection. `on_reply` gets each reply as its code and its text, `on_end` gets once why it is over.

    `ahead` is how many bytes came after the reply that is being handed over; `bug` is what went wrong on our side.
    """

    def __init__(self) -> None:
        self.on_reply: Callable[[int, bytes], None] = self._out_of_turn
        self.on_end: Callable[[str], None] = _nobody_listens
        self.is_over = False
        self.reason = ""
        self.bug: Exception | None = None
        self.ahead = 0
        self.transport: asyncio.Transport
        self._loop = asyncio.get_running_loop()
        self._rest = b""
        self._said = b""
        self._code = b""
        self._deadline = 0.0
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands, or stands securely."""
        self.transport = cast("asyncio.Transport", transport)  # Another event loop brings a class of its own.

    def data_received(self, data: bytes) -> None:
        """Hand over each whole reply. A bug in whoever gets it ends the wire, and is kept."""
        if self._rest:
            data = self._rest + data
            self._rest = b""
        try:
            self._split(data)
        except Exception as bug:
            self.bug = self.bug or bug
            self.end("our own mistake")

    def _split(self, data: bytes) -> None:
        start = 0
        while not self.is_over and (end := data.find(b"\n", start)) >= 0:
            line = data[start:end]
            start = end + 1
            code = _FINAL.get(line[:4])
            if code is None or self._said:
                code, line = self._joined(line)
                if code is None:
                    continue
            self.ahead = len(data) - start
            self.on_reply(code, line)
        if start < len(data):
            self._rest = data[start:] if start else data
            if len(self._rest) > LONGEST_REPLY:
                self.end("the server answered with more than any reply holds")

    def connection_lost(self, exc: Exception | None) -> None:
        """The far end hung up."""
        self.end(f"the connection was lost ({exc})" if exc else "the server closed the connection")

    @property
    def has_more(self) -> bool:
        """Whether something came that nobody has asked for yet."""
        return bool(self._rest or self._said)

    def expect(self, seconds: float) -> None:
        """The next reply must come within so many seconds."""
        self._deadline = self._loop.time() + seconds
        if self._watch is None:
            self._look(min(1.0, seconds / 4))

    def rest(self) -> None:
        """Nothing is expected for a while."""
        self._deadline = 0.0
        self.on_reply = self._out_of_turn

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
        """Now and then: is a reply overdue? One timer per connection is cheaper than one per reply."""
        if self._deadline and self._loop.time() > self._deadline:
            self.end("the answer timed out")
        elif not self.is_over:
            self._watch = self._loop.call_later(pause, self._look, pause)

    def _joined(self, line: bytes) -> tuple[int | None, bytes]:
        """The reply that this line ends, or None when it goes on or makes no sense."""
        line = line.rstrip(b"\r")
        number, sign = line[:3], line[3:4]
        if not number.isdigit() or number + b" " not in _FINAL or sign not in {b"", b" ", b"-"}:
            self.end("the server answered with nonsense")
            return None, b""
        if self._said and number != self._code:
            self.end("the server answered with nonsense")
            return None, b""
        if len(self._said) + len(line) > LONGEST_REPLY:
            self.end("the server answered with more than any reply holds")
            return None, b""
        said = self._said + b"\n" + line[4:] if self._said else line
        if sign == b"-":
            self._said, self._code = said, number
            return None, b""
        self._said = b""
        return int(number), said

    def _out_of_turn(self, code: int, said: bytes) -> None:
        if code == 421:
            self.end(f"the server closes the connection: {as_text(said)}")
        else:
            self.end("the server spoke out of turn")


def _nobody_listens(reason: str) -> None:
    """Before anybody waits, the end is found in `is_over`."""


def as_text(said: bytes) -> str:
    """A reply as one line of text, with its code."""
    text = said[:300].rstrip().decode("utf-8", "replace")
    return text if text.isprintable() else clean(text)
