"""Takes the mails of one connection to disk while they come, whatever their size and however long their lines are.

The library holds a mail several times in memory and refuses lines above a thousand bytes, which many programs write.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import ClassVar, cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, syntax

from daylight.reach.inbound.spool import IN_MEMORY, Spool

END = b"\r\n.\r\n"
LARGEST = 80 * 1024 * 1024
"""Bytes of one mail on the wire; a file of 50 MB has 72 million there."""

TOO_LARGE = f"552 5.3.4 This mail is larger than the {LARGEST // 1024 // 1024} MB that we take"


MOST_CONNECTIONS = 200
"""Connections at a time, of which each may hold half a megabyte; a mail server that is turned away comes again."""

TOO_MANY = b"421 4.3.2 Too many connections; try again later\r\n"


class Streaming(SMTP):
    """SMTP that spools: the envelope's `content` is a Spool, which is closed after the handler answered."""

    line_length_limit = 64 * 1024
    """What the library reads ahead; a line may be longer."""

    _open: ClassVar[set[int]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Serve it, unless too many are served."""
        if len(self._open) >= MOST_CONNECTIONS:
            cast(asyncio.WriteTransport, transport).write(TOO_MANY)
            transport.close()
            return
        self._open.add(id(self))
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Make room for another."""
        if id(self) in self._open:
            self._open.discard(id(self))
            super().connection_lost(error)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Take a mail, and answer for it."""
        envelope = cast(Envelope, self.envelope)
        refusal = "" if envelope.rcpt_tos else "503 Error: need RCPT command"
        refusal = refusal or ("501 Syntax: DATA" if arg else "")
        if await self.check_helo_needed():
            return
        if refusal:
            await self.push(refusal)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        with Spool() as spool:
            envelope.content = spool  # type: ignore[assignment]  # The library knows no content that lies elsewhere.
            is_whole = await self._spooled(spool)
            answer = await self._call_handler_hook("DATA") if is_whole else TOO_LARGE
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(answer)

    async def _spooled(self, spool: Spool) -> bool:
        """Whether the mail is whole; of one that is too large the rest is read and dropped."""
        loop = asyncio.get_running_loop()
        size = 0
        async for piece in without_dots(self._reader):
            size += len(piece)
            self._reset_timeout()
            if size <= IN_MEMORY:
                spool.write(piece)
            elif size <= LARGEST:
                await loop.run_in_executor(None, spool.write, piece)
        return size <= LARGEST


class StreamingLMTP(Streaming, LMTP):
    """The same by LMTP."""


async def without_dots(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """A mail as it was before it was made ready for the wire: up to the line with the dot, its dots undone."""
    held = b""
    async for piece in _pieces(reader):
        data = held + piece
        end = len(data) - next((size for size in (2, 1) if data.endswith(END[:size])), 0)
        held = data[end:]
        yield data[:end].replace(b"\r\n.", b"\r\n")
    yield held


async def _pieces(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The mail up to its last line; only of its first line the dot is undone."""
    is_at_line_start = True
    while is_at_line_start:  # The end needs a line before it, which an empty mail has not.
        sign = await reader.readexactly(1)
        has_dot = sign == b"."
        sign = await reader.readexactly(1) if has_dot else sign
        sign += await reader.readexactly(1) if sign == b"\r" else b""
        is_at_line_start = sign == b"\r\n"
        if has_dot and is_at_line_start:
            return
        yield sign
    while True:
        try:
            rest = await reader.readuntil(END)
        except asyncio.LimitOverrunError as overrun:
            yield await reader.read(overrun.consumed)
        else:
            yield rest.removesuffix(END) + b"\r\n"
            return
