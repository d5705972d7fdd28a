"""The bulk road to a provider that is asked over HTTP: one connection kept for many calls, one call at a time.

It serves every `Provider` of `over_http`, with the same failures. The address is looked up once and judged as any call
is; redirects are not followed, and answers are read up to a size and a time. All of it runs in callbacks of the
event loop; a message costs one write and no task.
"""

import asyncio
import functools
import ssl
from typing import cast

import httptools

from daylight.core import http
from daylight.reach.channels.base import Accepted, ChannelBroken, TryLater, Unanswered
from daylight.reach.channels.lines import Feed, Parcel
from daylight.reach.channels.over_http import TIME_OUT, Call, Provider
from daylight.reach.channels.watched import Watched


class HttpLine:
    """A line to one provider. `knows_keys`: it knows a message by its key, so a call may be made again."""

    def __init__(self, provider: Provider, *, knows_keys: bool = False, ca_file: str = "", seconds: float = 0) -> None:
        self._provider, self._knows_keys, self._ca_file = provider, knows_keys, ca_file
        self._seconds = seconds or TIME_OUT.total_seconds()

    async def run(self, feed: Feed) -> None:
        """Carry until the feed ends or the provider hangs up. Raises ChannelBroken or TryLater."""
        first = await self._first(feed)
        if first is None:
            return
        parcel, call = first
        try:
            wire = await self._connected(call.url)
        except BaseException:
            feed.give_back(parcel)
            raise
        turns = Turns(feed, wire, self._provider, knows_keys=self._knows_keys, seconds=self._seconds)
        try:
            await turns.run(parcel, call)
        finally:
            wire.end("the sending was stopped")

    async def _first(self, feed: Feed) -> tuple[Parcel, Call] | None:
        """The first message that can be sent: it says where to connect to."""
        while True:
            found = taken(feed, self._provider)
            if found is not None or not await feed.more():
                return found

    async def _connected(self, url: str) -> "HttpWire":
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds):
                door = await loop.run_in_executor(None, http.door_of, url)
                tls = _context(self._ca_file) if door.is_secure else None
                _, wire = await loop.create_connection(
                    lambda: HttpWire(door), door.address, door.port, ssl=tls, server_hostname=door.host if tls else None
                )
        except http.Refused as problem:
            raise ChannelBroken(str(problem)) from None
        except ssl.SSLCertVerificationError:
            raise TryLater(f"{door.host} showed a certificate that we cannot trust.") from None
        except (http.NotConnected, OSError) as problem:
            said = "timed out" if isinstance(problem, TimeoutError) else problem
            raise TryLater(f"The provider cannot be reached: {said}") from None
        return wire


@functools.lru_cache(maxsize=8)
def _context(ca_file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file or None)


def taken(feed: Feed, provider: Provider) -> tuple[Parcel, Call] | None:
    """The next message and its call; whoever cannot be called for is reported on the way."""
    while (parcel := feed.take()) is not None:
        try:
            return parcel, provider.call(parcel.message, key=parcel.key)
        except Exception as problem:  # The feed tells failures of the road from bugs of ours.
            feed.done(parcel, problem)
    return None


class HttpWire(Watched):
    """Writes calls and reads answers of HTTP/1.1, one after the other. `on_answer` gets each whole one."""

    def __init__(self, door: http.Door) -> None:
        super().__init__()
        self.on_answer = _not_asked
        port = "" if door.port == (443 if door.is_secure else 80) else f":{door.port}"
        host = f"[{door.host}]" if ":" in door.host else door.host
        self._origin = f"{'https' if door.is_secure else 'http'}://{host}{port}"
        self._about_us = f" HTTP/1.1\r\nHost: {host}{port}\r\nUser-Agent: {http.AGENT}\r\nAccept-Encoding: identity\r\n"
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._size = self._status = 0
        self._goes_on = False
        self._is_asked = self._is_whole = self._has_head = self._is_overfull = False

    def written(self, call: Call) -> bytes:
        """The bytes of a call. Raises ChannelBroken for one that does not fit this connection."""
        path = self._path(call.url)
        lines = "".join([f"{name}: {value}\r\n" for name, value in call.headers.items()])
        body = call.body
        head = f"{call.method} {path}{self._about_us}{lines}Content-Length: {len(body)}\r\n\r\n"
        # Each header is one line, and there is nothing else between two line ends that could start another.
        if head.count("\n") != len(call.headers) + 6 or head.count("\r") != len(call.headers) + 6 or "\0" in head:
            raise ChannelBroken("A header or the address of this provider holds what no header may hold.")
        return head.encode("utf-8", "replace") + body

    def ask(self, call: bytes, seconds: float) -> None:
        """Write a call; its answer must come in time."""
        self._headers, self._body, self._size = {}, [], 0
        self._is_whole = self._has_head = False
        self._is_asked = True
        self.expect(seconds)
        self.transport.write(call)

    def _path(self, url: str) -> str:
        origin, path = url[: len(self._origin)], url[len(self._origin) :].partition("#")[0]
        if origin.lower() != self._origin.lower() or path[:1] not in {"", "/", "?"}:
            raise ChannelBroken("This provider is asked at several addresses, which one connection cannot serve.")
        if not path.isascii() or not path.isprintable() or " " in path:
            raise ChannelBroken("The address of this provider cannot be asked as it is.")
        return path if path[:1] == "/" else f"/{path}"

    def read(self, data: bytes) -> None:
        """Some bytes of an answer."""
        self._size += len(data)
        if not self._is_asked:
            self.end("the provider spoke out of turn")
        elif self._size > http.LARGEST_ANSWER:
            self.end("the provider answered with more than we read")
        else:
            try:
                self._parser.feed_data(data)
            except (httptools.HttpParserError, httptools.HttpParserUpgrade):
                self.end("the provider answered with nonsense")
            if self._is_whole and not self.is_over:
                self._hand_over(goes_on=self._goes_on and not self._is_overfull)

    def connection_lost(self, exc: Exception | None) -> None:
        """An answer without a length ends here; any other was cut off."""
        sized = "content-length" in self._headers or "transfer-encoding" in self._headers
        if self._has_head and not self._is_whole and not sized and exc is None and not self.is_over:
            self._hand_over(goes_on=False)
        super().connection_lost(exc)

    def _hand_over(self, *, goes_on: bool) -> None:
        self._is_asked = False
        self.rest()
        answer = http.Answer(self._status, self._headers, b"".join(self._body))
        self.on_answer(answer, goes_on)

    def on_message_begin(self) -> None:
        """The parser found a beginning; after a whole answer it is one too many."""
        self._is_overfull = self._is_whole

    def on_header(self, name: bytes, value: bytes) -> None:
        """The parser found a header, or something after the body, which says nothing to us."""
        if not self._has_head:
            self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """The parser found the end of the headers."""
        if not self._is_overfull:
            self._status = self._parser.get_status_code()
            self._has_head = self._status >= 200

    def on_body(self, body: bytes) -> None:
        """The parser found a part of the body."""
        if not self._is_overfull:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """The parser found the end; what comes before the answer proper (100 and its like) is none."""
        self._is_whole = self._has_head
        self._goes_on = self._parser.should_keep_alive() and not self._is_overfull
        if not self._has_head:
            self._headers = {}


