# ruff: noqa: N802  # The names are aiosmtpd's.
"""Mail servers on a real socket: a willing one, and one with moods."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Desk:
    """Keeps what comes; `replies` say how each step answers, as a line or a function of the address or body."""

    def __init__(self, **replies: Any) -> None:
        self.letters: list[tuple[str, bytes]] = []
        self.connections = 0
        self.commands: list[str] = []
        self._replies = replies

    def _reply(self, step: str, subject: Any, usual: str) -> str:
        reply = self._replies.get(step, usual)
        if callable(reply):
            reply = reply(subject)
        return str(reply or usual)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        hidden = self._replies.get("hides", ())
        own = [f"250-{word}" for word in self._replies.get("announces", ())]
        return own + [line for line in responses if not any(word in line for word in hidden)]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._reply("sender", address, "250 OK")
        if reply.startswith("2"):
            envelope.mail_from = address
        return reply

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._reply("recipient", address, "250 OK")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = self._reply("message", envelope.rcpt_tos[0], "250 2.0.0 kept")
        if reply.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.letters.append((envelope.rcpt_tos[0], envelope.content))
        return reply


class OnePerConnection(Desk):
    """Takes one message per connection, then says: too many messages."""

    def __init__(self) -> None:
        super().__init__()
        self._served: set[int] = set()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if id(session) in self._served:
            return "451 4.7.0 too many messages on this connection"
        self._served.add(id(session))
        self._kept = getattr(self, "_kept", [])
        self._kept.append(session)  # So that an id is never used twice.
        envelope.mail_from = address
        return "250 OK"


@contextmanager
def serving(desk: Desk, **settings: Any) -> Iterator[dict[str, Any]]:
    """Serve on a free loopback port; yields the channel's settings."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(desk, hostname="127.0.0.1", port=port, **settings)
    controller.start()
    try:
        yield {"host": "127.0.0.1", "port": port, "security": "none"}
    finally:
        controller.stop()
