"""Takes the mails that say nothing of a delivery, and hands in what people wrote in them.

A mail leaves its row in the same transaction in which its words are accepted: whatever dies in between, it is there
once. What nobody can make sense of is kept aside for the crew.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daylight.core.loops import Step
from daylight.listen import accepting
from daylight.listen.models import Attachment, Incoming, Message
from daylight.listen.models.message import OURS
from daylight.listen.said import Said, SaidFile
from daylight.listen.sources.mailbox import notices
from daylight.listen.sources.mailbox.natures import AUTOMATIC, Own
from daylight.listen.sources.mailbox.reading import Enclosed, ReadMail, read
from daylight.reach import providers
from daylight.reach.inbound import arriving, receiver
from daylight.reach.inbound.spool import Spool
from daylight.reach.inbound.together import work_together
from daylight.reach.inbound.turns import in_turn
from daylight.reach.models import IncomingMail

SOURCE = "mailbox"
AT_ONCE = 100
LEASE = timedelta(minutes=5)
TRIES = 5
"""After as many failures of ours a mail is kept aside for the crew."""

KEPT_AS_IT_CAME = 1024 * 1024
"""Bytes up to which a mail whose words were cut is kept as it came too; of a larger one all its words are."""

_SAYS_SOMETHING = re.compile(r"\w")


def step(now: datetime) -> Step:
    """Take what was handed on."""
    return work_together(IncomingMail.objects.handed_on(), now, _take, lease=LEASE, limit=AT_ONCE)


def oldest_due(now: datetime) -> datetime | None:
    """When the mail came that waits longest."""
    return IncomingMail.objects.handed_on().oldest_due_at()


@dataclass(frozen=True)
class _Slot:
    """A file of a mail on the mail's shelf."""

    shelf: Spool
    begin: int

    def write(self, data: bytes) -> None:
        """As `reading.Sink`."""
        self.shelf.write(data)

    def close(self) -> None:
        """As `reading.Sink`."""


def _take(rows: Sequence[IncomingMail], now: datetime) -> None:
    own = Own(frozenset(receiver.own_addresses()))
    said: list[Said] = []
    done: list[int] = []
    with ExitStack() as shelves:
        for row in in_turn(rows, IncomingMail.objects.handed_on(), now):
            if row.attempts > TRIES:
                arriving.keep_aside(row, f"We failed to take it in: {row.problem}")
                continue
            words = said_in(row, own, shelves.enter_context(Spool()))
            if words is None:
                arriving.keep_aside(row, "There are no words in it, and no files.")
                continue
            said.append(words)
            done.append(row.pk)
        accepting.accept(_named(_linked(said)), at=now)
    IncomingMail.objects.filter(pk__in=done).forget()


def said_in(row: IncomingMail, own: Own, shelf: Spool) -> Said | None:
    """What a mail says; its files lie on the shelf. None when it says nothing at all."""
    mail = read(
        row.pieces(),
        own=own,
        received_at=row.received_at,
        keep=lambda name, content_type: _Slot(shelf, shelf.size),
        is_from_nobody=row.is_from_nobody,
    )
    if not _SAYS_SOMETHING.search(mail.text + mail.subject) and not mail.files:
        return None
    recipient = row.recipient.lower() or mail.recipient
    facts = {"mailbox": recipient, "reply_to": mail.reply_to.address, "machine": mail.nature.why}
    return Said(
        source=SOURCE,
        external_id=mail.message_id or f"sha256-{mail.digest}",
        said_at=mail.said_at,
        text=mail.text or mail.subject or "There are only files in this mail.",
        subject=mail.subject,
        channel=providers.EMAIL if mail.writer.address else "",
        address=mail.writer.address,
        name=mail.writer.name,
        thread=_thread(mail, recipient, bytes(row.raw)),
        facts={name: value for name, value in facts.items() if value and value != mail.writer.address},
        nature=mail.nature.name,
        files=(*(_file(one) for one in mail.files), *_original(mail, row)),
    )


def _thread(mail: ReadMail, recipient: str, raw: bytes) -> tuple[str, ...]:
    """The messages it answers, by their names here: ours have the one that stands before the @ on the wire.

    A bounce names the answer of ours that did not arrive only in the copy that it returns.
    """
    returned_ones = arriving.ANSWER.findall(raw) if mail.nature.name == AUTOMATIC else []
    names = [*mail.answers, *(name.decode() for name in returned_ones), recipient]
    return tuple(name.partition("@")[0] if name.startswith(OURS) else name for name in names if name)


def _file(enclosed: Enclosed) -> SaidFile:
    slot = enclosed.sink
    pieces = slot.shelf.between(slot.begin, slot.begin + enclosed.size) if isinstance(slot, _Slot) else iter(())
    return SaidFile(enclosed.name, enclosed.content_type, pieces)


def _original(mail: ReadMail, row: IncomingMail) -> Iterator[SaidFile]:
    """The mail as it came, where not all of it was read; all its words, where only they were cut."""
    if mail.left_out or mail.sealed or (mail.text != mail.whole and mail.size <= KEPT_AS_IT_CAME):
        yield SaidFile("the whole mail.eml", "message/rfc822", row.pieces())
    elif mail.text != mail.whole:
        yield SaidFile("all its words.txt", "text/plain; charset=utf-8", [mail.whole.encode("utf-8", "replace")])


def _linked(said: Sequence[Said]) -> list[Said]:
    """The same, with the incident and the customer of the notice that each answers."""
    answered = notices.answered({name for one in said for name in one.thread})
    linked = []
    for one in said:
        notice = next((answered[name] for name in one.thread if name in answered), None)
        if notice is None:
            linked.append(one)
            continue
        is_theirs = notice.address.lower() == one.address.lower()
        customer = notice.customer_id if is_theirs else None
        linked.append(replace(one, incident_id=notice.incident_id, customer_id=customer))
    return linked


def _named(said: Sequence[Said]) -> list[Said]:
    """The same, with names that tell other mails apart: some programs give every mail the same Message-ID."""
    known = _known({one.external_id for one in said})
    named = []
    for one in said:
        content = _content(one.text, [file.name for file in one.files])
        is_other = known.setdefault(one.external_id, content) != content
        named.append(replace(one, external_id=f"{one.external_id}#{content}") if is_other else one)
    return named


def _known(names: set[str]) -> dict[str, str]:
    """What stands for the content of the messages with these names, as far as we have them."""
    messages = Message.objects.filter(source=SOURCE, external_id__in=names)
    waiting = Incoming.objects.filter(source=SOURCE, external_id__in=names)
    texts = dict(messages.values_list("external_id", "text")) | dict(waiting.values_list("external_id", "said__text"))
    if not texts:
        return {}
    files: dict[str, list[str]] = defaultdict(list)
    for owner in ("message", "incoming"):
        found = Attachment.objects.filter(**{f"{owner}__source": SOURCE, f"{owner}__external_id__in": list(texts)})
        for name, file in found.values_list(f"{owner}__external_id", "name"):
            files[name].append(file)
    return {name: _content(text, files[name]) for name, text in texts.items()}


def _content(text: str, files: Iterable[str]) -> str:
    """What stands for the words and files of a mail."""
    whole = "\n".join([text, *sorted(files)])
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:16]
