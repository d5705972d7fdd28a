"""What goes around a message on the wire: the commands before it, and its bytes as this server can take them."""

import re
import time
from email import message_from_bytes, policy
from email.utils import formatdate

from daylight.reach.channels.base import AddressRejected, Message, MessageRejected
from daylight.reach.channels.email.headers import ascii_domain
from daylight.reach.channels.email.mail import Mail
from daylight.reach.channels.email.server import Abilities

DATE_BYTES = 40
"""About what the date adds to a message."""

LONGEST_LOCAL_PART = 64
"""Characters before the @, by RFC 5321."""

_KEY = re.compile(r"<(\d+\.\d+\.[0-9a-f]{20})@")
_SEVEN_BIT = policy.SMTP.clone(cte_type="7bit", refold_source="none")
"""Headers stay as we wrote them: written anew, a name that looks like an encoded word would become one."""


class Envelopes:
    """Envelopes for one server.

    With a `bounce_address` each message comes from an address of its own, so that a bounce names its delivery even
    where it quotes nothing of the message.
    """

    def __init__(self, abilities: Abilities, *, from_address: str = "", bounce_address: str = "") -> None:
        self._abilities = abilities
        self._from_address = from_address
        self._bounce_address = bounce_address
        self._senders: dict[tuple[str, bool], bytes] = {}

    def commands(self, message: Message) -> tuple[bytes, bytes]:
        """The MAIL and the RCPT command. Raises AddressRejected or MessageRejected."""
        address = message.address
        is_ascii = address.isascii()
        if not is_ascii:
            address = ascii_domain(address)
            is_ascii = address.isascii()
        if not address or not address.isprintable() or " " in address or "<" in address or ">" in address:
            raise AddressRejected("This is not an address that mail can be sent to.")
        if not is_ascii and not self._abilities.smtputf8:
            raise AddressRejected("This mail server cannot write to an address with letters outside ASCII.")
        if self._bounce_address:
            sender = self._mail_command(returning_to(self._bounce_address, message), is_ascii)
        else:
            key = message.headers.get("Sender", ""), is_ascii
            sender = self._senders.get(key) or self._sender(*key)
        recipient = b"RCPT TO:<" + address.encode() + b">\r\n"
        if not self._abilities.announces_size:
            return sender + b"\r\n", recipient
        size = len(message.payload) + DATE_BYTES
        if 0 < self._abilities.size < size:
            raise MessageRejected(f"The message has {size} bytes, and the server takes {self._abilities.size}.")
        return b"%b SIZE=%d\r\n" % (sender, size), recipient

    def body(self, message: Message) -> bytes:
        """The message with its date, as it travels, but for the last line with the dot."""
        payload = message.payload
        if not self._abilities.eight_bit and not payload.isascii():
            payload = message_from_bytes(payload, policy=policy.SMTP).as_bytes(policy=_SEVEN_BIT)
        if not (isinstance(message, Mail) and message.is_dotless) and b"\r\n." in payload:
            payload = payload.replace(b"\r\n.", b"\r\n..")
        if payload[-2:] != b"\r\n":
            payload += b"\r\n"
        return _date() + payload

    def _sender(self, given: str, is_ascii: bool) -> bytes:
        made = self._senders[given, is_ascii] = self._mail_command(self._from_address or given, is_ascii)
        return made

    def _mail_command(self, sender: str, is_ascii: bool) -> bytes:
        """The MAIL command up to the size. Raises MessageRejected."""
        sender = ascii_domain(sender)
        options = " BODY=8BITMIME" if self._abilities.eight_bit else ""
        if not is_ascii or not sender.isascii():
            options += " SMTPUTF8"
        if not sender.isprintable() or any(sign in sender for sign in " <>"):
            raise MessageRejected("The sender's address is not one that mail can come from.")
        return f"MAIL FROM:<{sender}>{options}".encode()


def returning_to(bounce_address: str, message: Message) -> str:
    """Where a bounce of this message comes back to: `bounces+KEY@firm.example`; a letter without a key has none."""
    found = _KEY.match(message.headers.get("Message-ID", ""))
    local, _, domain = bounce_address.rpartition("@")
    if found is None or len(local) + 1 + len(found[1]) > LONGEST_LOCAL_PART:
        return bounce_address
    return f"{local}+{found[1]}@{domain}"


_dated: tuple[int, bytes] = (0, b"")


def _date() -> bytes:
    """The date header of this second."""
    global _dated  # noqa: PLW0603  # One clock for all connections of the process.
    second = int(time.time())
    if _dated[0] != second:
        _dated = second, b"Date: " + formatdate(second).encode() + b"\r\n"
    return _dated[1]
