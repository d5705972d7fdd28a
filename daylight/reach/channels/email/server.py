"""A mail server as it was set up and as it announces itself: what every way of talking to it needs to know."""

import functools
import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from daylight.reach.channels.base import ChannelBroken, TryLater

REPLY_SECONDS = 30.0
"""For a reply to a command."""

VERDICT_SECONDS = 180.0
"""For the reply to a whole message: to give up sooner than a slow server decides would leave needless doubt."""


@dataclass(frozen=True)
class MailServer:
    """Where the server is and how it wants to be spoken to.

    `messages_per_connection` is how many it takes before it wants a new connection; 0: it does not say.
    """

    host: str
    port: int
    security: str
    user: str
    password: str
    from_address: str
    bounce_address: str
    ca_file: str
    messages_per_connection: int
    reply_seconds: float
    verdict_seconds: float

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> "MailServer":
        """The server in a provider's settings."""
        patience = float(settings.get("reply_seconds") or 0)
        return cls(
            host=str(settings["host"]),
            port=int(settings["port"]),
            security=str(settings.get("security") or "none"),
            user=str(settings.get("user") or ""),
            password=str(settings.get("password") or ""),
            from_address=str(settings.get("from_address") or ""),
            bounce_address=str(settings.get("bounce_address") or ""),
            ca_file=str(settings.get("ca_file") or ""),
            messages_per_connection=int(settings.get("messages_per_connection") or 0),
            reply_seconds=patience or REPLY_SECONDS,
            verdict_seconds=patience or VERDICT_SECONDS,
        )

    @property
    def tls(self) -> ssl.SSLContext:
        """How we make sure that it is this server, and that nobody reads along."""
        authorities = self.ca_file or ssl.get_default_verify_paths().cafile or ""
        changed = os.stat(authorities).st_mtime_ns if authorities and os.path.exists(authorities) else 0
        return _context(self.ca_file, changed)

    def failure(self, problem: Exception) -> Exception:
        """Whose trouble it is that no connection could be made."""
        if isinstance(problem, ssl.SSLError):
            return ChannelBroken(f"No secure connection to {self.host}: {problem.reason or problem}")
        if isinstance(problem, socket.gaierror) and problem.errno == socket.EAI_AGAIN:
            return TryLater(f"The name of the mail server {self.host} cannot be looked up just now.")
        if isinstance(problem, socket.gaierror):
            return ChannelBroken(f"There is no mail server named {self.host}.")
        said = "timed out" if isinstance(problem, TimeoutError) else problem
        return TryLater(f"The mail server {self.host}:{self.port} does not answer: {said}")


@functools.lru_cache(maxsize=8)
def _context(ca_file: str, _changed: int) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file or None)


@dataclass(frozen=True)
class Abilities:
    """What a server announced after our hello. `size` is the largest message it takes; 0 when it does not say."""

    pipelining: bool = False
    eight_bit: bool = False
    smtputf8: bool = False
    starttls: bool = False
    announces_size: bool = False
    size: int = 0
    auth: frozenset[str] = frozenset()

    @classmethod
    def read(cls, features: Mapping[str, str]) -> "Abilities":
        """From the announced words, in lower case, with what follows each."""
        limit = features.get("size", "").strip()
        return cls(
            pipelining="pipelining" in features,
            eight_bit="8bitmime" in features,
            smtputf8="smtputf8" in features,
            starttls="starttls" in features,
            announces_size="size" in features,
            size=int(limit[:18]) if limit.isascii() and limit.isdigit() else 0,
            auth=frozenset(features.get("auth", "").upper().replace("=", " ").split()),
        )
