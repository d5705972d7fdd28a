"""Reads mailboxes by IMAP.

Each mail is kept in the database before anything is done to it in the mailbox, so that whatever breaks in between, it
is only read again.
"""

import imaplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox

from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.reach.inbound import arriving
from daylight.reach.inbound.spool import Spool
from daylight.reach.models import Mailbox

EVERY = timedelta(minutes=1)
AFTER_A_PROBLEM = timedelta(minutes=5)
AT_ONCE = 100
"""Mails read before they are kept; more are read at once afterwards."""

TIMEOUT = 30.0
PIECE = 1024 * 1024
"""Bytes fetched at a time."""

LARGEST = 200 * 1024 * 1024
"""Bytes read of one mail; no server takes larger ones."""

Afterwards = Mailbox.Afterwards


class CannotRead(Exception):
    """The mailbox cannot be read; the words say why, for whoever set it up."""


def step(now: datetime) -> Step:
    """Read each mailbox that is due."""
    return work_through(Mailbox.objects.all(), now, _read, lease=timedelta(minutes=10), limit=5)


def count(settings: Mapping[str, Any]) -> int:
    """How many mails lie in a mailbox with these settings; leaves all as it is. Raises CannotRead."""
    with _opened(settings) as box:
        _folder_to_move_to(box, settings)
        return int(_status(box, settings)["MESSAGES"])


def keep(name: str, settings: Mapping[str, Any], *, at: datetime, instead_of: int | None = None) -> Mailbox:
    """Read a mailbox from now on, in place of another row of ours if the name has changed.

    Of one whose mails stay where they are, only what comes from now on is read. Raises CannotRead.
    """
    with _opened(settings) as box:
        status = _status(box, settings)
    given: dict[str, Any] = {"settings": dict(settings), "due_at": at, "leased_until": None, "problem": ""}
    begins = {"uid_validity": status["UIDVALIDITY"], "last_uid": status["UIDNEXT"] - 1}
    row, _ = Mailbox.objects.update_or_create(name=name, defaults=given, create_defaults=given | begins)
    if instead_of is not None:
        Mailbox.objects.filter(pk=instead_of).exclude(pk=row.pk).delete()
    return row


def _read(row: Mailbox, now: datetime) -> None:
    settings: Mapping[str, Any] = row.settings
    try:
        with _opened(settings) as box:
            validity = int(_status(box, settings)["UIDVALIDITY"])
            after = row.last_uid if validity == row.uid_validity else 0
            stays = settings["afterwards"] == Afterwards.FLAG
            uids = _waiting(box, after=after if stays else 0)[:AT_ONCE]
            for uid in uids:
                _keep_mail(box, f"imap:{row.pk}:{validity}:{uid}", uid, at=now)
            _put_aside(box, settings, uids)
    except CannotRead as problem:
        row.put_off(until=now + AFTER_A_PROBLEM, problem=str(problem))
        return
    wait = timedelta(0) if len(uids) == AT_ONCE else EVERY
    last = max([after, *map(int, uids)])
    row.put_off(until=now + wait, read_at=now, uid_validity=validity, last_uid=last)


@contextmanager
def _opened(settings: Mapping[str, Any]) -> Iterator[BaseMailBox]:
    """The mailbox, signed in, with its folder chosen. Raises CannotRead, also for what goes wrong while it is open."""
    host, port = str(settings["host"]), int(settings["port"])
    try:
        box = _dialled(host, port, security=str(settings["security"]), context=_context(settings))
        try:
            box.login(str(settings["user"]), str(settings["password"]), initial_folder=str(settings["folder"]))
            yield box
        finally:
            box.client.shutdown()
    except ssl.SSLError as problem:
        raise CannotRead(f"No secure connection to {host}: {problem.reason or problem}") from problem
    except (OSError, imaplib.IMAP4.error, ImapToolsError, ValueError) as problem:
        raise CannotRead(f"{host}: {_words(problem)}") from problem


def _dialled(host: str, port: int, *, security: str, context: ssl.SSLContext) -> BaseMailBox:
    if security == "tls":
        return MailBox(host, port, timeout=TIMEOUT, ssl_context=context)
    if security == "starttls":
        return MailBoxStartTls(host, port, timeout=TIMEOUT, ssl_context=context)
    return MailBoxUnencrypted(host, port, timeout=TIMEOUT)


def _context(settings: Mapping[str, Any]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(settings["ca_file"]) if settings.get("ca_file") else None)


def _status(box: BaseMailBox, settings: Mapping[str, Any]) -> dict[str, int]:
    return box.folder.status(str(settings["folder"]), ["MESSAGES", "UIDVALIDITY", "UIDNEXT"])


def _waiting(box: BaseMailBox, *, after: int) -> list[str]:
    """The mails after this one, in order. A server gives its last one even where there is none after."""
    found = box.uids(f"UID {after + 1}:*")
    return sorted((uid for uid in found if int(uid) > after), key=int)


def _keep_mail(box: BaseMailBox, source: str, uid: str, *, at: datetime) -> None:
    """Fetch a mail, and only then hold the database; nothing when somebody took it away meanwhile."""
    with Spool() as spool:
        while (piece := _piece(box, uid, spool.size)) and spool.size < LARGEST:
            spool.write(piece)
            if len(piece) < PIECE:
                break
        if spool.size:
            arriving.keep([arriving.Arrived(source, "", "", spool, at)])


def _piece(box: BaseMailBox, uid: str, begin: int) -> bytes:
    status, data = box.client.uid("fetch", uid, f"(BODY.PEEK[]<{begin}.{PIECE}>)")
    if status != "OK":
        raise CannotRead(f"Mail {uid} cannot be fetched: {data}")
    return next((bytes(part[1]) for part in data or [] if isinstance(part, tuple)), b"")


def _put_aside(box: BaseMailBox, settings: Mapping[str, Any], uids: Sequence[str]) -> None:
    if not uids:
        return
    if settings["afterwards"] == Afterwards.MOVE:
        box.move(list(uids), _folder_to_move_to(box, settings))
    elif settings["afterwards"] == Afterwards.DELETE:
        box.delete(list(uids))
    else:
        box.flag(list(uids), ["\\Seen"], True)


def _folder_to_move_to(box: BaseMailBox, settings: Mapping[str, Any]) -> str:
    """The folder for mails we have; made when there is none."""
    folder = str(settings.get("move_to") or "Daylight")
    if settings["afterwards"] == Afterwards.MOVE and not box.folder.exists(folder):
        box.folder.create(folder)
    return folder


def _words(problem: Exception) -> str:
    """What the server said, without the name it has in Python."""
    result = getattr(problem, "command_result", None)
    if result:
        return " ".join(part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in result[1])
    said = problem.args[0] if problem.args else problem
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(problem)
