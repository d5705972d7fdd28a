"""Takes in mail that came back: each is kept the moment it comes, then read, and gone once it is understood.

What nobody's program wrote, or what cannot be read, is kept aside for the crew. A bounce or report without a genuine
key of ours is dropped: it is about somebody else's mail, or forged.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser

from daylight.core.due import DueQuerySet
from daylight.core.loops import Step
from daylight.reach.channels.email import bounces
from daylight.reach.channels.email.bounces import Nature, Returned
from daylight.reach.channels.inbound import Named, NotUnderstood
from daylight.reach.inbound import taking_in
from daylight.reach.inbound.together import work_together
from daylight.reach.models import ReturnedMail

AT_ONCE = 200
LEASE = timedelta(minutes=5)
LONGEST_HEAD = 64 * 1024
"""Bytes of a mail kept aside in which its subject and sender are looked for."""

TRIES = 5
"""After as many failures of ours to take a mail in, it is kept aside too."""

log = logging.getLogger("daylight.inbound")


@dataclass(frozen=True)
class Arrived:
    """A mail as it came; `source` names where from, so that the same one is kept once."""

    source: str
    recipient: str
    sender: str
    raw: bytes
    received_at: datetime

    @classmethod
    def by_wire(cls, recipient: str, sender: str, raw: bytes, *, at: datetime) -> "Arrived":
        """A mail that a server brought: the same one, brought again because our answer was lost, is the same."""
        digest = hashlib.sha256(b"\n".join((recipient.encode(), sender.encode(), raw))).hexdigest()
        return cls(f"wire:{digest}", recipient, sender, raw, at)


def keep(mails: Iterable[Arrived]) -> None:
    """Keep mails until they are read; from here on they are not lost."""
    ReturnedMail.objects.bulk_create(
        (
            ReturnedMail(
                source=mail.source[:300],
                received_at=mail.received_at,
                recipient=_line(mail.recipient),
                sender=_line(mail.sender),
                raw=mail.raw,
                due_at=mail.received_at,
            )
            for mail in mails
        ),
        batch_size=50,
        ignore_conflicts=True,
    )


def step(now: datetime) -> Step:
    """Read what has come."""
    return work_together(ReturnedMail.objects.all(), now, _take_in, lease=LEASE, limit=AT_ONCE)


def oldest_due(now: datetime) -> datetime | None:
    """When the mail came that waits longest."""
    rows: DueQuerySet[ReturnedMail] = ReturnedMail.objects.all()
    return rows.oldest_due_at()


def _take_in(rows: Sequence[ReturnedMail], now: datetime) -> None:
    said: list[Named] = []
    done: list[int] = []
    for row in rows:
        try:
            returned = bounces.read(bytes(row.raw), recipient=row.recipient, received_at=row.received_at)
        except NotUnderstood as problem:
            _keep_aside(row, str(problem))
            continue
        if returned.nature is Nature.WORDS:
            _keep_aside(row, "It says nothing of a delivery: somebody may have written to us.")
        elif row.attempts > TRIES:
            _keep_aside(row, f"We failed to take it in: {row.problem}")
        else:
            said += returned.said
            done.append(row.pk)
            _note(row, returned)
    taking_in.take_in(said, provider=None, at=now)
    ReturnedMail.objects.filter(pk__in=done).delete()


def _keep_aside(row: ReturnedMail, why: str) -> None:
    head = BytesHeaderParser().parsebytes(bytes(row.raw[:LONGEST_HEAD]))
    sender = row.sender or bounces.header(head, "From")
    row.finish(kept_because=_line(why)[:300], subject=_line(bounces.header(head, "Subject")), sender=_line(sender))


def _note(row: ReturnedMail, returned: Returned) -> None:
    if returned.nature in {Nature.BOUNCE, Nature.SPAM_REPORT} and not returned.said:
        log.info("A mail to %s says: %s. It bears no key of ours and is dropped.", row.recipient, returned.nature.value)


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:400]
