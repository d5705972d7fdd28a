"""Sends one message at once: an alarm, a letter of the house, a test. Notices go the road of `sending`."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from daylight.reach import providers
from daylight.reach.channels.base import Accepted, Channel, Message


def send(channel: Channel, message: Message, *, key: str, settings: Mapping[str, Any] | None = None) -> Accepted:
    """Open the channel, with its own settings or with `settings` on trial, and hand one message over.

    Raises one of the four failures.
    """
    with closing(channel.open(providers.settings_for(channel.name) if settings is None else settings)) as session:
        return session.send(message, idempotency_key=key)
