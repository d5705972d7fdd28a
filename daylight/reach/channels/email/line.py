"""The bulk road: one connection that carries message after message, each in one round trip (RFC 2920).

The envelope of the next message rides with the body of the one before. A body goes out only when its envelope was
accepted in full and everything the server said was read, so never more than one message per connection is begun
and unanswered. All of it runs in callbacks of the event loop; a message costs one write and no task.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

from daylight.reach.channels.base import Accepted, AddressRejected, ChannelBroken, MessageRejected, TryLater, Unanswered
from daylight.reach.channels.email.envelopes import Envelopes
from daylight.reach.channels.email.opening import opened
from daylight.reach.channels.email.replies import Step, failure
from daylight.reach.channels.email.server import Abilities, MailServer
from daylight.reach.channels.email.wire import Wire, as_text
from daylight.reach.channels.lines import Feed, Parcel

FAREWELL_SECONDS = 5.0
_DATA = b"DATA\r\n"
_DOT = b".\r\n"
_RESET = b"RSET\r\n"
_QUIT = b"QUIT\r\n"


class SmtpLine:
    """A line to one mail server."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._server = MailServer.read(settings)

    async def run(self, feed: Feed) -> None:
        """Carry until the feed ends or the server has had enough. Raises ChannelBroken or TryLater."""
        wire, abilities = await opened(self._server)
        conveyor = Conveyor(feed, wire, abilities, self._server)
        try:
            await conveyor.run()
        finally:
            conveyor.stop()


