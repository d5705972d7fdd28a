"""Connects a mail server: settings are tried first, kept aside when a test went well, and only then used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from daylight.accounts.models import Member, Organisation
from daylight.reach import providers, single
from daylight.reach.channels.base import (
    AddressRejected,
    AlarmWords,
    ChannelBroken,
    MessageRejected,
    Reader,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Provider


@dataclass(frozen=True)
class Preset:
    """What a usual provider wants to have filled in, in plain words."""

    name: str
    host: str
    port: int
    security: str
    hint: str


PRESETS = (
    Preset("Google Workspace, Gmail", "smtp.gmail.com", 587, "starttls", "The password is an app password, not yours."),
    Preset(
        "Microsoft 365", "smtp.office365.com", 587, "starttls", "Allow SMTP AUTH for the mailbox in the admin centre."
    ),
    Preset(
        "Amazon SES", "email-smtp.REGION.amazonaws.com", 587, "starttls", "Use SMTP credentials, not an access key."
    ),
    Preset("Mailgun", "smtp.eu.mailgun.org", 587, "starttls", "The user is postmaster@ your domain."),
    Preset("Postmark", "smtp.postmarkapp.com", 587, "starttls", "User and password are both the server token."),
    Preset("SendGrid", "smtp.sendgrid.net", 587, "starttls", 'The user is the word "apikey".'),
    Preset("Your own server", "mail.example.com", 465, "tls", "Ask whoever runs it for host, port and user."),
)


@dataclass(frozen=True)
class Trial:
    """How a test went: in plain words, and exactly as the server put it."""

    is_good: bool
    words: str
    answer: str


def try_out(settings: Mapping[str, Any], *, member: Member, sender_address: str, at: datetime) -> Trial:
    """Send a test to the member with these settings; when it is accepted, keep them ready for use."""
    channel = CHANNELS[providers.EMAIL]
    key = f"test-{member.pk}-{int(at.timestamp())}"
    words = AlarmWords(
        subject="A test from Daylight",
        text="This mail server works. Nothing has happened, and there is nothing for you to do.",
        url="",
        sender_name=Organisation.get().name,
        sender_address=sender_address,
        made_at=at,
    )
    reader = Reader(member.email, member.name, member.time_zone, reason="", own_url="", unsubscribe_url="")
    try:
        accepted = single.send(channel, channel.compose_alarm(words, to=reader, key=key), key=key, settings=settings)
    except (AddressRejected, MessageRejected, ChannelBroken, TryLater, Unanswered) as problem:
        return Trial(is_good=False, words=in_plain_words(problem), answer=str(problem))
    Provider.objects.filter(channel=providers.EMAIL, is_active=False).delete()
    tested = Provider(channel=providers.EMAIL, name=str(settings["host"]), is_active=False, tested_at=at)
    tested.settings = dict(settings)
    tested.save()
    said = f"The server took the test for {member.email}. Look into that mailbox, then use the server."
    return Trial(is_good=True, words=said, answer=accepted.answer)


def on_trial() -> Provider | None:
    """Tested settings that wait to be used."""
    return Provider.objects.filter(channel=providers.EMAIL, is_active=False, tested_at__isnull=False).first()


@transaction.atomic
def use(provider: Provider) -> None:
    """From now on mail leaves by this provider; what waited goes out."""
    Provider.objects.filter(channel=provider.channel, is_active=True).delete()
    Provider.objects.filter(pk=provider.pk).update(is_active=True, paused_at=None, problem="")


@transaction.atomic
def disconnect() -> None:
    """Mail stays in the outbox again."""
    Provider.objects.filter(channel=providers.EMAIL).delete()


def in_plain_words(problem: Exception) -> str:
    """What a failure means for somebody who is not a mail expert."""
    said = str(problem).lower()
    for signs, words in MEANINGS:
        if any(sign in said for sign in signs):
            return words
    return BY_FAILURE.get(type(problem), "The server did not take the test.")


MEANINGS = (
    (("535", "534", "authentication", "credentials"), "The server does not accept this user name and password."),
    (("530", "must issue a starttls", "530 5.7.0"), "The server wants a secure connection or a password first."),
    (("certificate",), "The server showed a certificate that does not fit its name. Check the host name."),
    (
        ("wrong version number", "record layer"),
        "This port does not speak TLS from the start. Try STARTTLS, or port 465.",
    ),
    (("no mail server named", "looked up"), "There is no server with this name. Check the host for misspellings."),
    (("refused",), "Nothing listens at this host and port. Check the port; many providers use 587."),
    (
        ("timed out", "time-out", "timeout"),
        "The server did not answer. A firewall may block this port; try 587 or 465.",
    ),
    (
        ("relay", "sender", "not owned", "not verified"),
        "The server may not send from this address. Check the sender address.",
    ),
)

BY_FAILURE: dict[type[Exception], str] = {
    AddressRejected: "The server does not take mail for your own address.",
    MessageRejected: "The server refuses the words or the size of the test.",
    ChannelBroken: "The server cannot be used with these settings.",
    TryLater: "The server does not answer just now. Check host and port, or try again in a minute.",
    Unanswered: "The test was sent and no answer came; look into your mailbox whether it arrived.",
}
