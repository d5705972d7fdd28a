"""The built-in mail server that keeps mail at home until a real one is connected.

It speaks SMTP on loopback only, so that mail walks the whole road from the first minute. A letter is answered once it
stands in a spool file, which survives the death of the process, and reaches the database in groups every 100 ms.
"""

import asyncio
import json
import logging
import re
import signal
import threading
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from pathlib import Path
from typing import IO

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings

from daylight.core import clock
from daylight.reach.models import OutboxMessage

EVERY = 0.1
"""Seconds between two groups."""

LARGEST = 25 * 1024 * 1024
"""Bytes of one letter."""

_SUBJECT = re.compile(rb"\r\nsubject:((?:[^\r\n]|\r\n[ \t])*)", re.IGNORECASE)

log = logging.getLogger("daylight.outbox")


@dataclass(frozen=True)
class Letter:
    """One message as it came over the wire, to one recipient."""

    received_at: datetime
    sender: str
    recipient: str
    raw: bytes

    def row(self) -> OutboxMessage:
        """The letter as a row."""
        return OutboxMessage(
            received_at=self.received_at,
            sender=self.sender[:400],
            recipient=self.recipient[:400],
            subject=_subject(self.raw),
            raw=self.raw,
        )


class Spool:
    """Letters on their way to the database: in memory, and in a file for the next process should this one die."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        self._lock = threading.Lock()
        self._letters: list[Letter] = []
        self._path, self._file = self._new_file()

    def add(self, letters: Sequence[Letter]) -> None:
        """Keep these letters; they survive this process from here on."""
        with self._lock:
            self._file.write(b"".join(_record(letter) for letter in letters))
            self._letters += letters

    def store(self) -> int:
        """Bring what came so far to the database; returns how many letters."""
        if not self._letters:
            return 0
        with self._lock:
            letters, path, file = self._letters, self._path, self._file
            self._letters = []
            self._path, self._file = self._new_file()
        try:
            OutboxMessage.objects.bulk_create([letter.row() for letter in letters], batch_size=500)
        except Exception:
            with self._lock:
                self._letters = letters + self._letters
                self._file.write(path.read_bytes())
            raise
        finally:
            file.close()
            path.unlink()
        return len(letters)

    def recover(self) -> int:
        """Store what an earlier process left in files of its own, leaving out what it had stored already."""
        count = 0
        for path in sorted(self._folder.iterdir()):
            if path == self._path:
                continue
            new = [letter for letter in _letters_in(path) if not _is_stored(letter)]
            OutboxMessage.objects.bulk_create([letter.row() for letter in new], batch_size=500)
            path.unlink()
            count += len(new)
        return count

    def _new_file(self) -> tuple[Path, IO[bytes]]:
        path = self._folder / uuid.uuid4().hex
        return path, path.open("wb", buffering=0)


class Desk:
    """Takes letters in, as aiosmtpd calls it."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the letter once for each recipient."""
        raw = envelope.original_content or b""
        at, sender = clock.now(), envelope.mail_from or ""
        self._spool.add([Letter(at, sender, recipient, raw) for recipient in envelope.rcpt_tos])
        return "250 2.0.0 Kept in the outbox, not sent to the world"


def serve(port: int) -> None:
    """Serve on this loopback port (0 picks a free one) until SIGTERM or Ctrl-C."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd writes a line per command, with addresses.
    asyncio.run(_serve(port, Spool(settings.DATA_DIR / "outbox_spool")))


async def _serve(port: int, spool: Spool, on_port: Callable[[int], None] | None = None) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with ThreadPoolExecutor(1, "outbox-writer") as writer:
        recovered = await loop.run_in_executor(writer, spool.recover)
        if recovered:
            log.info("The outbox stored %d letters that its last process left behind.", recovered)
        server = await loop.create_server(lambda: _protocol(spool, loop), "127.0.0.1", port)
        port = server.sockets[0].getsockname()[1]
        _tell_port(port)
        log.info("The outbox keeps mail at home, on 127.0.0.1 port %d.", port)
        while not stop.is_set():
            await asyncio.wait([asyncio.ensure_future(stop.wait())], timeout=EVERY)
            await _store(loop, writer, spool)
        server.close()
        await _store(loop, writer, spool)


async def _store(loop: asyncio.AbstractEventLoop, writer: ThreadPoolExecutor, spool: Spool) -> None:
    try:
        await loop.run_in_executor(writer, spool.store)
    except Exception:  # A database that is away for a while must not stop mail: the letters wait in the spool.
        log.exception("The outbox cannot write to the database and tries again.")
        await asyncio.sleep(1)


def _protocol(spool: Spool, loop: asyncio.AbstractEventLoop) -> SMTP:
    return SMTP(
        Desk(spool), hostname="outbox", enable_SMTPUTF8=True, data_size_limit=LARGEST, loop=loop, ident="outbox"
    )


def _tell_port(port: int) -> None:
    """Write the port where the e-mail channel looks for it, at once or not at all."""
    path: Path = settings.DATA_DIR / "outbox_port"
    new = path.with_suffix(".new")
    new.write_text(str(port), encoding="ascii")
    new.rename(path)


def _subject(raw: bytes) -> str:
    """The subject in plain letters; a whole header parser would cost more than the rest of the letter."""
    head, _, _ = raw.partition(b"\r\n\r\n")
    found = _SUBJECT.search(b"\r\n" + head)
    if found is None:
        return ""
    written = found.group(1).decode("utf-8", "replace").replace("\r\n", "")
    with suppress(ValueError, LookupError, HeaderParseError):  # One that is not encoded as it says is shown as it came.
        written = str(make_header(decode_header(written)))
    return written.replace("\x00", "").strip()[:400]


def _record(letter: Letter) -> bytes:
    head = {"at": letter.received_at.isoformat(), "from": letter.sender, "to": letter.recipient}
    return json.dumps(head | {"size": len(letter.raw)}).encode() + b"\n" + letter.raw


def _letters_in(path: Path) -> list[Letter]:
    letters = []
    with path.open("rb") as file:
        while line := file.readline():
            try:
                head = json.loads(line)
            except ValueError:
                break  # Torn when the process died: this letter was never answered.
            raw = file.read(head["size"])
            if len(raw) == head["size"]:
                letters.append(Letter(datetime.fromisoformat(head["at"]), head["from"], head["to"], raw))
    return letters


def _is_stored(letter: Letter) -> bool:
    return OutboxMessage.objects.filter(recipient=letter.recipient[:400], raw=letter.raw).exists()
