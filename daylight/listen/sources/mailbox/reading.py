"""Reads a mail while it streams by: the newest words, who wrote them, what they answer, and the files beside them.

It never raises and holds little, whatever comes: each limit that a mail runs into is named in `left_out`, and whoever
keeps the mail then keeps it as it came. Pure: it writes nothing but what it gives to `keep`.
"""

import mimetypes
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from daylight.listen.sources.mailbox import natures, pages, transfer
from daylight.listen.sources.mailbox.charsets import decoded
from daylight.listen.sources.mailbox.heads import Address, Head, address_in, moment, safe_name
from daylight.listen.sources.mailbox.natures import Nature, Own
from daylight.listen.sources.mailbox.newest import newest
from daylight.listen.sources.mailbox.splitting import PREAMBLE, Place, Splitter

MOST_FILES = 100
MOST_WORDS = 1024 * 1024
"""Bytes of words that are read of one mail, as they are encoded."""

LONGEST_TEXT = 100_000
"""Characters of the newest words."""

_SPEAKING_FOR_OTHERS = re.compile(
    r"no-?_?reply|do-?not-?reply|notifications?|mailer|webform|wordpress|www-data", re.IGNORECASE
)
_RECIPIENTS = ("delivered-to", "x-original-to", "to", "cc")
_LETTER = re.compile(r"[^\W\d_]")
_NUL_AND_KIN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, 65279])
_ENCLOSED_TEXT = re.compile(
    r"^begin [0-7]{3,4} ([^\n]{1,200})\n((?:[ -`][^\n]{0,90}\n){1,40000})(?:`|)\n?end[ \t]*$", re.MULTILINE
)
_ARMOUR = "-----BEGIN PGP MESSAGE-----"
_SEALED = {
    "application/pgp-encrypted": "PGP",
    "application/pkcs7-mime": "S/MIME",
    "application/x-pkcs7-mime": "S/MIME",
}
_SEALED_WORDS = "This mail is sealed with {how}: only the holder of the key can read it. It is attached as it came."


class Sink(Protocol):
    """Takes a file piece by piece."""

    def write(self, data: bytes) -> None:
        """The next piece."""

    def close(self) -> None:
        """The file is whole."""


Keep = Callable[[str, str], Sink]
"""Opens a place for a file of this name and type."""


@dataclass(frozen=True)
class Enclosed:
    """A file in a mail: its name, made harmless, its type as it says, its size, and where it went."""

    name: str
    content_type: str
    size: int
    sink: Sink


@dataclass(frozen=True)
class ReadMail:
    """What a mail says. `answers` are the names of the messages it answers, nearest first.

    `recipient` is the address of ours that it came to. `writer` is whom to recognise and to answer: who wrote it, or
    for whom a web form did. `text` are the newest words, `whole` all of them. `left_out` names what was not read; it
    is empty for nearly every mail.
    """

    message_id: str
    digest: str
    recipient: str
    sender: Address
    reply_to: Address
    writer: Address
    subject: str
    said_at: datetime
    answers: tuple[str, ...]
    text: str
    whole: str
    nature: Nature
    files: tuple[Enclosed, ...]
    left_out: tuple[str, ...]
    sealed: str
    size: int


def read(
    mail: Iterable[bytes], *, own: Own, received_at: datetime, keep: Keep, is_from_nobody: bool = False
) -> ReadMail:
    """Read a mail that comes in pieces of any size."""
    collector = _Collector(keep)
    splitter = Splitter(collector)
    digest, size = sha256(), 0
    for piece in mail:
        digest.update(piece)
        size += len(piece)
        splitter.feed(piece)
    splitter.close()
    head = splitter.top or Head.of(b"", kind="text/plain")
    text, whole = collector.words()
    sender, reply_to = head.address("from"), head.address("reply-to")
    cut = ["words beyond the first"] if len(text) > LONGEST_TEXT or len(whole) > MOST_WORDS else []
    return ReadMail(
        message_id=next(iter(head.names("message-id")), ""),
        digest=digest.hexdigest(),
        recipient=next((one for one in head.addresses(*_RECIPIENTS) if own.has(Address(one))), ""),
        sender=sender,
        reply_to=reply_to,
        writer=_writer(head, sender, reply_to, own),
        subject=head.text("subject")[:400],
        said_at=moment(head.raw("date"), received_at=received_at),
        answers=head.names("in-reply-to", "references"),
        text=text[:LONGEST_TEXT] or (_SEALED_WORDS.format(how=collector.sealed) if collector.sealed else ""),
        whole=whole[:MOST_WORDS],
        nature=natures.of(head, sender=_behind(head, sender, own), own=own, is_from_nobody=is_from_nobody),
        files=tuple(collector.files),
        left_out=tuple(dict.fromkeys([*splitter.left_out, *collector.left_out, *cut])),
        sealed=collector.sealed,
        size=size,
    )


