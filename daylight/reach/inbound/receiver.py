"""Receives mail, what customers write and what comes back, by SMTP or LMTP, on ports of its own.

It takes only what may be for us: a bounce address, with a genuine key or without, the sender's address, those that
customers write to, and the two that every domain must have. A mail is answered once it is in the database; while that
is away, the other side is told to come again.
"""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from daylight.accounts.models import Organisation
from daylight.core import clock
from daylight.reach import keys, providers
from daylight.reach.composing import sender_address
from daylight.reach.inbound import returned
from daylight.reach.inbound.spool import Spool
from daylight.reach.inbound.wire import LARGEST, Streaming, StreamingLMTP
from daylight.reach.models import Provider

MOST_RECIPIENTS = 100
MOST_CONNECTIONS = 200
"""Connections at a time; whoever comes beyond is told to come again, so that each holds a piece of a mail at most."""

ALWAYS = ("postmaster", "abuse")
"""Names that every domain must take mail for (RFC 2142)."""

log = logging.getLogger("daylight.receiver")


def is_ours(recipient: str) -> bool:
    """Whether a mail to this address may be a bounce, a report, or an answer to us."""
    local, _, domain = recipient.lower().rpartition("@")
    own = {address.lower() for address in own_addresses()}
    if next(keys.keys_in(local), None) or recipient.lower() in own:
        return True
    return local in ALWAYS and domain in {address.rpartition("@")[2] for address in own}


def own_addresses() -> set[str]:
    """Every address that our mail comes from, or is to come back to, and those at which customers write to us."""
    of_providers = [provider.settings or {} for provider in Provider.objects.filter(channel=providers.EMAIL)]
    given = [*of_providers, providers.smtp_settings(settings.SMTP_URL) if settings.SMTP_URL else {}]
    named = {str(one.get(field) or "") for one in given for field in ("bounce_address", "from_address")}
    organisation = Organisation.get()
    return {sender_address(organisation), organisation.reply_to, *settings.MAIL_ADDRESSES, *named} - {""}


class Desk:
    """Takes mails in, as aiosmtpd calls it. Rows are written by one thread, one mail after the other."""

    def __init__(self, *, one_recipient: bool) -> None:
        self._one_recipient = one_recipient
        self._writer = ThreadPoolExecutor(1, "returned-mail")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take only what may be for us. LMTP answers for each recipient, so there they come one by one."""
        if len(envelope.rcpt_tos) >= (1 if self._one_recipient else MOST_RECIPIENTS):
            return "452 4.5.3 Too many recipients; the rest in another transaction"
        ours = await self._in_writer(lambda: is_ours(address))
        if ours is None:
            return "451 4.3.0 Try again later"
        if not ours:
            return "550 5.1.1 There is no such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail once for each recipient."""
        raw, sender, at = envelope.content, envelope.mail_from or "", clock.now()
        if not isinstance(raw, Spool):
            return "451 4.3.0 Try again later"
        kept = await self._in_writer(
            lambda: _kept(returned.Arrived.by_wire(to, sender, raw, at=at) for to in envelope.rcpt_tos)
        )
        return "250 2.0.0 Kept" if kept else "451 4.3.0 Try again later"

    def close(self) -> None:
        """End the thread that writes, and its connection to the database."""
        self._writer.submit(connections.close_all)
        self._writer.shutdown()

    async def _in_writer(self, work: Callable[[], bool]) -> bool | None:
        """What the work gives; None when the database is away."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, _written, work)


def _kept(mails: Iterable[returned.Arrived]) -> bool:
    returned.keep(mails)
    return True


def _written(work: Callable[[], bool]) -> bool | None:
    close_old_connections()
    try:
        return work()
    except DatabaseError:
        log.exception("The database cannot be asked; the other side is told to come again.")
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
