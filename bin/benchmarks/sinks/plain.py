"""The far end for machines without a C compiler: mail with pipelining, or web requests, by asyncio."""

import asyncio
import re
import ssl
from functools import partial

from benchmarks.sinks.record import Record, arguments, served

KEY = re.compile(rb"^(?:idempotency-key|webhook-id):[ ]*([^\r]*)", re.IGNORECASE | re.MULTILINE)
LENGTH = re.compile(rb"^content-length:[ ]*(\d+)", re.IGNORECASE | re.MULTILINE)
RECIPIENTS = [re.compile(rb'"%s"[^"]*"([^"]*)"' % name) for name in (b"email", b"Email", b"to", b"To", b"address")]


class Answering(asyncio.Protocol):
    """Collects what comes, hands it to `take`, and says what that answered when the latency has passed."""

    def __init__(self, record: Record, latency: float) -> None:
        self._record, self._latency = record, latency
        self._held = bytearray()
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet, if this kind of far end does."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._say(self.greeting())

    def data_received(self, data: bytes) -> None:
        """Take in what is whole."""
        self._held += data
        answers = b""
        while (answer := self.take()) is not None:
            answers += answer
        self._say(answers)

    def _say(self, words: bytes) -> None:
        if words and self._latency:
            self._loop.call_later(self._latency / 1000, self._transport.write, words)
        elif words:
            self._transport.write(words)

    def greeting(self) -> bytes:
        """What is said first."""
        return b""

    def take(self) -> bytes | None:
        """Take one command, body or request and answer it; None when nothing is whole."""
        raise NotImplementedError


class Mail(Answering):
    """Just enough of SMTP."""

    def __init__(self, record: Record, latency: float, extensions: tuple[bytes, ...]) -> None:
        super().__init__(record, latency)
        self._extensions = extensions
        self._recipient = b""
        self._in_body = False

    def greeting(self) -> bytes:
        return b"220 sink ESMTP\r\n"

    def take(self) -> bytes | None:
        mark = b"\r\n.\r\n" if self._in_body else b"\n"
        end = self._held.find(mark)
        if end < 0:
            return None
        taken = bytes(self._held[:end])
        del self._held[: end + len(mark)]
        return self._body(taken) if self._in_body else self._command(taken)

    def _body(self, body: bytes) -> bytes:
        self._in_body = False
        self._record.add_mail(self._recipient, body)
        return b"250 2.0.0 Ok: queued as " + self._recipient + b"\r\n"

    def _command(self, command: bytes) -> bytes:
        word = command[:4].upper()
        if word == b"EHLO":
            return b"".join(b"250-%s\r\n" % name for name in (b"sink", *self._extensions)) + b"250 SMTPUTF8\r\n"
        if word == b"RCPT":
            self._recipient = command[command.index(b"<") + 1 : command.index(b">")]
        if word == b"DATA":
            self._in_body = True
            return b"354 go\r\n"
        return b"221 2.0.0 Bye\r\n" if word == b"QUIT" else b"250 2.0.0 Ok\r\n"


class Web(Answering):
    """Just enough of HTTP/1.1."""

    def take(self) -> bytes | None:
        end = self._held.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self._held[:end])
        length = LENGTH.search(head)
        stop = end + 4 + (int(length[1]) if length else 0)
        if len(self._held) < stop:
            return None
        body = bytes(self._held[end + 4 : stop])
        del self._held[:stop]
        key = KEY.search(head)
        name = key[1] if key else b"-"
        found = next((match for pattern in RECIPIENTS if (match := pattern.search(body))), None)
        self._record.add(found[1] if found else head.split(b" ")[1], name, len(body))
        said = b'{"id":"%s"}' % name
        return b"HTTP/1.1 202 Accepted\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said)


async def main() -> None:
    """Serve until killed."""
    options = arguments()
    record = Record(options.record)
    if options.tls and not options.http:
        raise SystemExit("Only the compiled sink knows STARTTLS: a C compiler and OpenSSL's headers are missing.")
    tls = None
    if options.tls:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(options.tls)
    extensions = (() if options.no_pipelining else (b"PIPELINING",)) + (() if options.no_8bitmime else (b"8BITMIME",))
    web = partial(Web, record, options.latency)
    await served(
        web if options.http else partial(Mail, record, options.latency, extensions),
        tls=tls,
        everywhere=options.everywhere,
    )


if __name__ == "__main__":
    asyncio.run(main())
