"""A line for channels that know one message at a time: its session lives in a thread."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from daylight.reach.channels.base import Accepted, Channel, Session, TryLater
from daylight.reach.channels.lines import Feed, Parcel


class SessionLine:
    """One session of a channel as a `Line`. Slower than a line of its own kind, and right for every channel."""

    def __init__(self, channel: Channel, settings: Mapping[str, Any]) -> None:
        self._channel, self._settings = channel, settings
        self._sent = 0

    async def run(self, feed: Feed) -> None:
        """See `Line`."""
        session = await asyncio.to_thread(self._channel.open, self._settings)
        try:
            while session.is_open and await feed.more():
                parcel = feed.take()
                if parcel is not None:
                    await self._carry(session, parcel, feed)
        finally:
            await asyncio.to_thread(session.close)

    async def _carry(self, session: Session, parcel: Parcel, feed: Feed) -> None:
        result = await asyncio.to_thread(self._send, session, parcel, feed)
        if isinstance(result, TryLater) and not session.is_open and self._sent:
            feed.give_back(parcel)  # The connection had grown old or full: not the message's fault, a new one may go.
            return
        self._sent += 1
        feed.done(parcel, result)

    def _send(self, session: Session, parcel: Parcel, feed: Feed) -> Accepted | Exception:
        try:
            return session.send(parcel.message, idempotency_key=parcel.key, on_wire=partial(feed.begin, parcel))
        except Exception as problem:  # The feed knows which are failures of the road, and which are bugs of ours.
            return problem
