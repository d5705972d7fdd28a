"""Recorded answers of providers: each file in a channel's `fixtures/` says its source, and what the answer means."""

import json
from pathlib import Path
from typing import Any

from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    Channel,
    ChannelBroken,
    Message,
    MessageRejected,
    TryLater,
)
from daylight.reach.channels.tests.far_end import FarEnd

FOLDER = Path(__file__).parent.parent
FAILURES = {failure.__name__: failure for failure in (AddressRejected, MessageRejected, ChannelBroken, TryLater)}


def names(channel: str) -> list[str]:
    """The names of a channel's recorded answers."""
    return sorted(path.stem for path in (FOLDER / channel / "fixtures").glob("*.json"))


def recorded(channel: str, name: str) -> dict[str, Any]:
    """One recorded answer."""
    text = (FOLDER / channel / "fixtures" / f"{name}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def check(channel: Channel, message: Message, far_end: FarEnd, *, answer: str, settings: dict[str, Any]) -> None:
    """Send the message to a far end that gives this recorded answer, and hold the channel to its meaning."""
    wanted = recorded(channel.name, answer)
    far_end.status, far_end.body, far_end.headers = wanted["status"], wanted["body"].encode(), wanted["headers"]
    session = channel.open(settings)
    try:
        got: Accepted | Exception = session.send(message, idempotency_key="17.4711.abc")
    except tuple(FAILURES.values()) as failure:
        got = failure
    assert type(got).__name__ == wanted["means"], f"{got!r}"
    assert session.is_open
    if isinstance(got, Accepted):
        assert got.reference == wanted.get("reference", "17.4711.abc")
    else:
        assert str(wanted["status"]) in str(got)
    if isinstance(got, TryLater):
        assert (got.after.total_seconds() if got.after else None) == wanted.get("after")
