"""Takes in mail: each is kept the moment it comes, then read, and gone once it is understood.

What says nothing of a delivery of ours is handed on to whoever listens to customers. A bounce or report without a
genuine key of ours is dropped: it is about somebody else's mail, or forged.
"""

import hashlib
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from itertools import chain

from django.db import transaction

from daylight.core import waking
from daylight.core.due import DueQuerySet
from daylight.core.loops import Step
from daylight.core.parts import in_pieces
from daylight.reach.channels.email import bounces
from daylight.reach.channels.email.bounces import Nature, Returned
from daylight.reach.channels.inbound import Named, NotUnderstood
from daylight.reach.inbound import taking_in
from daylight.reach.inbound.together import work_together
from daylight.reach.inbound.turns import in_turn
from daylight.reach.models import IncomingMail, IncomingMailPart
from daylight.reach.models.incoming_mail import PIECE

AT_ONCE = 100
LEASE = timedelta(minutes=5)
LONGEST_HEAD = 64 * 1024
"""Bytes of a mail kept aside in which its subject and sender are looked for."""

HANDED_ON = "mail.handed_on"
"""The event that wakes whoever listens to customers."""

ANSWER = re.compile(rb"<(out-[0-9a-f]{24})@")
"""How a mail names one that somebody of ours wrote in a conversation, which bears no key of a delivery."""

TRIES = 5
"""After as many failures of ours to take a mail in, it is kept aside too."""

log = logging.getLogger("daylight.inbound")


@dataclass(frozen=True)
class Arrived:
    """A mail as it came, in pieces that may be asked for again; `source` names where from, so that it is kept once."""

    source: str
    recipient: str
    sender: str
    raw: Iterable[bytes]
    received_at: datetime

    @classmethod
    def by_wire(cls, recipient: str, sender: str, raw: bytes | Iterable[bytes], *, at: datetime) -> "Arrived":
        """A mail that a server brought: the same one, brought again because our answer was lost, is the same."""
        pieces = [raw] if isinstance(raw, bytes) else raw
        digest = hashlib.sha256(f"{recipient}\n{sender}\n".encode("utf-8", "replace"))
        for piece in pieces:
            digest.update(piece)
        return cls(f"wire:{digest.hexdigest()}", recipient, sender, pieces, at)


@transaction.atomic
def keep(mails: Iterable[Arrived]) -> None:
    """Keep mails until they are read; from here on they are not lost. Those of one piece are written together."""
    small = []
    for mail in mails:
        pieces = in_pieces(mail.raw, size=PIECE)
        row = _row(mail, next(pieces, b""))
        second = next(pieces, b"")
        if second:
            _keep_large(row, chain([second], pieces))
        else:
            small.append(row)
    IncomingMail.objects.bulk_create(small, batch_size=50, ignore_conflicts=True)


def _row(mail: Arrived, raw: bytes) -> IncomingMail:
    return IncomingMail(
        source=mail.source[:300],
        received_at=mail.received_at,
        recipient=_line(mail.recipient),
        sender=_line(mail.sender),
        raw=raw,
        due_at=mail.received_at,
    )


def _keep_large(row: IncomingMail, pieces: Iterable[bytes]) -> None:
    if IncomingMail.objects.filter(source=row.source).exists():
        return
    row.save(force_insert=True)
    for number, piece in enumerate(pieces):
        IncomingMailPart.objects.create(mail=row, number=number, content=piece)


def step(now: datetime) -> Step:
    """Read what has come."""
    return work_together(IncomingMail.objects.to_read(), now, _take_in, lease=LEASE, limit=AT_ONCE)


def oldest_due(now: datetime) -> datetime | None:
    """When the mail came that waits longest."""
    rows: DueQuerySet[IncomingMail] = IncomingMail.objects.to_read()
    return rows.oldest_due_at()


def _take_in(rows: Sequence[IncomingMail], now: datetime) -> None:
    said: list[Named] = []
    done: list[int] = []
    others: list[int] = []
    for row in in_turn(rows, IncomingMail.objects.to_read(), now):
        returned = _read(row)
        if returned is None or _is_for_others(returned, row):
            others.append(row.pk)
        elif row.attempts > TRIES:
            keep_aside(row, f"We failed to take it in: {row.problem}")
        else:
            said += returned.said
            done.append(row.pk)
            _note(row, returned)
    taking_in.take_in(said, provider=None, at=now)
    IncomingMail.objects.filter(pk__in=done).forget()
    IncomingMail.objects.filter(pk__in=others).hand_on(at=now)
    waking.wake(HANDED_ON)


def _read(row: IncomingMail) -> Returned | None:
    """What a mail says of a delivery; None when it cannot be read that way. Its first piece tells all of that."""
    try:
        return bounces.read(bytes(row.raw), recipient=row.recipient, received_at=row.received_at)
    except NotUnderstood as problem:
        log.info("A mail to %s is handed on: %s", row.recipient, problem)
        return None


def _is_for_others(returned: Returned, row: IncomingMail) -> bool:
    """Whether a mail says nothing of a delivery: a person's words, and machines' answers to other mail than notices."""
    is_sure = returned.is_sure or row.is_from_nobody
    if returned.nature is Nature.AUTOMATIC:
        return not (returned.has_key and is_sure)
    if returned.nature in {Nature.BOUNCE, Nature.DELAYED} and not returned.has_key and ANSWER.search(row.raw):
        return True
    return returned.nature is Nature.WORDS or not is_sure


def keep_aside(row: IncomingMail, why: str) -> None:
    """Keep a mail that nobody understands for the crew to look at."""
    head = BytesHeaderParser().parsebytes(bytes(row.raw[:LONGEST_HEAD]))
    sender = row.sender or bounces.header(head, "From")
    row.finish(kept_because=_line(why)[:300], subject=_line(bounces.header(head, "Subject")), sender=_line(sender))


def _note(row: IncomingMail, returned: Returned) -> None:
    if returned.nature in {Nature.BOUNCE, Nature.SPAM_REPORT} and not returned.said:
        log.info("A mail to %s says: %s. It bears no key of ours and is dropped.", row.recipient, returned.nature.value)


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:400]
