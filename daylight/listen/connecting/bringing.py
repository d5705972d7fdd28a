"""Takes a mail that a mail provider posts: onto disk first, then to the mails that came by the wire."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from daylight.core.limits import take
from daylight.listen.models import Connection
from daylight.listen.sources.base import Brings
from daylight.listen.sources.mailbox.posted.request import Brought, Posted
from daylight.reach.channels.inbound import NotGenuine, NotUnderstood
from daylight.reach.inbound import arriving
from daylight.reach.inbound.spool import PIECE, Spool
from daylight.reach.views.callbacks import HEARD, TurnedAway

LARGEST = 120 * 1024 * 1024
"""Bytes of one request: a mail of 80 MB, and what its form adds."""

_NONSENSE = (NotUnderstood, LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What reading nonsense runs into; our own mistakes show in the log in the same way."""

log = logging.getLogger("daylight.inbound")


def bring(
    row: Connection,
    brings: Brings,
    *,
    url: str,
    headers: Mapping[str, str],
    read: Callable[[int], bytes],
    at: datetime,
) -> None:
    """Keep the mails of one request, of which `read` gives the next bytes. Raises TurnedAway and TooMany."""
    take(HEARD, f"connection {row.pk}", at=at)
    settings: Mapping[str, Any] = row.settings or {}
    with Spool() as body, Spool() as shelf:
        while piece := read(PIECE):
            body.write(piece)
            if body.size > LARGEST:
                raise TurnedAway("This is more than we take at once.", status=413)
        try:
            mails = list(brings(Posted(url, headers, body, shelf), settings))
        except NotGenuine as problem:
            raise TurnedAway("The signature is wrong.", status=403) from problem
        except _NONSENSE as problem:
            log.warning("A request for connection %s was not understood.", row.pk, exc_info=problem)
            raise TurnedAway("This is not understood.", status=400) from problem
        arriving.keep(_arrived(mail, at) for mail in mails)


def _arrived(mail: Brought, at: datetime) -> arriving.Arrived:
    """The same mail posted again is the same; whether nobody sent it, the provider does not tell for sure."""
    digest = hashlib.sha256(f"{mail.recipient}\n{mail.sender}\n".encode("utf-8", "replace"))
    pieces = mail.raw
    for piece in pieces:
        digest.update(piece)
    return arriving.Arrived(f"post:{digest.hexdigest()}", mail.recipient, mail.sender, pieces, at)
