"""What every channel that hears its providers promises: whatever comes in is read or refused, and nothing else."""

from datetime import UTC, datetime
from typing import Any

import pytest

from daylight.reach.channels.inbound import Heard, InboundChannel, InboundRequest, NotGenuine, NotUnderstood
from daylight.reach.channels.registry import CHANNELS

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
URL = "https://daylight.firm.example/receipts/3.abc/"
HEARING = [
    (channel, kind.name)
    for channel in CHANNELS.values()
    if isinstance(channel, InboundChannel)
    for kind in channel.kinds
]
BODIES = (
    b"",
    b"{",
    b"[]",
    b"{}",
    b"null",
    b"[null, 7, {}]",
    b'{"event": {"type": []}, "message": 7}',
    b"a=1&a=2&Body=STOP&From=%2B4915112345678&MessageSid=x",
    b"\xff\xfe\x00",
    b"<xml/>",
)
REFUSALS = (NotGenuine, NotUnderstood, LookupError, TypeError, ValueError, AttributeError)
"""What the public address answers with a 4xx."""


def _asked(body: bytes, method: str, content_type: str) -> InboundRequest:
    fields = (("Body", "STOP"), ("From", "+4915112345678"), ("MessageSid", "x"), ("Digits", "1"))
    return InboundRequest(
        method=method,
        url=URL,
        headers={"Content-Type": content_type},
        body=body,
        received_at=NOW,
        fields=fields if "form" in content_type else (),
    )


def test_some_channels_hear() -> None:
    assert {channel.name for channel, _ in HEARING} >= {"email", "sms", "voice"}


@pytest.mark.parametrize(("channel", "kind"), HEARING, ids=[f"{channel.name}-{kind}" for channel, kind in HEARING])
@pytest.mark.parametrize("secrets", ["none", "some"])
def test_nonsense_is_refused_or_says_nothing(channel: Any, kind: str, secrets: str) -> None:
    """With the secrets of a kind entered, what bears no signature is not believed either."""
    form = next(entry.form for entry in channel.kinds if entry.name == kind)
    settings = {"kind": kind} | (dict.fromkeys(form.base_fields, "c2VjcmV0LXNlY3JldA==") if secrets == "some" else {})
    for method in ("POST", "GET"):
        for content_type in ("application/json", "application/x-www-form-urlencoded", ""):
            for body in BODIES:
                try:
                    heard = channel.inbound(kind, settings, _asked(body, method, content_type))
                except REFUSALS:
                    continue
                assert isinstance(heard, Heard)
                assert heard.answer.status < 400
                assert secrets == "none" or heard.said == ()
