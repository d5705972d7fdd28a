"""The letter channel."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from daylight.core.postal import normal_address
from daylight.reach.channels.base import AlarmWords, Kind, Message, Notification, Reader
from daylight.reach.channels.letter import composing
from daylight.reach.channels.letter.composing import LetterText
from daylight.reach.channels.letter.kinds import KINDS
from daylight.reach.channels.letter.session import LetterSession, Tray


class Letter:
    """Letters on paper, gathered until somebody prints and posts them."""

    name = "letter"
    label = "Letter"
    waits: tuple[timedelta, ...] = (timedelta(seconds=10), timedelta(minutes=1))
    needs_secret = False
    connections = 1
    tells_every_point = False
    is_first_word = False
    makes_noise = False
    resend_when_in_doubt = True
    """The tray knows a letter by its key: put in twice, it lies there once."""
    kinds: tuple[Kind, ...] = KINDS

    def __init__(self, tray: Tray) -> None:
        self._tray = tray

    def normalise(self, address: str) -> str:
        """The address in one line. Raises ValueError with a sentence."""
        return normal_address(address)

    def compose(self, notification: Notification, *, to: Reader, key: str) -> Message:
        """The update as a letter."""
        return _message(composing.of_update(notification, to=to, key=key), key=key)

    def compose_alarm(self, words: AlarmWords, *, to: Reader, key: str) -> Message:
        """A word to a member of the crew, on paper."""
        return _message(composing.of_alarm(words, to=to, key=key), key=key)

    def open(self, settings: Mapping[str, Any]) -> LetterSession:
        """A session with the tray. Raises ChannelBroken."""
        return LetterSession(self._tray, settings)


def _message(letter: LetterText, *, key: str) -> Message:
    subject = " ".join(letter.subject.split())
    return Message(letter.address, subject, letter.text, letter.as_json().encode(), headers={"key": key})