def _behind(head: Head, sender: Address, own: Own) -> Address:
    """Who wrote: a group of ours may have put its own address in the place of the writer's."""
    if not own.has(sender):
        return sender
    others = (head.address("x-original-from"), head.address("reply-to"))
    return next((one for one in others if one.address and not own.has(one)), sender)


def _writer(head: Head, sender: Address, reply_to: Address, own: Own) -> Address:
    """Whom to recognise and to answer: a machine that writes for others says in Reply-To for whom."""
    behind = _behind(head, sender, own)
    is_for_others = not sender.address or bool(_SPEAKING_FOR_OTHERS.search(sender.local))
    if behind is sender and is_for_others and reply_to.address and not own.has(reply_to):
        return Address(reply_to.address, reply_to.name or sender.name)
    return behind if behind.address else address_in(head.raw("return-path"))


@dataclass
class _Text:
    """One part with words."""

    head: Head
    place: Place
    raw: bytearray = field(default_factory=bytearray)


class _Collector:
    """Keeps the words of a mail, within limits, and hands its files on."""

    def __init__(self, keep: Keep) -> None:
        self.files: list[Enclosed] = []
        self.left_out: list[str] = []
        self.sealed = ""
        self._keep = keep
        self._texts: list[_Text] = []
        self._text: _Text | None = None
        self._file: _File | None = None
        self._room = MOST_WORDS
        self._undoing: transfer.Undoing = transfer.Plain()

    def begin(self, head: Head, place: Place) -> None:
        """As `splitting.Taker`."""
        self._undoing = transfer.undoing(head.encoding)
        self._text = self._file = None
        self.sealed = self.sealed or _seal(head)
        if _is_words(head):
            self._text = _Text(head, place)
            self._texts.append(self._text)
        elif len(self.files) < MOST_FILES:
            name = head.file_name() or _name_for(head.kind, len(self.files) + 1)
            self._file = _File(name, head.kind, self._keep(name, head.kind))
        else:
            self.left_out.append("files beyond the first")

    def write(self, data: bytes) -> None:
        """As `splitting.Taker`."""
        self._take(self._undoing.feed(data))

    def end(self) -> None:
        """As `splitting.Taker`."""
        self._take(self._undoing.close())
        if self._file is not None:
            self.files.append(self._file.closed())
        self._text = self._file = None

    def words(self) -> tuple[str, str]:
        """The newest words of the mail, and all of them."""
        chosen = [text for text in _chosen(self._texts) if text.raw.strip()]
        read = [self._read(text) for text in chosen]
        spoken = [pair for pair in read if _LETTER.search(pair[1])] or read
        whole = "\n\n".join(whole for _, whole in spoken).strip()
        own = "\n\n".join(own for own, _ in spoken).strip()
        if _ARMOUR in whole:
            self.sealed = "PGP"
            return "", whole
        text = newest(own)
        return (text if _LETTER.search(text) else newest(whole)), whole

    def _take(self, data: bytes) -> None:
        if self._text is not None:
            self._text.raw += data[: self._room]
            if len(data) > self._room:
                self.left_out.append("words beyond the first")
            self._room -= min(self._room, len(data))
        elif self._file is not None and data:
            self._file.write(data)

    def _read(self, text: _Text) -> tuple[str, str]:
        """The words of one part: without what is marked as a quote, and with it."""
        charset = text.head.parameter("charset")
        if text.head.kind == "text/html":
            page = decoded(bytes(text.raw), charset or _charset_within(bytes(text.raw[:2048])))
            if len(page) > pages.LONGEST_PAGE:
                self.left_out.append("words beyond the first")
            own, whole = pages.words_of(page.replace("\x00", ""))
            return _cleaned(own), _cleaned(whole)
        words = _cleaned(decoded(bytes(text.raw), charset))
        if text.head.parameter("format").lower() == "flowed":
            words = _unflowed(words, delsp=text.head.parameter("delsp").lower() == "yes")
        words = self._without_enclosed(words)
        return words, words

    def _without_enclosed(self, words: str) -> str:
        """The words without files that an old program wrote in their midst."""
        if "\nbegin " not in f"\n{words}":
            return words

        def take(found: re.Match[str]) -> str:
            if len(self.files) >= MOST_FILES:
                return found[0]
            name = safe_name(found[1]) or "file"
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            file = _File(name, kind, self._keep(name, kind))
            file.write(transfer.uudecoded(found[2].encode("utf-8", "replace")))
            self.files.append(file.closed())
            return ""

        return _ENCLOSED_TEXT.sub(take, words)