class Conveyor:
    """What is on one wire just now: at most one message begun, and the envelope of the next."""

    def __init__(self, feed: Feed, wire: Wire, abilities: Abilities, server: MailServer) -> None:
        self._feed, self._wire, self._server = feed, wire, server
        self._is_pipelined = abilities.pipelining
        self._envelopes = Envelopes(abilities, from_address=server.from_address, bounce_address=server.bounce_address)
        self._left = server.messages_per_connection or -1
        self._begun: Parcel | None = None
        self._next: Parcel | None = None
        self._recipient = b""
        self._refusal: Exception | None = None
        self._sender_taken = self._recipient_taken = False
        self._answered = self._accepted = 0
        self._failed: Exception | None = None
        self._pause: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        wire.on_end = self._ended

    async def run(self) -> None:
        """Turn until the feed ends or the wire is over."""
        loop = asyncio.get_running_loop()
        while not self._wire.is_over:
            self._pause = loop.create_future()
            self._go_on()
            await self._pause
            if not self._wire.is_over and (not self._left or not await self._feed.more()):
                await self._say_goodbye()
        failed = self._wire.bug or self._failed
        if failed is not None:
            raise failed

    def stop(self) -> None:
        """Hang up, whatever is on its way; nothing remains unreported."""
        self._wire.end("the sending was stopped")

    async def _say_goodbye(self) -> None:
        if not self._wire.is_over:
            self._pause = asyncio.get_running_loop().create_future()
            self._ask(_QUIT, self._farewell, FAREWELL_SECONDS)
            await self._pause

    def _farewell(self, _code: int, _said: bytes) -> None:
        self._wire.end("goodbye")

    def _go_on(self) -> None:
        """Nothing is on the wire: begin the next message, or rest until there is one."""
        group = self._envelope()
        if group:
            self._ask(group, self._sender_answered, self._server.reply_seconds)
        else:
            self._wire.rest()
            self._wake()

    def _ask(self, group: bytes, then: Callable[[int, bytes], None], seconds: float) -> None:
        self._wire.on_reply = then
        self._wire.expect(seconds)
        self._wire.transport.write(group)

    def _envelope(self) -> bytes:
        """Take the next message; its commands, or the first of them for a server that wants one at a time."""
        while self._left:
            parcel = self._next = self._feed.take()
            if parcel is None:
                return b""
            try:
                sender, self._recipient = self._envelopes.commands(parcel.message)
            except (AddressRejected, MessageRejected) as refusal:
                self._next = None
                self._feed.done(parcel, refusal)
                continue
            self._left -= 1
            self._refusal = None
            self._sender_taken = self._recipient_taken = False
            return sender + self._recipient + _DATA if self._is_pipelined else sender
        return b""

    def _sender_answered(self, code: int, said: bytes) -> None:
        if 200 <= code < 300:
            self._sender_taken = True
        elif code == 421 or (400 <= code < 500 and self._answered):
            # A server that has had enough of a connection says so to the next sender; a new one may go at once.
            self._wire.end(as_text(said), farewell=_QUIT)
            return
        elif not self._is_refused(Step.SENDER, code, said):
            return
        self._step(self._recipient_answered, self._recipient)

    def _recipient_answered(self, code: int, said: bytes) -> None:
        if 200 <= code < 300:
            self._recipient_taken = True
        elif not self._is_refused(Step.RECIPIENT, code, said):
            return
        self._step(self._data_answered, _DATA)

    def _step(self, then: Callable[[int, bytes], None], command: bytes) -> None:
        """Listen for the next reply; without pipelining, its command goes only now, and not after a refusal."""
        if self._is_pipelined:
            self._wire.on_reply = then
        elif self._refusal is None:
            self._ask(command, then, self._server.reply_seconds)
        else:
            self._conclude(_RESET)

    def _data_answered(self, code: int, said: bytes) -> None:
        if code != 354:
            if self._is_refused(Step.MESSAGE, code, said):
                self._conclude(_RESET)
        elif self._wire.ahead:
            self._wire.end("the server answered a message that it does not have yet")
        elif self._refusal is None:
            self._send_body()
        elif self._recipient_taken:
            self._wire.end("the server refused the sender and wants the message")
        else:
            self._conclude(_DOT)  # It wants a message that it has nobody for: an empty one goes nowhere.

    def _is_refused(self, step: Step, code: int, said: bytes) -> bool:
        """Keep the first refusal of an envelope; False when the wire is of no more use."""
        if code == 421 or not 400 <= code < 600:
            self._wire.end(as_text(said))
            return False
        if self._refusal is None:
            self._refusal = failure(step, code, as_text(said)[4:])
        return True

    def _send_body(self) -> None:
        parcel, self._next = cast(Parcel, self._next), None
        try:
            body = self._envelopes.body(parcel.message)
            group = self._envelope() if self._is_pipelined else b""
            self._feed.begin(parcel)
        except BaseException:
            self._feed.give_back(parcel)
            raise
        self._begun = parcel
        self._ask(body + _DOT + group, self._decided, self._server.verdict_seconds)

    def _decided(self, code: int, said: bytes) -> None:
        """The reply to a whole message."""
        parcel = cast(Parcel, self._begun)
        if 200 <= code < 300:
            self._begun = None
            self._accepted += 1
            self._answered += 1
            self._feed.done(parcel, Accepted(parcel.key, as_text(said)))
        elif 400 <= code < 600:
            self._begun = None
            self._refuse(parcel, failure(Step.MESSAGE, code, as_text(said)[4:]))
            if code == 421:
                self._wire.end(as_text(said))
        else:
            self._wire.end(f"nonsense: {as_text(said)}")
        self._follow()

    def _follow(self) -> None:
        """The replies to the next envelope, if it is on its way already."""
        if self._next is not None:
            self._wire.on_reply = self._sender_answered
            self._wire.expect(self._server.reply_seconds)
        elif not self._wire.is_over:
            self._go_on()

    def _conclude(self, tidy: bytes) -> None:
        """The envelope was refused: report it, tidy up, and go on with the next."""
        parcel, self._next = cast(Parcel, self._next), None
        self._refuse(parcel, cast(Exception, self._refusal))
        if not self._wire.is_over:
            group = self._envelope() if self._is_pipelined else b""
            then = self._dot_answered if tidy is _DOT else self._reset_answered
            self._ask(tidy + group, then, self._server.reply_seconds)

    def _refuse(self, parcel: Parcel, refusal: Exception) -> None:
        """What would break the channel is the message's own affair when the server took others just now."""
        self._answered += 1
        if not isinstance(refusal, ChannelBroken):
            self._feed.done(parcel, refusal)
            return
        if self._accepted:
            self._feed.done(parcel, TryLater(str(refusal)))
        else:
            self._failed = refusal
            self._feed.done(parcel, refusal)
        self._wire.end(str(refusal), farewell=_QUIT)

    def _reset_answered(self, code: int, said: bytes) -> None:
        if 200 <= code < 300:
            self._follow()
        else:
            self._wire.end(as_text(said))

    def _dot_answered(self, code: int, said: bytes) -> None:
        if code == 421:
            self._wire.end(as_text(said))
        else:
            self._follow()

    def _ended(self, reason: str) -> None:
        """The wire is over: say what became of what was on it."""
        begun, upcoming = self._begun, self._next
        self._begun = self._next = None
        self._wake()
        if (begun or upcoming) and not self._answered and self._failed is None:
            self._failed = TryLater(f"The mail server {self._server.host}:{self._server.port}: {reason}")
        try:
            if begun is not None:
                self._feed.done(begun, Unanswered(f"The message was sent and no answer came: {reason}"))
        finally:
            if upcoming is not None:
                self._spare(upcoming, reason, is_first=begun is None and not self._answered)

    def _spare(self, parcel: Parcel, reason: str, *, is_first: bool) -> None:
        """A message that was not begun goes back, unless it may be what makes the server hang up each time."""
        if is_first and self._sender_taken:
            self._feed.done(parcel, TryLater(reason))
        else:
            self._feed.give_back(parcel)

    def _wake(self) -> None:
        if not self._pause.done():
            self._pause.set_result(None)
