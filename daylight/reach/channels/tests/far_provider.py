"""A provider of our own making on a real socket, with moods: it reads calls strictly, and answers as it likes."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

CLOSES = b"\0closes"
SILENT = b""
TAKEN = b'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"id": "x1"}'

Mood = Callable[[int, "Heard"], bytes]


@dataclass(frozen=True)
class Heard:
    """One call as it came."""

    line: str
    headers: dict[str, str]
    body: bytes


class FarProvider:
    """Answers each call with what its mood says for the n-th; keeps all it heard."""

    def __init__(self, mood: Mood | bytes = TAKEN, *, hangs_up_after: bytes | None = None) -> None:
        self.heard: list[Heard] = []
        self.connections = 0
        self.writes_slowly = self.was_left = False
        self._mood = mood
        self._hangs_up_after = hangs_up_after

    @asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
        """Serve on a free port of this machine; yields the address."""
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0, ssl=tls)
        async with server:
            _, port = server.sockets[0].getsockname()
            yield f"{'https' if tls else 'http'}://127.0.0.1:{port}/messages"

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await _head(reader):
                line, *fields = head.decode("latin-1").split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
                body = await reader.readexactly(int(headers["content-length"]))
                heard = Heard(line, headers, body)
                self.heard.append(heard)
                answer = self._mood(len(self.heard) - 1, heard) if callable(self._mood) else self._mood
                if answer == CLOSES:
                    return
                await self._say(writer, answer)
                if self._hangs_up_after is not None and answer == self._hangs_up_after:
                    return
        except ConnectionError:
            self.was_left = True
        finally:
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, answer: bytes) -> None:
        for piece in [answer[n : n + 1] for n in range(len(answer))] if self.writes_slowly else [answer]:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return (await reader.readuntil(b"\r\n\r\n"))[:-4]
    except asyncio.IncompleteReadError:
        return b""
