"""Receives mail, what customers write and what comes back, by SMTP or LMTP, on ports of its own.

It takes only what may be for us: a bounce address, with a genuine key or without, the sender's address, those that
customers write to, and the two that every domain must have. A mail is answered once it is in the database; while that
is away, the other side is told to come again.
"""

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from daylight.accounts.models import Organisation
from daylight.core import clock
from daylight.reach import keys, providers
from daylight.reach.composing import sender_address
from daylight.reach.inbound import arriving
from daylight.reach.inbound.spool import Spool
from daylight.reach.inbound.wire import LARGEST, Streaming, StreamingLMTP
from daylight.reach.models import Provider

MOST_RECIPIENTS = 100
MOST_TOGETHER = 100
LARGEST_TOGETHER = 4 * 1024 * 1024
"""Mails, and bytes of them, that are kept in one transaction."""

OWN_KNOWN_FOR = 5.0
"""Seconds after which our own addresses are asked for again."""

ALWAYS = ("postmaster", "abuse")
"""Names that every domain must take mail for (RFC 2142)."""

T = TypeVar("T")

log = logging.getLogger("daylight.receiver")


def is_ours(recipient: str, own: Collection[str]) -> bool:
    """Whether a mail to this address may be a bounce, a report, or a customer's words; `own` are our addresses."""
    local, _, domain = recipient.lower().rpartition("@")
    if next(keys.keys_in(local), None) or recipient.lower() in own:
        return True
    return local in ALWAYS and domain in {address.rpartition("@")[2] for address in own}


def own_addresses() -> set[str]:
    """Every address that our mail comes from, or is to come back to, and those at which customers write to us."""
    of_providers = [provider.settings or {} for provider in Provider.objects.filter(channel=providers.EMAIL)]
    given = [*of_providers, providers.smtp_settings(settings.SMTP_URL) if settings.SMTP_URL else {}]
    named = {str(one.get(field) or "") for one in given for field in ("bounce_address", "from_address")}
    organisation = Organisation.get()
    ours = {sender_address(organisation), organisation.reply_to, *settings.MAIL_ADDRESSES, *named}
    return {address.lower() for address in ours} - {""}


class Desk:
    """Takes mails in, as aiosmtpd calls it. One thread writes: what came while it was busy, it keeps together."""

    def __init__(self, *, one_recipient: bool) -> None:
        self._one_recipient = one_recipient
        self._writer = ThreadPoolExecutor(1, "incoming-mail")
        self._own: frozenset[str] = frozenset()
        self._own_until = 0.0
        self._waiting: list[_Waiting] = []
        self._keeping: asyncio.Task[None] | None = None

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take only what may be for us. LMTP answers for each recipient, so there they come one by one."""
        if len(envelope.rcpt_tos) >= (1 if self._one_recipient else MOST_RECIPIENTS):
            return "452 4.5.3 Too many recipients; the rest in another transaction"
        if time.monotonic() >= self._own_until:
            found = await self._in_writer(lambda: frozenset(own_addresses()))
            if found is None:
                return "451 4.3.0 Try again later"
            self._own, self._own_until = found, time.monotonic() + OWN_KNOWN_FOR
        if not is_ours(address, self._own):
            return "550 5.1.1 There is no such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail once for each recipient."""
        raw, sender, at = envelope.content, envelope.mail_from or "", clock.now()
        if not isinstance(raw, Spool):
            return "451 4.3.0 Try again later"
        mine = _Waiting(raw, sender, tuple(envelope.rcpt_tos), at, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep())
        return "250 2.0.0 Kept" if await mine.is_kept else "451 4.3.0 Try again later"

    def close(self) -> None:
        """End the thread that writes, and its connection to the database."""
        self._writer.submit(connections.close_all)
        self._writer.shutdown()

    async def _keep(self) -> None:
        """Keep all that waits, many small mails in one transaction; where that fails, each alone."""
        while self._waiting:
            together = _that_fit(self._waiting)
            del self._waiting[: len(together)]
            if await self._in_writer(partial(_kept, together)):
                _answer(together, is_kept=True)
                continue
            for mail in together:
                alone = len(together) > 1 and await self._in_writer(partial(_kept, [mail]))
                _answer([mail], is_kept=bool(alone))

    async def _in_writer(self, work: Callable[[], T]) -> T | None:
        """What the work gives; None when the database is away."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, _written, work)


@dataclass(frozen=True)
class _Waiting:
    """A mail that is not kept yet; `is_kept` tells its sender once it is decided."""

    raw: Spool
    sender: str
    recipients: tuple[str, ...]
    at: datetime
    is_kept: "asyncio.Future[bool]"


def _that_fit(waiting: Sequence[_Waiting]) -> list[_Waiting]:
    """The first of them that are kept in one transaction: so many small ones, or a large one alone."""
    size = 0
    together: list[_Waiting] = []
    for mail in waiting[:MOST_TOGETHER]:
        size += mail.raw.size
        if together and size > LARGEST_TOGETHER:
            break
        together.append(mail)
    return together


def _answer(mails: Sequence[_Waiting], *, is_kept: bool) -> None:
    for mail in mails:
        if not mail.is_kept.done():  # Whoever sent it may have hung up.
            mail.is_kept.set_result(is_kept)


def _kept(mails: Sequence[_Waiting]) -> bool:
    arriving.keep(
        arriving.Arrived.by_wire(to, mail.sender, mail.raw, at=mail.at) for mail in mails for to in mail.recipients
    )
    return True


def _written(work: Callable[[], T]) -> T | None:
    close_old_connections()
    try:
        return work()
    except (DatabaseError, ValueError):  # The latter for a mail whose sender hung up, and whose spool is closed.
        log.exception("A mail cannot be kept; the other side is told to come again.")
        return None


def serve(*, host: str, smtp_port: int, lmtp_port: int) -> None:
    """Serve on these ports (0: not) until SIGTERM or Ctrl-C."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd writes a line per command, with addresses.
    asyncio.run(_serve(host, smtp_port, lmtp_port))


async def _serve(host: str, smtp_port: int, lmtp_port: int) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    desks = []
    for kind, port in ((Streaming, smtp_port), (StreamingLMTP, lmtp_port)):
        if port:
            desks.append(Desk(one_recipient=kind is StreamingLMTP))
            await loop.create_server(protocol(kind, desks[-1], loop), host, port)
            log.info(
                "Mail that comes back is taken by %s, on %s port %d.",
                "LMTP" if kind is StreamingLMTP else "SMTP",
                host,
                port,
            )
    await stop.wait()
    for desk in desks:
        desk.close()


def protocol(kind: type[Streaming], desk: Desk, loop: asyncio.AbstractEventLoop) -> Callable[[], SMTP]:
    """What serves one connection, by SMTP or LMTP."""
    return lambda: kind(
        desk, hostname="bounces", enable_SMTPUTF8=True, data_size_limit=LARGEST, loop=loop, ident="Daylight"
    )