class _File:
    """A file on its way to where it is kept."""

    def __init__(self, name: str, content_type: str, sink: Sink) -> None:
        self._name, self._content_type, self._sink, self._size = name, content_type, sink, 0

    def write(self, data: bytes) -> None:
        self._sink.write(data)
        self._size += len(data)

    def closed(self) -> Enclosed:
        self._sink.close()
        return Enclosed(self._name, self._content_type[:100], self._size, self._sink)


def _chosen(texts: list[_Text]) -> list[_Text]:
    """The parts to read: of a choice between the same words the plain one, where it holds any."""
    spoken = [text for text in texts if text.head.kind != PREAMBLE and text.raw.strip()]
    plain = {
        text.place.choice
        for text in spoken
        if text.place.choice and text.head.kind == "text/plain" and re.search(rb"\w", text.raw)
    }
    chosen = [text for text in spoken if text.place.choice not in plain or text.head.kind == "text/plain"]
    return chosen or [text for text in texts if text.head.kind == PREAMBLE]


def _is_words(head: Head) -> bool:
    """Whether a part is to be read, and no file; a multipart that names no border is words too."""
    if head.kind == PREAMBLE or (head.kind.startswith("multipart/") and not head.parameter("boundary")):
        return True
    is_file = head.disposition == "attachment" or bool(head.file_name())
    return head.kind in {"text/plain", "text/html"} and not is_file


def _seal(head: Head) -> str:
    """How what follows is sealed; a signature beside readable words seals nothing."""
    if head.kind.endswith("pkcs7-mime") and head.parameter("smime-type").lower() in {"signed-data", "certs-only"}:
        return "S/MIME (signed, in a form that hides the words)"
    return _SEALED.get(head.kind, "")


def _name_for(kind: str, number: int) -> str:
    if kind == "message/rfc822":
        return f"mail {number}.eml"
    return f"file {number}{mimetypes.guess_extension(kind) or '.bin'}"


def _charset_within(page: bytes) -> str:
    found = re.search(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", page, re.IGNORECASE)
    return found[1].decode("ascii", "replace") if found else ""


def _cleaned(text: str) -> str:
    whole_signs = text.encode("utf-8", "replace").decode()
    return whole_signs.replace("\r\n", "\n").replace("\r", "\n").translate(_NUL_AND_KIN)


def _unflowed(text: str, *, delsp: bool) -> str:
    """Lines that a program broke to be joined again (RFC 3676): a space at the end says so."""
    joined: list[str] = []
    is_open = False
    for written in text.split("\n"):
        is_quote = written.startswith(">")
        line = written if is_quote else written.removeprefix(" ")
        if is_open and not is_quote:
            joined[-1] += line
        else:
            joined.append(line)
        is_open = line.endswith(" ") and line != "-- " and not is_quote
        if is_open and delsp:
            joined[-1] = joined[-1][:-1]
    return "\n".join(joined)
