"""An independent mail server for benchmarks: writes each recipient and Message-ID to a file, then answers.

`strict` is aiosmtpd, which checks every command; `quick` does next to nothing, so that the sender is what is measured.
"""

import asyncio
import os
import sys

from aiosmtpd.smtp import SMTP, Envelope, Session

LINE = 160
"""Bytes of one line of the record."""


class Record:
    """Keeps nothing but who got which message."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def add(self, recipient: bytes, body: bytes) -> None:
        """Write down one message."""
        start = body.index(b"\r\nMessage-ID: ") + 14
        line = recipient + b" " + body[start : body.index(b"\r\n", start)]
        os.write(self._file, line.ljust(LINE - 1) + b"\n")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Write down and agree."""
        recipient = envelope.rcpt_tos[0]
        self.add(recipient.encode(), envelope.original_content or b"")
        return "250 2.0.0 Ok: queued as " + recipient.partition("@")[0]


class Quick(asyncio.Protocol):
    """Just enough of SMTP for a client that waits for each answer."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._held = bytearray()
        self._recipient = b""
        self._in_body = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer commands, and bodies when they are whole."""
        self._held += data
        if self._in_body:
            if self._held.endswith(b"\r\n.\r\n"):
                self._record.add(self._recipient, bytes(self._held))
                self._held.clear()
                self._in_body = False
                self._transport.write(b"250 2.0.0 Ok: queued as " + self._recipient + b"\r\n")
        elif self._held.endswith(b"\r\n"):
            command = bytes(self._held)
            self._held.clear()
            self._transport.write(self._answer(command))

    def _answer(self, command: bytes) -> bytes:
        word = command[:4].upper()
        if word == b"EHLO":
            return b"250-sink\r\n250 8BITMIME\r\n"
        if word == b"RCPT":
            self._recipient = command[command.index(b"<") + 1 : command.index(b">")]
        if word == b"DATA":
            self._in_body = True
            return b"354 go\r\n"
        return b"250 2.0.0 Ok\r\n"


async def main(kind: str, path: str) -> None:
    """Serve until killed; the first line of output is the port."""
    loop = asyncio.get_running_loop()
    record = Record(path)

    def protocol() -> asyncio.Protocol:
        return Quick(record) if kind == "quick" else SMTP(record, hostname="sink", loop=loop)

    server = await loop.create_server(protocol, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
