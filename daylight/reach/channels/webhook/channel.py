"""Composes and posts webhooks."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings as django_settings

from daylight.reach.channels.base import AlarmWords, Kind, Message, Notification, Reader
from daylight.reach.channels.webhook import payload
from daylight.reach.channels.webhook.session import WebhookSession

LONGEST_ADDRESS = 400
WHOLE_ADDRESS = "Write the whole address, such as https://example.com/hooks/daylight."


class Webhook:
    """Signed JSON to a web address."""

    name = "webhook"
    label = "Webhook"
    waits: tuple[timedelta, ...] = (
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=5),
        timedelta(hours=10),
    )
    needs_secret = True
    connections = 8
    resend_when_in_doubt = True
    is_first_word = True
    makes_noise = False
    kinds: tuple[Kind, ...] = ()
    tells_every_point = True

    def normalise(self, address: str) -> str:
        """The address with its host in plain ASCII and without a fragment. Raises ValueError with a sentence."""
        written = address.strip()
        try:
            parts = urlsplit(written)
            host, port = _host(parts.hostname or ""), parts.port
        except ValueError:
            raise ValueError(WHOLE_ADDRESS) from None
        if parts.scheme not in {"https", "http"} or not host or not written.isprintable() or " " in written:
            raise ValueError(WHOLE_ADDRESS)
        if parts.username is not None or parts.password is not None:
            raise ValueError("Leave name and password out of the address: every message is signed with a secret.")
        if parts.scheme == "http" and host not in django_settings.PRIVATE_ADDRESSES_ALLOWED:
            raise ValueError("The address must begin with https://, because messages carry personal data.")
        netloc = f"{host}:{port}" if port else host
        whole = urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))
        if len(whole) > LONGEST_ADDRESS:
            raise ValueError(f"The address may have at most {LONGEST_ADDRESS} characters.")
        return whole

    def compose(self, notification: Notification, *, to: Reader, key: str) -> Message:
        """The update as JSON: in our form, or in Statuspage's where the far end wants that."""
        event = notification.data.get("statuspage")
        body, *more = payload.of_event(event, to=to) if event else (payload.of_update(notification, to=to),)
        return _message(body, subject=notification.headline, to=to, key=key, more=tuple(more))

    def compose_alarm(self, words: AlarmWords, *, to: Reader, key: str) -> Message:
        """The alarm as JSON."""
        return _message(payload.of_alarm(words), subject=words.subject, to=to, key=key)

    def compose_question(self, words: AlarmWords, *, to: Reader, challenge: str, key: str) -> Message:
        """A question that a program answers by giving the challenge back, as JSON; it hands over the secret."""
        body = payload.of_question(words, challenge=challenge, secret=to.secret)
        return _message(body, subject=words.subject, to=to, key=key)

    def compose_test(self, *, to: Reader, sender_name: str, sent_at: str, key: str) -> Message:
        """A test as JSON."""
        return _message(payload.of_test(sender_name=sender_name, sent_at=sent_at), subject="test", to=to, key=key)

    def open(self, settings: Mapping[str, Any]) -> WebhookSession:
        """Nothing to connect: each webhook has a host of its own."""
        return WebhookSession()


def _message(body: bytes, *, subject: str, to: Reader, key: str, more: tuple[bytes, ...] = ()) -> Message:
    headers = {"content-type": "application/json", "webhook-id": key}
    return Message(
        address=to.address,
        subject=subject,
        text=body.decode(),
        payload=body,
        headers=headers,
        secret=to.secret,
        more=more,
    )


def _host(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    try:
        return host.encode("idna").decode("ascii").lower() if host else ""
    except UnicodeError:
        return ""
