"""Puts letters into a tray, where a member finds them to print and to post."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from daylight.core.printing import unprintable
from daylight.reach.channels.base import Accepted, ChannelBroken, Message, MessageRejected, nothing
from daylight.reach.channels.letter.composing import LetterText


class Tray(Protocol):
    """Where letters lie until they are printed."""

    def put(self, letter: LetterText, *, key: str, layout: Mapping[str, Any]) -> str:
        """Put one letter in; again under the same key changes nothing. Says where it lies. Raises TryLater."""


class LetterSession:
    """Puts one letter after the other into the tray."""

    is_open = True

    def __init__(self, tray: Tray, settings: Mapping[str, Any]) -> None:
        if settings.get("kind") != "print":
            raise ChannelBroken("Nobody has said yet how letters are printed.")
        self._tray, self._layout = tray, {name: settings[name] for name in _LAYOUT if name in settings}

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = nothing) -> Accepted:
        """Put one letter into the tray. Raises MessageRejected or TryLater."""
        letter = LetterText.of_json(message.payload.decode())
        if missing := unprintable(letter.everything):
            raise MessageRejected(f"Letters are printed in Latin, Greek and Cyrillic; this one has {missing[0]}.")
        on_wire()
        where = self._tray.put(letter, key=idempotency_key, layout=self._layout)
        return Accepted(reference=idempotency_key, answer=where)

    def close(self) -> None:
        """Nothing is kept open."""


_LAYOUT = ("window", "return_address", "country", "sides")
