"""Reads the head of a mail, or of one of its parts: whatever stands there, it gives plain words and never raises."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.message import Message
from email.utils import parsedate_to_datetime

from daylight.core.text import one_line
from daylight.listen.sources.mailbox.charsets import decoded

LONGEST_VALUE = 16 * 1024
"""Characters of one field that are looked at."""

MOST_FIELDS = 1_000
LONGEST_ADDRESS = 320
MOST_NAMES = 100
"""Message-IDs taken from one field; a long conversation names all its messages."""

OLDEST = timedelta(days=366)
"""A mail that says it is older is taken for one whose clock is wrong."""

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(=\?[^?\s]{1,60}\?[bBqQ]\?)")
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.){0,400})"\s*<([^<>]{1,400})>')
_NAMED = re.compile(r"([^<]{0,400})<([^<>]{1,400})>")
_BARE = re.compile(r"[^\s<>,;\"()]{1,200}@[^\s<>,;\"()]{1,200}")
_REMARK = re.compile(r"\(([^()]{1,200})\)")
_NAME = re.compile(r"<([^<>\s\x00-\x1f\x7f]{1,400})>")
_DIRECTIONS = dict.fromkeys([0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Signs that turn the direction of writing: in a name or a subject they only serve to deceive."""

_TROUBLE = (MessageError, ValueError, LookupError, TypeError, AttributeError)
"""What the standard library runs into on broken fields."""


@dataclass(frozen=True)
class Address:
    """Somebody's mail address, in small letters, and the name beside it; both empty where there is none."""

    address: str = ""
    name: str = ""

    @property
    def domain(self) -> str:
        """What stands after the @."""
        return self.address.rpartition("@")[2]

    @property
    def local(self) -> str:
        """What stands before the @."""
        return self.address.rpartition("@")[0]


@dataclass(frozen=True)
class Head:
    """The fields of a head, in their order, unfolded, as they came; `kind` is the type of what follows."""

    fields: tuple[tuple[str, str], ...]
    kind: str
    _content: Message

    @classmethod
    def of(cls, raw: bytes, *, kind: str) -> "Head":
        """Read a head; `kind` is the type where it names none."""
        fields = tuple(_fields(raw))
        content = Message()
        for name, value in fields:
            if name.startswith("content-") and name not in content:
                content[name] = value
        given = content.get_content_type() if content.get("content-type") else kind
        return cls(fields, given, content)

    def raw(self, name: str) -> str:
        """The first field of this name as it came; empty when there is none."""
        return next((value for field, value in self.fields if field == name.lower()), "")

    def all(self, name: str) -> list[str]:
        """Every field of this name as it came."""
        return [value for field, value in self.fields if field == name.lower()]

    def text(self, name: str) -> str:
        """A field for people to read, on one line."""
        return plain(self.raw(name))

    def address(self, name: str) -> Address:
        """The first address of a field."""
        return address_in(self.raw(name))

    def addresses(self, *fields: str) -> list[str]:
        """Every address in these fields, in small letters."""
        return [_spelt(found) for field in fields for value in self.all(field) for found in _BARE.findall(value)]

    def names(self, *fields: str) -> tuple[str, ...]:
        """The Message-IDs in these fields, the last of each field first, each once."""
        found = [one for field in fields for one in reversed(_NAME.findall(self.raw(field))[-MOST_NAMES:])]
        return tuple(dict.fromkeys(found))

    def parameter(self, name: str, *, of: str = "content-type") -> str:
        """A parameter of a field such as the border of a multipart; empty when there is none, or it cannot be read."""
        try:
            given = self._content.get_param(name, "", of)
        except _TROUBLE:
            return ""
        if isinstance(given, tuple):
            charset, _, value = given
            return decoded(value.encode("latin-1", "replace"), charset or "utf-8")
        return str(given or "")

    def file_name(self) -> str:
        """The name of the file that follows, made harmless; empty when it has none."""
        given = self.parameter("filename", of="content-disposition") or self.parameter("name")
        return safe_name(words_in(given))

    @property
    def disposition(self) -> str:
        """`attachment`, `inline`, or nothing."""
        return self.raw("content-disposition").partition(";")[0].strip().lower()

    @property
    def encoding(self) -> str:
        """How the body is encoded for transfer."""
        return self.raw("content-transfer-encoding").partition(";")[0].strip().lower()


def plain(value: str) -> str:
    """A field as people read it: on one line, without signs that turn the direction of writing."""
    return one_line(" ".join(words_in(value).split())).translate(_DIRECTIONS)


def words_in(value: str) -> str:
    """A field with its encoded words read. A letter may be cut between two of them, so those are read together."""
    value = _BETWEEN.sub(r"\1\2", value[:LONGEST_VALUE])
    read: list[str] = []
    end, charset, held = 0, "", b""
    for found in _WORD.finditer(value):
        between = value[end : found.start()]
        if (between or found[1].lower() != charset) and held:
            read.append(decoded(held, charset))
            held = b""
        read.append(between)
        end, charset = found.end(), found[1].partition("*")[0].lower()
        held += _word_bytes(found[2], found[3])
    if held:
        read.append(decoded(held, charset))
    return "".join([*read, value[end:]])


def _word_bytes(form: str, text: str) -> bytes:
    raw = text.encode("ascii", "replace")
    if form in "qQ":
        return binascii.a2b_qp(raw.replace(b"_", b" "), header=False)
    raw = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    return base64.b64decode(raw[: len(raw) - (len(raw) % 4 == 1)] + b"=" * (-len(raw) % 4))


def address_in(value: str) -> Address:
    """The first address in a field, with its name."""
    value = value[:LONGEST_VALUE]
    found = _QUOTED.match(value) or _NAMED.match(value)
    if found and "@" in found[2]:
        name = re.sub(r"\\(.)", r"\1", found[1])
        return Address(_spelt(found[2]), plain(name).strip(" '\"")[:200])
    bare = _BARE.search(value)
    remark = _REMARK.search(value)
    return Address(_spelt(bare[0]), plain(remark[1])[:200] if remark else "") if bare else Address()


def _spelt(address: str) -> str:
    return "".join(one_line(address).lower().split()).strip("<>'")[:LONGEST_ADDRESS]


def moment(value: str, *, received_at: datetime) -> datetime:
    """When a mail was written, as it says; when it came, where it says nothing or what cannot be."""
    try:
        at = parsedate_to_datetime(value[:200])
        at = at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return received_at
    return at if received_at - OLDEST < at <= received_at else received_at


def safe_name(name: str) -> str:
    """A file's name without a path, without control signs, and not longer than any system takes."""
    name = re.split(r"[/\\]", one_line(name).translate(_DIRECTIONS))[-1]
    name = re.sub(r'[<>:"|?*\x00-\x1f\x7f]', "_", name).strip(". ")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:100]}.{ending[:16]}" if dot and stem else name[:100]


def _fields(raw: bytes) -> Iterator[tuple[str, str]]:
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", raw)
    for line in unfolded.splitlines()[:MOST_FIELDS]:
        name, colon, value = line.partition(b":")
        if colon and name.strip():
            yield name.strip().decode("latin-1").lower(), _as_came(value.strip()[:LONGEST_VALUE])


def _as_came(value: bytes) -> str:
    """Letters outside ASCII should not be here, but many programs write them: mostly UTF-8, else as the mail's own."""
    return value.decode("ascii") if value.isascii() else decoded(value, "")
