"""Letters of the house (password reset, invitation) go through our e-mail channel, as all mail does."""

from collections.abc import Sequence
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from daylight.accounts.models import Organisation
from daylight.core import clock
from daylight.core.loops import log
from daylight.reach import alarms, providers, single
from daylight.reach.channels.base import (
    AddressRejected,
    ChannelBroken,
    Message,
    MessageRejected,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.composing import sender_address


class ChannelBackend(BaseEmailBackend):
    """Django's mail backend on our own e-mail channel."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send each letter to each of its recipients; returns how many letters were accepted for all of them.

        A failure never breaks the page that wrote the letter: it is logged, and a broken channel alarms the staff.
        """
        accepted = 0
        for letter in email_messages:
            results = [_send(letter, address) for address in letter.recipients()]
            accepted += all(results)
        return accepted


def _send(letter: EmailMessage, address: str) -> bool:
    channel, now = CHANNELS[providers.EMAIL], clock.now()
    message = _message(letter, address)
    try:
        single.send(channel, message, key=message.headers["Message-ID"])
    except ChannelBroken as problem:
        alarms.report_broken(channel, problem=str(problem), at=now)
        log.error("The letter %r was not sent: %s", letter.subject, problem)
    except (AddressRejected, MessageRejected, TryLater, Unanswered) as problem:
        log.error("The letter %r was not sent: %s", letter.subject, problem)
    else:
        providers.record_accepted(channel.name, at=now)
        return True
    return False


def _message(letter: EmailMessage, address: str) -> Message:
    organisation = Organisation.get()
    sender = sender_address(organisation)
    if letter.from_email == settings.DEFAULT_FROM_EMAIL:
        letter.from_email = formataddr((organisation.sender_name or organisation.name, sender))
    else:
        sender = parseaddr(letter.from_email)[1] or sender
    mime = letter.message()
    del mime["Date"]  # The session writes the date at which it leaves.
    return Message(
        address=address,
        subject=str(letter.subject),
        text=str(letter.body),
        payload=mime.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        headers={"Message-ID": str(mime["Message-ID"]), "Sender": sender},
    )
