"""The wire to push services: seals each message for its browser and posts it there."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

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
from daylight.reach.channels.over_http import TIME_OUT, asked_wait, in_one_line
from daylight.reach.channels.push.sealing import LIVES, NotWhole, Subscription, authorization, encrypt

SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "notify.windows.com",
    "push.apple.com",
)
"""The push services of the browsers there are. A page that anybody may press calls no other host."""


def is_known(endpoint: str) -> bool:
    """Whether an address belongs to a push service we call."""
    parts = urlsplit(endpoint)
    host = (parts.hostname or "").lower()
    return parts.scheme == "https" and any(host == known or host.endswith(f".{known}") for known in SERVICES)


class PushSession:
    """Posts messages, each to the push service of its browser."""

    is_open = True

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._private = str(settings.get("private_key") or "")
        self._contact = str(settings.get("contact") or "")
        self._signed: dict[str, tuple[str, float]] = {}
        if not self._private:
            raise ChannelBroken("No browser has asked to be told yet, so there are no keys.")

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = nothing) -> Accepted:
        """Seal and post one message. Raises AddressRejected, MessageRejected or TryLater."""
        try:
            subscription = Subscription.read(message.secret)
        except NotWhole as problem:
            raise AddressRejected(str(problem)) from None
        body = encrypt(message.payload, subscription)
        parts = urlsplit(subscription.endpoint)
        headers = {**message.headers, "Authorization": self._who(f"{parts.scheme}://{parts.netloc}")}
        on_wire()
        try:
            answer = http.post(subscription.endpoint, data=body, headers=headers, timeout=TIME_OUT.total_seconds())
        except http.Refused as problem:
            raise AddressRejected(str(problem)) from None
        except http.Unreachable as problem:
            raise TryLater(str(problem)) from None
        return _judge(answer, key=idempotency_key)

    def close(self) -> None:
        """Nothing is kept open."""

    def _who(self, origin: str) -> str:
        """Our signature for one push service, made anew when half its life is over."""
        now = time.time()
        signed, made_at = self._signed.get(origin, ("", 0.0))
        if now - made_at > LIVES / 2:
            signed = authorization(self._private, origin=origin, contact=self._contact, at=now)
            self._signed[origin] = signed, now
        return signed


def _judge(answer: http.Answer, *, key: str) -> Accepted:
    said = in_one_line(answer)
    if answer.is_good:
        return Accepted(reference=key, answer=said)
    if answer.status in {404, 410}:
        raise AddressRejected(said)
    if answer.status == 413:
        raise MessageRejected(said)
    raise TryLater(said, after=asked_wait(answer))