def _not_asked(answer: http.Answer, goes_on: bool) -> None:
    raise RuntimeError("An answer came that nobody waits for.")


class Turns:
    """Call and answer on one connection: at most one message begun, and none waiting behind it."""

    def __init__(self, feed: Feed, wire: HttpWire, provider: Provider, *, knows_keys: bool, seconds: float) -> None:
        self._feed, self._wire, self._provider = feed, wire, provider
        self._knows_keys, self._seconds = knows_keys, seconds
        self._begun: Parcel | None = None
        self._answered = self._accepted = 0
        self._failed: Exception | None = None
        self._pause: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        wire.on_answer = self._answer
        wire.on_end = self._ended

    async def run(self, parcel: Parcel, call: Call) -> None:
        """Turn until the feed ends or the connection does."""
        loop = asyncio.get_running_loop()
        self._begin(parcel, call)
        while True:
            await self._pause
            if self._wire.is_over or not await self._feed.more() or self._wire.is_over:
                break
            self._pause = loop.create_future()
            self._go_on()
        failed = self._wire.bug or self._failed
        if failed is not None:
            raise failed

    def _go_on(self) -> None:
        found = taken(self._feed, self._provider)
        if found is None:
            self._wake()
        else:
            self._begin(*found)

    def _begin(self, parcel: Parcel, call: Call) -> None:
        try:
            written = self._wire.written(call)
            self._feed.begin(parcel)
        except ChannelBroken as problem:
            self._feed.done(parcel, problem)
            self._break(problem)
        except BaseException:
            self._feed.give_back(parcel)
            raise
        else:
            self._begun = parcel
            self._wire.ask(written, self._seconds)

    def _answer(self, answer: http.Answer, goes_on: bool) -> None:
        parcel, self._begun = cast(Parcel, self._begun), None
        self._answered += 1
        result = self._judged(answer)
        if isinstance(result, ChannelBroken):
            self._refuse(parcel, result)
            return
        self._accepted += isinstance(result, Accepted)
        self._feed.done(parcel, result)
        if goes_on and not self._wire.is_over:
            self._go_on()
        else:
            self._wire.end("the provider wants a new connection")

    def _judged(self, answer: http.Answer) -> Accepted | Exception:
        if 300 <= answer.status < 400:
            where = answer.headers.get("location", "")[:200]
            return ChannelBroken(f"{answer.status}: the provider sends us elsewhere ({where}); give its own address.")
        try:
            return self._provider.judge(answer)
        except Exception as problem:  # The feed tells failures of the road from bugs of ours.
            return problem

    def _refuse(self, parcel: Parcel, refusal: ChannelBroken) -> None:
        """What would break the channel is the message's own affair when the provider took others just now."""
        if self._accepted:
            self._feed.done(parcel, TryLater(str(refusal)))
            self._wire.end(str(refusal))
        else:
            self._feed.done(parcel, refusal)
            self._break(refusal)

    def _break(self, problem: ChannelBroken) -> None:
        self._failed = problem
        self._wire.end(str(problem))

    def _ended(self, reason: str) -> None:
        """The connection is over: say what became of what was on it."""
        begun, self._begun = self._begun, None
        self._wake()
        if begun is None:
            return
        if not self._answered and self._failed is None:
            self._failed = TryLater(f"The provider does not answer: {reason}")
        words = f"The message was sent and no answer came: {reason}"
        self._feed.done(begun, TryLater(words) if self._knows_keys else Unanswered(words))

    def _wake(self) -> None:
        if not self._pause.done():
            self._pause.set_result(None)
