"""What a mail provider posted: on disk as it came, its fields found there without loading what is large."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from daylight.listen.sources.mailbox.heads import Head
from daylight.listen.sources.mailbox.splitting import PREAMBLE, Place, Splitter
from daylight.reach.channels.inbound import NotUnderstood
from daylight.reach.inbound.spool import Spool

MOST_FIELDS = 400


@dataclass(frozen=True)
class Brought:
    """A mail with its envelope, as far as the provider tells it."""

    recipient: str
    sender: str
    raw: Iterable[bytes]


@dataclass(frozen=True)
class Stretch:
    """A field on the spool."""

    spool: Spool
    begin: int
    end: int

    @property
    def text(self) -> str:
        """The whole field as text."""
        return b"".join(self).decode("utf-8", "replace")

    def __iter__(self) -> Any:
        return self.spool.between(self.begin, self.end)


@dataclass(frozen=True)
class Posted:
    """One request. `fields` holds those of a form; a form's large fields stay on the spool."""

    url: str
    headers: Mapping[str, str]
    body: Spool
    shelf: Spool = field(default_factory=Spool)

    def header(self, name: str) -> str:
        """A header, whatever its case; empty when there is none."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")

    @cached_property
    def fields(self) -> dict[str, Stretch]:
        """The fields of a posted form. Raises NotUnderstood."""
        kind = self.header("Content-Type").partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            return _of_parts(self.header("Content-Type"), self.body, self.shelf)
        if kind == "application/x-www-form-urlencoded":
            return self._of_line()
        raise NotUnderstood("This is not a form.")

    def text(self, name: str) -> str:
        """A field as text; empty when there is none."""
        found = self.fields.get(name)
        return found.text if found else ""

    def json(self) -> dict[str, Any]:
        """The body as an object in JSON. Raises NotUnderstood."""
        return as_object(b"".join(self.body))

    def digest_after(self, before: bytes) -> bytes:
        """SHA-256 of the body with some bytes before it."""
        digest = hashlib.sha256(before)
        for piece in self.body:
            digest.update(piece)
        return digest.digest()

    def _of_line(self) -> dict[str, Stretch]:
        given = parse_qsl(b"".join(self.body).decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        found = {}
        for name, value in given:
            begin = self.shelf.size
            self.shelf.write(value.encode("utf-8", "replace"))
            found[name] = Stretch(self.shelf, begin, self.shelf.size)
        return found


def as_object(raw: bytes | str) -> dict[str, Any]:
    """An object in JSON. Raises NotUnderstood."""
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError) as problem:
        raise NotUnderstood("This is not JSON.") from problem
    if not isinstance(given, dict):
        raise NotUnderstood("This is not an object in JSON.")
    return given


class _Fields:
    """Lays the fields of a form on a shelf, as `splitting.Taker`."""

    def __init__(self, shelf: Spool) -> None:
        self.found: dict[str, Stretch] = {}
        self._shelf, self._name, self._begin = shelf, "", 0

    def begin(self, head: Head, place: Place) -> None:
        """A field begins."""
        self._name = head.parameter("name", of="content-disposition") if head.kind != PREAMBLE else ""
        self._begin = self._shelf.size

    def write(self, data: bytes) -> None:
        """A piece of it."""
        self._shelf.write(data)

    def end(self) -> None:
        """It ends."""
        if self._name and len(self.found) < MOST_FIELDS:
            self.found[self._name] = Stretch(self._shelf, self._begin, self._shelf.size)


def _of_parts(content_type: str, body: Spool, shelf: Spool) -> dict[str, Stretch]:
    fields = _Fields(shelf)
    splitter = Splitter(fields)
    splitter.feed(f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace"))
    for piece in body:
        splitter.feed(piece)
    splitter.close()
    return fields.found
