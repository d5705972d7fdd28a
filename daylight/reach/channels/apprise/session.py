"""The bridge itself: one call of the library per message, and what its log says when it failed.

The library opens its own connections. So redirects are switched off, services of this very machine are left out, and a
host that leads into a private network is refused just before the call.
"""

import json
import logging
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

import apprise

from daylight.core import http
from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    ChannelBroken,
    Message,
    MessageRejected,
    TryLater,
    nothing,
)

OF_THIS_MACHINE = frozenset(
    {"blink1", "dbus", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows", "mailto", "mailtos"}
)
"""Services of the desktop on which we run; and mail, which has a channel of its own."""

_ASSET = apprise.AppriseAsset(http_redirects=False, secure_logging=True, app_id="Daylight", app_desc="Daylight")
_NUMBER = re.compile(r"error[ =]+(\d{3})")


def service_at(address: str) -> Any:
    """The service that an address leads to; None when it leads to none, or to this machine."""
    if address.partition("://")[0].strip().lower() in OF_THIS_MACHINE:
        return None
    return apprise.Apprise.instantiate(address, asset=_ASSET, suppress_exceptions=True)


class BridgeSession:
    """Sends messages, each to the service that its address names."""

    is_open = True

    def __init__(self, settings: Mapping[str, Any]) -> None:
        if settings.get("kind") != "apprise":
            raise ChannelBroken("The bridge is not switched on.")
        self._allowed = frozenset(str(settings.get("services") or "").split())

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = nothing) -> Accepted:
        """Hand one message over. Raises AddressRejected, MessageRejected or TryLater; none holds the address."""
        service = service_at(message.address)
        schema = message.address.partition("://")[0].strip().lower()
        if service is None or (self._allowed and schema not in self._allowed):
            raise AddressRejected(f"The bridge may not lead to {schema}.")
        try:
            http.refuse_private(str(service.host or ""))
        except http.Refused as problem:
            raise AddressRejected(str(problem)) from None
        said = json.loads(message.payload)
        on_wire()
        with _Listening() as log:
            is_sent = service.notify(title=said["title"], body=said["body"], body_format=apprise.NotifyFormat.TEXT)
        if is_sent:
            return Accepted(reference=idempotency_key, answer=log.last or f"{service.service_name} took it.")
        raise _failure(log.last or f"{service.service_name} did not take it.")

    def close(self) -> None:
        """Nothing is kept open."""


def _failure(words: str) -> Exception:
    """What the library's words mean; without a number the service could not be reached."""
    found = _NUMBER.search(words)
    status = int(found[1]) if found else 0
    if status in {401, 403, 404, 410}:
        return AddressRejected(words)
    return MessageRejected(words) if status in {400, 413, 422} else TryLater(words)


class _Listening(logging.Handler):
    """Hears what the library logs in this thread: it tells why a call failed in no other way."""

    def __init__(self) -> None:
        super().__init__(level=logging.INFO)
        self.last = ""
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the last line of this thread."""
        if record.thread == self._thread:
            self.last = " ".join(record.getMessage().split())[:300]

    def __enter__(self) -> "_Listening":
        logger = logging.getLogger("apprise")
        logger.addHandler(self)
        if logger.level > logging.INFO or logger.level == logging.NOTSET:
            logger.setLevel(logging.INFO)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeHandler(self)
