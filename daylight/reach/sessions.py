"""Keeps the connections of a worker open between batches."""

import json
import threading
import time
from collections.abc import Mapping
from typing import Any

from daylight.reach.channels.base import Channel, Session

IDLE = 10.0
"""Seconds after which an unused connection is closed, sooner than most servers do."""


class Sessions:
    """Open connections by channel; a change of settings leaves the old ones behind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, list[tuple[Session, str, float]]] = {}
        self._settings: dict[str, Mapping[str, Any]] = {}

    def use(self, channel: str, settings: Mapping[str, Any]) -> None:
        """The settings for connections from now on; connections left idle or made with others are closed."""
        key = _key(settings)
        with self._lock:
            self._settings[channel] = settings
            kept: list[tuple[Session, str, float]] = []
            old: list[tuple[Session, str, float]] = []
            for session, made_with, since in self._idle.get(channel, []):
                fresh = made_with == key and time.monotonic() - since < IDLE and session.is_open
                (kept if fresh else old).append((session, made_with, since))
            self._idle[channel] = kept
        for session, _, _ in old:
            session.close()

    def take(self, channel: Channel) -> Session:
        """An idle connection or a new one. Raises ChannelBroken or TryLater."""
        with self._lock:
            idle = self._idle.get(channel.name)
            if idle:
                return idle.pop()[0]
            settings = self._settings[channel.name]
        return channel.open(settings)

    def give_back(self, channel: str, session: Session) -> None:
        """Done with it for now."""
        if session.is_open:
            with self._lock:
                key = _key(self._settings[channel])
                self._idle.setdefault(channel, []).append((session, key, time.monotonic()))


def _key(settings: Mapping[str, Any]) -> str:
    return json.dumps(settings, sort_keys=True, default=str)
