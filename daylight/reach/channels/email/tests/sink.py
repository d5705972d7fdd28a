"""A mail server of our own making, with moods: it reads as strictly as the standards, and answers as it likes."""

import asyncio
import re
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

CLOSES = b"\0closes"
"""As a reply: hang up."""

SILENT = b""
"""As a reply: say nothing, now and from now on."""

Mood = bytes | Callable[[str], bytes | None]

USUAL: dict[str, bytes] = {
    "greeting": b"220 sink.example ESMTP\r\n",
    "mail": b"250 2.1.0 Ok\r\n",
    "rcpt": b"250 2.1.5 Ok\r\n",
    "data": b"354 End data with <CR><LF>.<CR><LF>\r\n",
    "body": b"250 2.0.0 Ok: queued\r\n",
    "rset": b"250 2.0.0 Ok\r\n",
    "quit": b"221 2.0.0 Bye\r\n",
}


class Sink:
    """Keeps what it accepts; `moods` says what each step answers: bytes, or a function of the recipient or line.

    `overrun` says that the other side sent more than it may; `turns` counts how often it had answered everything and
    waited: what the other side spends in round trips.
    """

    def __init__(self, *, announces: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SMTPUTF8"), **moods: Mood) -> None:
        self.announces = announces
        self.letters: list[tuple[str, bytes]] = []
        self.commands: list[str] = []
        self.endings: list[type] = []
        self.connections = 0
        self.turns = 0
        self.writes_slowly = False
        self.tls: ssl.SSLContext | None = None
        self.secrets: list[str] = []
        self.overrun = False
        self._moods = moods

    @property
    def kept(self) -> Counter[str]:
        """How often each recipient got something."""
        return Counter(address for address, _ in self.letters)

    def says(self, step: str, subject: str) -> bytes:
        """The reply of this step."""
        mood = self._moods.get(step)
        reply = mood(subject) if callable(mood) else mood
        return USUAL.get(step, b"500 what?\r\n") if reply is None else reply

    @asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[dict[str, Any]]:
        """Serve on a free port of this machine; yields the channel's settings."""
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0, ssl=tls, limit=2**24)
        async with server:
            host, port = server.sockets[0].getsockname()
            yield {"host": host, "port": port, "security": "none", "reply_seconds": 5}

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await _Conversation(self, reader, writer).run()
        except (_HangsUp, ConnectionError) as end:
            self.endings.append(type(end))
        finally:
            writer.close()


class _HangsUp(Exception):
    """The sink has had enough."""


class _Conversation:
    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._sink, self._reader, self._writer = sink, reader, writer
        self._recipients: list[str] = []
        self._pending = b""
        self._is_silent = False

    async def run(self) -> None:
        await self._say("greeting")
        while line := await self._line():
            command = line.decode("utf-8", "replace").strip()
            self._sink.commands.append(command)
            self._watch()
            await self._act(command)

    async def _act(self, command: str) -> None:
        verb = command[:4].upper()
        if verb == "EHLO":
            lines = ["sink.example", *self._sink.announces]
            marks = ["-"] * (len(lines) - 1) + [" "]
            usual = "".join(f"250{mark}{line}\r\n" for mark, line in zip(marks, lines, strict=True)).encode()
            await self._write(self._sink.says("ehlo", command) if "ehlo" in self._sink._moods else usual)
        elif verb == "RCPT":
            found = re.fullmatch(r"RCPT TO:<([^<>]*)>", command)
            address = found.group(1) if found else ""
            reply = self._sink.says("rcpt", address)
            if reply.startswith(b"2"):
                self._recipients.append(address)
            await self._write(reply)
        elif verb == "DATA":
            await self._take(self._sink.says("data", self._recipients[-1] if self._recipients else ""))
        elif verb == "STAR":
            await self._secure()
        elif verb == "AUTH":
            await self._sign_in(command)
        else:
            if verb in {"MAIL", "RSET", "HELO"}:
                self._recipients.clear()
            await self._write(b"250 hello\r\n" if verb == "HELO" else self._sink.says(verb.lower(), command))
            if verb == "QUIT":
                raise _HangsUp

    async def _take(self, reply: bytes) -> None:
        await self._write(reply)
        if not reply.startswith(b"354"):
            return
        await self._flush()
        content = b""
        while (line := await self._line()) != b".\r\n":
            if not line:
                raise _HangsUp
            content += line[1:] if line.startswith(b".") else line
        self._watch()
        recipient = self._recipients[-1] if self._recipients else ""
        verdict = self._sink.says("body" if content else "dot", recipient)
        if verdict.startswith(b"2") and (content or recipient):
            self._sink.letters.append((recipient, content))
        self._recipients.clear()
        await self._write(verdict)

    async def _secure(self) -> None:
        await self._write(self._sink.says("starttls", "") if "starttls" in self._sink._moods else b"220 go\r\n")
        await self._flush()
        assert self._sink.tls is not None
        await self._writer.start_tls(self._sink.tls)

    async def _sign_in(self, command: str) -> None:
        words = command.split()
        self._sink.secrets.append(" ".join(words[2:]))
        for challenge in self._sink.says("auth", words[1]).split(b"|"):
            await self._write(challenge)
            if challenge.startswith(b"334"):
                self._sink.secrets.append((await self._line()).decode().strip())

    async def _line(self) -> bytes:
        """The next line; what was to be said is said at the latest when there is nothing more to read."""
        if b"\n" not in self._buffered:
            await self._flush()
            self._sink.turns += 1
        try:
            return await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            return b""

    def _watch(self) -> None:
        """Without pipelining, nobody may send a command before the last one was answered."""
        if self._buffered and "PIPELINING" not in self._sink.announces:
            self._sink.overrun = True

    @property
    def _buffered(self) -> bytes:
        return bytes(getattr(self._reader, "_buffer", b""))

    async def _say(self, step: str) -> None:
        await self._write(self._sink.says(step, ""))

    async def _write(self, reply: bytes) -> None:
        if reply == CLOSES:
            await self._flush()
            raise _HangsUp
        self._is_silent = self._is_silent or reply == SILENT
        self._pending += b"" if self._is_silent else reply

    async def _flush(self) -> None:
        pending, self._pending = self._pending, b""
        pieces = [pending[n : n + 1] for n in range(len(pending))] if self._sink.writes_slowly else [pending]
        for piece in pieces:
            self._writer.write(piece)
            await self._writer.drain()
            await asyncio.sleep(0)
