"""Composes what a browser shows."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from daylight.reach.channels.base import AlarmWords, Kind, Message, Notification, Reader
from daylight.reach.channels.push.sealing import encoded
from daylight.reach.channels.push.session import PushSession
from daylight.reach.channels.rooms import RoomWords, fitted, of_alarm, of_update

LARGEST_BODY = 3000
"""Bytes; push services take 4,096 of the sealed message."""

SHORTEST_LIFE = timedelta(minutes=10)
LONGEST_LIFE = timedelta(hours=24)
SHOWN = ("what", "meanwhile", "next")
"""The parts that fit into a notification; the page it opens has them all."""


class Push:
    """A notification of the browser: what is wrong, what to do meanwhile, when we speak next, and the page."""

    name = "push"
    label = "Browser"
    waits: tuple[timedelta, ...] = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600))
    needs_secret = True
    connections = 8
    resend_when_in_doubt = True
    """A browser shows the messages of one incident in one place, so a second one replaces the first."""

    tells_every_point = False
    is_first_word = True
    makes_noise = True
    kinds: tuple[Kind, ...] = ()

    def normalise(self, address: str) -> str:
        """The name we gave a browser. Raises ValueError with a sentence: only the browser itself can ask."""
        if re.fullmatch(r"browser-[0-9a-f]{16}", address.strip()):
            return address.strip()
        raise ValueError("A browser cannot be entered: its owner presses “Tell me in this browser” on our page.")

    def compose(self, notification: Notification, *, to: Reader, key: str) -> Message:
        """The update; pure. It is encrypted for the browser when it goes."""
        words = of_update(notification, to=to)
        shown = tuple(part for part in words.parts if part.name in SHOWN)
        words = RoomWords(title=words.title, mark=words.mark, parts=shown, corrected=words.corrected, said=words.said)
        url = to.own_url or notification.page_url
        extra = {"lang": notification.language, "confirm": bool(to.confirm_url)}
        life = (notification.next_update_by or notification.published_at) - notification.published_at
        seconds = int(min(max(life * 2, SHORTEST_LIFE), LONGEST_LIFE).total_seconds())
        return _message(words, url, extra, topic=notification.incident_id, seconds=seconds, to=to, key=key)

    def compose_alarm(self, words: AlarmWords, *, to: Reader, key: str) -> Message:
        """An alarm to a member of the crew; pure."""
        said = RoomWords(title=of_alarm(words).title, intro=words.text)
        seconds = int(timedelta(hours=4).total_seconds())
        return _message(said, words.url, {"lang": "en"}, topic=key, seconds=seconds, to=to, key=key)

    def open(self, settings: Mapping[str, Any]) -> PushSession:
        """Nothing to connect: each browser has a push service of its own. Raises ChannelBroken without keys."""
        return PushSession(settings)


def _message(
    words: RoomWords, url: str, extra: Mapping[str, Any], *, topic: str, seconds: int, to: Reader, key: str
) -> Message:
    words = fitted(words, lambda words: len(_body(words, url, extra, topic, key)) <= LARGEST_BODY)
    return Message(
        address=to.address,
        subject=words.title,
        text="\n\n".join(filter(None, (words.text, url))),
        payload=_body(words, url, extra, topic, key),
        headers={
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(seconds),
            "Urgency": "high",
            "Topic": encoded(hashlib.sha256(topic.encode()).digest())[:32],
        },
        secret=to.secret,
    )


def _body(words: RoomWords, url: str, extra: Mapping[str, Any], topic: str, key: str) -> bytes:
    body = replace(words, title="").text
    said = {"title": words.title, "body": body, "url": url, "tag": topic, "key": key, **extra}
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
