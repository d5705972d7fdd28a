"""What storms are made of: mails of every kind, and how they are brought to a mail server."""

import io
import random
import smtplib
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from daylight.listen.sources.mailbox.tests.samples import SAMPLES, a_file, of_parts, part
from daylight.listen.sources.mailbox.tests.test_hostile import mutated
from daylight.listen.sources.mailbox.tests.test_languages import CASES, WORDS, in_charset
from proofs.looking import MEGABYTE

HELP = "help@shop.example"


@dataclass
class Wire:
    """One sender's connection, opened anew when it breaks."""

    port: int
    _server: smtplib.SMTP | None = None

    def send(self, raw: bytes, sender: str) -> int:
        """The code that the mail was answered with; 0 when the connection broke before."""
        try:
            if self._server is None:
                self._server = smtplib.SMTP("127.0.0.1", self.port, timeout=60)
                self._server.ehlo()
            self._server.sendmail(sender, [HELP], raw)
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused) as refused:
            return _code(refused)
        except (OSError, smtplib.SMTPException):
            self.close()
            return 0
        return 250

    def send_until_taken(self, raw: bytes, sender: str, *, within: float = 120) -> bool:
        """As a mail server does: come again until it is taken."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if self.send(raw, sender) == 250:
                return True
            time.sleep(0.2)
        return False

    def close(self) -> None:
        """Hang up."""
        if self._server is not None:
            self._server.close()
        self._server = None


def _code(refused: smtplib.SMTPException) -> int:
    if isinstance(refused, smtplib.SMTPRecipientsRefused):
        return next(iter(refused.recipients.values()))[0]
    return int(getattr(refused, "smtp_code", 0))


def plain(name: str, sender: str, words: str, subject: str = "") -> bytes:
    """A simple mail with a name of its own."""
    head = f"From: {sender}\r\nTo: {HELP}\r\nSubject: {subject or words}\r\nMessage-ID: <{name}>\r\n"
    return f"{head}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n".encode()


def with_file(name: str, content: bytes, kind: str = "application/zip") -> bytes:
    """A mail with one large file."""
    raw = of_parts(part(f"See the file of {name}.".encode()), a_file(content, f"{name}.zip", kind))
    return raw.replace(b"<1@mail.example>", f"<{name}@mail.example>".encode())


def random_file(size: int, seed: int) -> bytes:
    """Bytes that nothing makes smaller."""
    return random.Random(seed).randbytes(size)  # noqa: S311  # Not a secret.


def zip_bomb() -> bytes:
    """A gigabyte of nothing in one megabyte."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb,
        bomb.open("zeros", "w", force_zip64=True) as inside,
    ):
        nothing = bytes(16 * MEGABYTE)
        for _ in range(64):
            inside.write(nothing)
    return packed.getvalue()


def fuzzed(number: int) -> Iterator[bytes]:
    """Mails as programs write them, then so many broken ones; each with a name of its own."""
    names = sorted(SAMPLES)
    for index, name in enumerate(names):
        yield SAMPLES[name].replace(b"<1@mail.example>", f"<sample-{index}@mail.example>".encode())
    chance = random.Random(7)  # noqa: S311  # Not a secret.
    for index in range(number):
        raw = SAMPLES[names[index % len(names)]]
        own = b"X-Number: %d\r\n" % index + raw.replace(b"<1@mail.example>", f"<fuzz-{index}@mail.example>".encode())
        yield mutated(own, chance)


def in_languages() -> Iterator[tuple[str, bytes, str]]:
    """Name, mail and words for each language in each of its character sets."""
    for number, (language, charset) in enumerate(CASES):
        raw = in_charset(WORDS[language][0], charset)
        name = f"language-{number}@mail.example"
        yield name, raw.replace(b"<1@mail.example>", f"<{name}>".encode()), WORDS[language][0]


@dataclass
class Counted:
    """What several senders brought, by what it was answered with."""

    taken: set[str] = field(default_factory=set)
    lost_connections: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, name: str) -> None:
        """It was answered with 250, or 2xx."""
        with self._lock:
            self.taken.add(name)

    def broke(self) -> None:
        """The connection broke before an answer."""
        with self._lock:
            self.lost_connections += 1
