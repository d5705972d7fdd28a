"""A connection to a mail server, kept for many messages."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from email.utils import formatdate
from typing import Any

from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    ChannelBroken,
    Message,
    TryLater,
    Unanswered,
    nothing,
)
from daylight.reach.channels.email.headers import ascii_domain
from daylight.reach.channels.email.replies import Step, failure

TIMEOUT = 30.0
"""Seconds for one reply."""

_SEVEN_BIT = policy.SMTP.clone(cte_type="7bit")


class SmtpSession:
    """One open connection; never shared between threads."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._from_address = str(settings.get("from_address") or "")
        self._sent = 0
        self.is_open = False
        self._smtp = self._connect(settings)
        self.is_open = True

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = nothing) -> Accepted:
        """Hand one message over; the Message-ID carries the key. Raises one of the four failures, or Unanswered."""
        try:
            self._envelope(message)
        except (smtplib.SMTPException, OSError) as problem:
            self._drop()
            raise TryLater(f"The connection to the mail server was lost: {problem}") from problem
        on_wire()
        answer = self._body(b"Date: " + formatdate().encode() + b"\r\n" + self._bytes(message))
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

    def _connect(self, settings: Mapping[str, Any]) -> smtplib.SMTP:
        host, port = str(settings["host"]), int(settings["port"])
        security = settings.get("security") or "none"
        try:
            smtp = self._dial(host, port, security=security, context=_context(settings))
            if security == "starttls":
                smtp.starttls(context=_context(settings))
                smtp.ehlo()
            if settings.get("user"):
                smtp.login(str(settings["user"]), str(settings.get("password") or ""))
        except smtplib.SMTPAuthenticationError as problem:
            raise failure(Step.AUTH, problem.smtp_code, _text(problem.smtp_error)) from problem
        except smtplib.SMTPNotSupportedError as problem:
            raise ChannelBroken(f"The mail server {host} cannot do what is set up for it: {problem}") from problem
        except (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPResponseException) as problem:
            raise failure(Step.HELLO, problem.smtp_code, _text(problem.smtp_error)) from problem
        except ssl.SSLError as problem:
            raise ChannelBroken(f"No secure connection to {host}: {problem.reason or problem}") from problem
        except socket.gaierror as problem:
            raise _unknown_host(host, problem) from problem
        except (OSError, smtplib.SMTPException) as problem:
            raise TryLater(f"The mail server {host}:{port} does not answer: {problem}") from problem
        if smtp.sock is not None:
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return smtp

    def _dial(self, host: str, port: int, *, security: str, context: ssl.SSLContext) -> smtplib.SMTP:
        if security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
        else:
            smtp = smtplib.SMTP(host, port, timeout=TIMEOUT)
        smtp.ehlo_or_helo_if_needed()
        return smtp

    def _envelope(self, message: Message) -> None:
        """Everything up to the leave to send the body."""
        options = " BODY=8BITMIME" if self._smtp.has_extn("8bitmime") else ""
        address = ascii_domain(message.address)
        if not address or not address.isprintable() or any(sign in address for sign in "<> "):
            raise AddressRejected("This is not an address that mail can be sent to.")
        if not address.isascii():
            if not self._smtp.has_extn("smtputf8"):
                raise AddressRejected("This mail server cannot write to an address with letters outside ASCII.")
            options += " SMTPUTF8"
            self._smtp.command_encoding = "utf-8"
        self._step(Step.SENDER, *self._smtp.docmd(f"MAIL FROM:<{self._sender(message)}>{options}"))
        self._step(Step.RECIPIENT, *self._smtp.docmd(f"RCPT TO:<{address}>"))
        self._step(Step.MESSAGE, *self._smtp.docmd("DATA"), wanted=354)

    def _body(self, body: bytes) -> str:
        if b"\r\n." in body:
            body = body.replace(b"\r\n.", b"\r\n..")
        try:
            self._smtp.send(body if body.endswith(b"\r\n") else body + b"\r\n")
            self._smtp.send(b".\r\n")
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

    def _bytes(self, message: Message) -> bytes:
        if self._smtp.has_extn("8bitmime") or message.payload.isascii():
            return message.payload
        return message_from_bytes(message.payload, policy=policy.SMTP).as_bytes(policy=_SEVEN_BIT)

    def _sender(self, message: Message) -> str:
        return ascii_domain(self._from_address or message.headers.get("Sender", ""))


def _unknown_host(host: str, problem: socket.gaierror) -> Exception:
    if problem.errno == socket.EAI_AGAIN:
        return TryLater(f"The name of the mail server {host} cannot be looked up just now.")
    return ChannelBroken(f"There is no mail server named {host}.")


def _context(settings: Mapping[str, Any]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(settings["ca_file"]) if settings.get("ca_file") else None)


def _text(said: bytes | str) -> str:
    return (said.decode("utf-8", "replace") if isinstance(said, bytes) else said).replace("\n", " ").strip()
