"""Composes for whatever service an Apprise address leads to."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from daylight.reach.channels.apprise.kinds import APPRISE
from daylight.reach.channels.apprise.session import BridgeSession, service_at
from daylight.reach.channels.base import AlarmWords, Kind, Message, Notification, Reader
from daylight.reach.channels.rooms import RoomWords, fitted, of_alarm, of_update, units

LONGEST_ADDRESS = 400
LONGEST_TEXT = 4000
"""Units, also where a service would take more: nobody reads more in a chat."""


class Bridge:
    """Plain text to the service that an address names, as a room that always gets it."""

    name = "apprise"
    label = "Other service (Apprise)"
    waits: tuple[timedelta, ...] = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 900))
    needs_secret = False
    connections = 4
    resend_when_in_doubt = False
    tells_every_point = True
    is_first_word = True
    makes_noise = False
    kinds: tuple[Kind, ...] = (APPRISE,)

    def normalise(self, address: str) -> str:
        """The address as written, when it leads to a service. Raises ValueError with a sentence."""
        written = address.strip()
        if len(written) > LONGEST_ADDRESS or not written.isprintable():
            raise ValueError(f"Write an address of at most {LONGEST_ADDRESS} characters.")
        if service_at(written) is None:
            raise ValueError("Write an address as Apprise lists them, such as ntfys://ntfy.sh/your-topic.")
        return written

    def compose(self, notification: Notification, *, to: Reader, key: str) -> Message:
        """The update as plain text; pure."""
        return _message(of_update(notification, to=to), to=to, key=key)

    def compose_alarm(self, words: AlarmWords, *, to: Reader, key: str) -> Message:
        """The alarm as plain text; pure."""
        return _message(of_alarm(words), to=to, key=key)

    def open(self, settings: Mapping[str, Any]) -> BridgeSession:
        """Nothing to connect: each address names its own service."""
        return BridgeSession(settings)


def _message(words: RoomWords, *, to: Reader, key: str) -> Message:
    service = service_at(to.address)
    limit = min(service.body_maxlen if service else LONGEST_TEXT, LONGEST_TEXT)
    words = fitted(words, lambda words: units(words.text) <= limit)
    body = json.dumps({"title": words.title, "body": words.text, "key": key}, ensure_ascii=False)
    return Message(address=to.address, subject=words.title, text=words.text, payload=body.encode("utf-8", "replace"))
