"""A connection to a mail server, kept for many messages."""

import smtplib
import socket
from collections.abc import Callable, Mapping
from typing import Any

from daylight.reach.channels.base import (
    Accepted,
    ChannelBroken,
    Message,
    TryLater,
    Unanswered,
    nothing,
)
from daylight.reach.channels.email.envelopes import Envelopes
from daylight.reach.channels.email.replies import Step, failure
from daylight.reach.channels.email.server import Abilities, MailServer

TIMEOUT = 30.0
"""Seconds for one reply."""


class SmtpSession:
    """One open connection; never shared between threads."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        server = MailServer.read(settings)
        self._sent = 0
        self.is_open = False
        self._smtp = self._connect(server)
        self._envelopes = Envelopes(
            Abilities.read(self._smtp.esmtp_features),
            from_address=server.from_address,
            bounce_address=server.bounce_address,
        )
        self.is_open = True

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = nothing) -> Accepted:
        """Hand one message over; the Message-ID carries the key. Raises one of the four failures, or Unanswered."""
        body = self._envelopes.body(message)
        try:
            self._envelope(message)
        except (smtplib.SMTPException, OSError) as problem:
            self._drop()
            raise TryLater(f"The connection to the mail server was lost: {problem}") from problem
        on_wire()
        answer = self._body(body)
        self._sent += 1
        return Accepted(reference=message.headers.get("Message-ID", ""), answer=answer[:300])

    def close(self) -> None:
        """Say goodbye; a server that is gone already does not matter."""
        if self.is_open:
            self.is_open = False
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()

    def _connect(self, server: MailServer) -> smtplib.SMTP:
        try:
            smtp = self._dial(server)
            if server.security == "starttls":
                smtp.starttls(context=server.tls)
                smtp.ehlo()
            if server.user:
                smtp.login(server.user, server.password)
        except smtplib.SMTPAuthenticationError as problem:
            raise failure(Step.AUTH, problem.smtp_code, _text(problem.smtp_error)) from problem
        except smtplib.SMTPNotSupportedError as problem:
            raise ChannelBroken(
                f"The mail server {server.host} cannot do what is set up for it: {problem}"
            ) from problem
        except (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPResponseException) as problem:
            raise failure(Step.HELLO, problem.smtp_code, _text(problem.smtp_error)) from problem
        except OSError as problem:  # Those of TLS, of names and of smtplib are among them.
            raise server.failure(problem) from problem
        if smtp.sock is not None:
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return smtp

    def _dial(self, server: MailServer) -> smtplib.SMTP:
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=server.tls)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        smtp.ehlo_or_helo_if_needed()
        return smtp

    def _envelope(self, message: Message) -> None:
        """Everything up to the leave to send the body."""
        sender, recipient = self._envelopes.commands(message)
        self._step(Step.SENDER, *self._asked(sender))
        self._step(Step.RECIPIENT, *self._asked(recipient))
        self._step(Step.MESSAGE, *self._asked(b"DATA\r\n"), wanted=354)

    def _asked(self, command: bytes) -> tuple[int, bytes]:
        self._smtp.send(command)
        return self._smtp.getreply()

    def _body(self, body: bytes) -> str:
        try:
            self._smtp.send(body + b".\r\n")
            code, said = self._smtp.getreply()
        except (smtplib.SMTPException, OSError) as problem:
            self._drop()
            raise Unanswered(f"The message was sent and no answer came: {problem}") from problem
        self._step(Step.MESSAGE, code, said)
        return f"{code} {_text(said)}"

    def _step(self, step: Step, code: int, said: bytes, *, wanted: int = 250) -> None:
        """Go on when the server agreed; otherwise tidy up and raise."""
        if code == wanted or (wanted == 250 and code == 251):
            return
        # A server that has had enough of this connection says so to the next sender: a new one may go at once.
        if code in {421, -1} or (400 <= code < 500 and step is Step.SENDER and self._sent):
            self._drop()
        elif step is not Step.SENDER:
            self._reset()
        raise failure(step, code if code > 0 else 421, _text(said))

    def _reset(self) -> None:
        try:
            self._smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        self.is_open = False
        self._smtp.close()


def _text(said: bytes | str) -> str:
    return (said.decode("utf-8", "replace") if isinstance(said, bytes) else said).replace("\n", " ").strip()
