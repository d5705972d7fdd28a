"""Composes messages for Telegram."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from daylight.reach.channels.base import AlarmWords, Kind, Message, Notification, Piece, Reader
from daylight.reach.channels.inbound import Heard, InboundRequest
from daylight.reach.channels.over_http import HttpSession
from daylight.reach.channels.rooms import DELIVERY_HEADER, RoomWords, fitted, of_alarm, of_update, units
from daylight.reach.channels.telegram.inbound import read, secret_of
from daylight.reach.channels.telegram.kinds import BOT
from daylight.reach.channels.telegram.session import Bot

LONGEST_TEXT = 4096
"""Characters of a message, as Telegram counts them: in units of UTF-16, after its markup is read."""

LONGEST_BUTTON = 64


class Telegram:
    """A message in HTML with buttons, to a chat that the customer has started."""

    name = "telegram"
    label = "Telegram"
    waits: tuple[timedelta, ...] = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600))
    needs_secret = False
    connections = 4
    resend_when_in_doubt = False
    tells_every_point = False
    is_first_word = True
    makes_noise = True
    kinds: tuple[Kind, ...] = (BOT,)

    pieces = (Piece("own_text", "Text", "Stands under the headline; the links follow it as buttons."),)
    must_say = ("what", "next", "person", "corrected")

    def measure(self, text: str) -> tuple[str, bool]:
        """How long it is, and whether Telegram takes that much."""
        length = units(text)
        says = f"{length} letters: Telegram takes {LONGEST_TEXT} with headline and links."
        return (says, True) if length > LONGEST_TEXT - 500 else ("", False)

    def normalise(self, address: str) -> str:
        """The number of the chat, or @name of a public channel. Raises ValueError with a sentence."""
        written = address.strip()
        if re.fullmatch(r"-?[1-9]\d{0,18}", written, re.ASCII) or re.fullmatch(r"@[A-Za-z]\w{3,63}", written, re.ASCII):
            return written
        raise ValueError("Write the number of the chat, such as 123456789, or @name of a public channel.")

    def compose(self, notification: Notification, *, to: Reader, key: str) -> Message:
        """The update; pure."""
        words = of_update(notification, to=to)
        if written := notification.words.get("own_text"):
            words = replace(words, intro=written, parts=(), corrected=(), person="")
        return _message(words, list(words.links), to=to, key=key)

    def compose_alarm(self, words: AlarmWords, *, to: Reader, key: str) -> Message:
        """An alarm to a member of the crew; pure."""
        said = of_alarm(words)
        return _message(said, list(said.links), to=to, key=key)

    def inbound(self, kind: str, settings: Mapping[str, Any], request: InboundRequest) -> Heard:
        """What Telegram tells of the bot. Raises NotGenuine."""
        return read(settings, request)

    def announce(self, settings: Mapping[str, Any], url: str) -> None:
        """Tell Telegram where to call us. Raises ChannelBroken or TryLater."""
        Bot(settings).announce(url, secret=secret_of(settings))

    def invitation(self, settings: Mapping[str, Any], token: str) -> str:
        """The address at which a customer starts the chat, bringing their token along."""
        return f"https://t.me/{settings['bot_name']}?start={token}"

    def open(self, settings: Mapping[str, Any]) -> HttpSession:
        """Nothing to connect: each message is a call. Raises ChannelBroken without a token."""
        return HttpSession(Bot(settings))


def _message(words: RoomWords, buttons: list[tuple[str, str]], *, to: Reader, key: str) -> Message:
    words = fitted(words, lambda words: units(words.text) <= LONGEST_TEXT)
    body = {
        "chat_id": to.address,
        "text": in_html(words),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if buttons:
        rows = [[{"text": label[:LONGEST_BUTTON], "url": url}] for label, url in buttons]
        body["reply_markup"] = {"inline_keyboard": rows}
    return Message(
        address=to.address,
        subject=words.title,
        text=words.text,
        payload=json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        headers={"Content-Type": "application/json", DELIVERY_HEADER: key},
    )


def in_html(words: RoomWords) -> str:
    """The words in the little HTML that Telegram knows; the links are buttons, and stand here for whoever copies it."""
    lines = [_bold(words.mark), _bold(words.title), _plain(words.intro)]
    lines += [f"{_bold(part.question)}\n<i>{_plain(words.said)}</i>: {_plain(part.answer)}" for part in words.corrected]
    lines += [f"{_bold(part.question)}\n{_plain(part.answer)}" for part in words.parts]
    lines += [_plain(words.person)]
    lines += [f'<a href="{html.escape(url)}">{_plain(label)}</a>' for label, url in words.links]
    return "\n\n".join(line for line in lines if line)


def _plain(text: str) -> str:
    return html.escape(text, quote=False)


def _bold(text: str) -> str:
    return f"<b>{_plain(text)}</b>" if text else ""
