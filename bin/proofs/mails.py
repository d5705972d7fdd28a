"""Reads what the mail server kept, with Python's own mail parser, and says what is wrong with it."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from proofs.files import HOME_ZONE, Person

CREW = "ana@firm.example"
"""The one member, who gets alarms from the same mail server."""


@dataclass(frozen=True)
class Mail:
    """One envelope."""

    at: float
    sender: str
    recipients: list[str]
    raw: bytes

    def parsed(self) -> EmailMessage:
        """By the standard library, strictly by today's rules."""
        return cast(EmailMessage, message_from_bytes(self.raw, policy=policy.default))


@dataclass(frozen=True)
class Said:
    """What every mail of one update must carry, by language; `next_by` None when it was the last word."""

    subject: str
    parts: dict[str, Sequence[str]]
    next_by: datetime | None
    also: Sequence[str] = ()


class Mailbag:
    """The record of the mail server, read on from where it was read last."""

    def __init__(self, path: Path) -> None:
        self._path, self._offset = path, 0

    def count(self) -> int:
        """Envelopes since the last `take`."""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            return sum(f'"recipients": ["{CREW}"]'.encode() not in line for line in file)

    def take(self) -> list[Mail]:
        """Everything to customers since the last `take`; alarms to the crew are left out."""
        return [mail for mail in self._rest() if mail.recipients != [CREW]]

    def _rest(self) -> list[Mail]:
        with self._path.open("rb") as file:
            file.seek(self._offset)
            lines = [line for line in file if line.endswith(b"\n")]  # The last may still be being written.
        self._offset += sum(map(len, lines))
        rows = map(json.loads, lines)
        return [Mail(row["at"], row["sender"], row["recipients"], base64.b64decode(row["raw"])) for row in rows]


def wrong(mails: Sequence[Mail], people: Sequence[Person], said: Said) -> list[str]:
    """Everything that is not as it must be: who got it, how it parses, what it says."""
    wanted = Counter(person.email for person in people if person.email)
    got = Counter(mail.recipients[0] for mail in mails)
    found = [
        f"{address} got {got[address]} and should have got {wanted[address]}"
        for address in wanted | got
        if got[address] != wanted[address]
    ]
    found += [f"{mail.recipients} in one envelope" for mail in mails if len(mail.recipients) != 1]
    keys = Counter(mail.parsed()["Message-ID"] for mail in mails)
    found += [f"Message-ID {key} came {number} times" for key, number in keys.items() if number != 1]
    by_address: dict[str, list[Person]] = {}
    for person in people:
        by_address.setdefault(person.email, []).append(person)
    for mail in mails:
        # Two customers may share an address: the mail must be right for one of them.
        tries = [list(_wrong_with(mail, person, said)) for person in by_address.get(mail.recipients[0], [])]
        if tries and all(tries):
            found += [f"{mail.recipients[0]}: {problem}" for problem in min(tries, key=len)]
    return found


def _wrong_with(mail: Mail, person: Person, said: Said) -> Iterator[str]:
    message = mail.parsed()
    for part in message.walk():
        yield from (f"defect {defect!r} in {part.get_content_type()}" for defect in part.defects)
    for name in message:
        yield from (f"defect {defect!r} in header {name}" for defect in message[name].defects)
    if message["To"].addresses[0].addr_spec != person.email:
        yield f"To is {message['To']}"
    if not message["Subject"].endswith(said.subject):
        yield f"Subject is {message['Subject']}"
    for name in ("Date", "From", "Message-ID"):
        if not message[name]:
            yield f"no {name}"
    if not re.fullmatch(r"<https?://\S+>", message["List-Unsubscribe"] or ""):
        yield f"List-Unsubscribe is {message['List-Unsubscribe']}"
    if message["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
        yield f"List-Unsubscribe-Post is {message['List-Unsubscribe-Post']}"
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        if body is None:
            yield f"no {kind} part"
            continue
        text = _plain(body.get_content(), is_html=kind == "html")
        yield from (f"{kind}: without “{missing}”" for missing in _missing(text, person, said))


def _missing(text: str, person: Person, said: Said) -> Iterator[str]:
    parts = said.parts.get(person.language, said.parts["en"])
    yield from (part for part in (*parts, *said.also) if _squeezed(part) not in text)
    if _squeezed(person.name) not in text:
        yield person.name
    if said.next_by is not None:
        zone = person.zone or HOME_ZONE
        local = f"{said.next_by.astimezone(ZoneInfo(zone)):%H:%M}"
        if not re.search(rf"\b{local}[^()]{{0,6}}\({re.escape(zone)}\)", text):
            yield f"{local} ({zone})"


def _plain(text: str, *, is_html: bool) -> str:
    return _squeezed(unescape(re.sub(r"<[^>]+>", " ", text)) if is_html else text)


def _squeezed(text: str) -> str:
    return " ".join(text.split())
