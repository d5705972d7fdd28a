"""The wire: signs a message, posts it, and reads the answer as one of the four failures."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from standardwebhooks.webhooks import Webhook as Signer

from daylight.core import http
from daylight.reach.channels.base import Accepted, AddressRejected, Message, TryLater, nothing

TIME_OUT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=12)


class WebhookSession:
    """Posts messages, each to its own address."""

    is_open = True

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = nothing) -> Accepted:
        """Post one message, and what goes with it. Raises AddressRejected or TryLater.

        All of it is sent again when a part was not taken: the far end knows each part by its webhook-id.
        """
        on_wire()
        accepted = _post(message, key=idempotency_key)
        for number, body in enumerate(message.more, start=1):
            _post(replace(message, payload=body, more=()), key=f"{idempotency_key}.{number}")
        return accepted

    def close(self) -> None:
        """Nothing is kept open."""


def _post(message: Message, *, key: str) -> Accepted:
    headers = {**message.headers, **signature(message, key=key, timestamp=int(time.time()))}
    try:
        answer = http.post(message.address, data=message.payload, headers=headers, timeout=TIME_OUT.total_seconds())
    except http.Refused as problem:
        raise AddressRejected(str(problem)) from None
    except http.Unreachable as problem:
        raise TryLater(str(problem)) from None
    return _judge(answer, key=key)


def signature(message: Message, *, key: str, timestamp: int) -> dict[str, str]:
    """The headers of Standard Webhooks; one signature per secret, so that a secret can be changed at leisure."""
    moment = datetime.fromtimestamp(timestamp, UTC)
    signatures = [
        Signer(secret).sign(msg_id=key, timestamp=moment, data=message.payload.decode())
        for secret in message.secret.split()
    ]
    return {"webhook-id": key, "webhook-timestamp": str(timestamp), "webhook-signature": " ".join(signatures)}


def _judge(answer: http.Answer, *, key: str) -> Accepted:
    said = describe(answer)
    if 200 <= answer.status < 300:
        return Accepted(reference=key, answer=said)
    if answer.status == HTTPStatus.GONE:
        raise AddressRejected(said)
    raise TryLater(said, after=retry_after(answer))


def describe(answer: http.Answer) -> str:
    """The answer in one line: its number, what that means, and the beginning of what the far end wrote."""
    try:
        meaning = HTTPStatus(answer.status).phrase
    except ValueError:
        meaning = ""
    wrote = " ".join(answer.text[:200].split())
    return f"{answer.status} {meaning}".strip() + (f": {wrote}" if wrote else "")


def retry_after(answer: http.Answer) -> timedelta | None:
    """The wait the far end asks for, in seconds or as a date; None when it asks for none that can be read."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return min(timedelta(seconds=int(asked[:7])), LONGEST_WAIT)
    try:
        wait = timedelta(seconds=parsedate_to_datetime(asked).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)
