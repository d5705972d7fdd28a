"""What differs from reader to reader, made safe for its place and put between the literal pieces of a mail.

This is done once per message, so it is written for speed: most readers have plain short values, which are checked
and escaped together; whatever is longer or odd is looked at one by one.
"""

import html
import textwrap
from collections.abc import Callable, Sequence
from typing import AnyStr, Generic

from daylight.reach.channels.base import Reader
from daylight.reach.channels.email.headers import clean

SLOTS = ("greeting", "reason", "own_url", "unsubscribe_url", "confirm_url", "say_url")
"""The places for a reader's own values, in the order in which `values_of` gives them."""

LONGEST_VALUE = 900
"""Bytes of one reader's value within a line."""

_SHORT, _SHORT_LINK = 70, 150
"""Characters that fit into their line whatever they are, even escaped."""


Values = tuple[Sequence[str], Sequence[bytes], Sequence[bytes]]
"""One reader's values in the order of SLOTS: as they are shown, as bytes for the text, as bytes for the HTML part."""


def values_of(greeting: str, reader: Reader) -> Values:
    """The values of a reader."""
    shown = (greeting, reader.reason, reader.own_url, reader.unsubscribe_url, reader.confirm_url, reader.say_url)
    greeting, reason, own, unsubscribe, confirm, say = shown
    if (
        len(greeting) <= _SHORT
        and len(reason) <= _SHORT
        and len(own) <= _SHORT_LINK
        and len(unsubscribe) <= _SHORT_LINK
        and len(confirm) <= _SHORT_LINK
        and len(say) <= _SHORT_LINK
        and "".join(shown).isprintable()
    ):
        together = "\n".join(shown)
        escaped = html.escape(together)
        text = together.encode().split(b"\n")
        return shown, text, text if escaped is together else escaped.encode().split(b"\n")
    cleaned = [clean(value) for value in shown]
    text = [_in_text(value) for value in cleaned]
    return [value.decode() for value in text], text, [_clipped(value, html.escape) for value in cleaned]


def _in_text(value: str) -> bytes:
    lines = [value]
    if len(value) > _SHORT and " " in value:
        lines = textwrap.wrap(value, 76, break_long_words=False, break_on_hyphens=False)
    return b"\r\n".join(_clipped(line, str) for line in lines)


def _clipped(value: str, escape: Callable[[str], str]) -> bytes:
    made = escape(value).encode("utf-8", "replace")
    while len(made) > LONGEST_VALUE:
        value = value[: len(value) * 3 // 4]
        made = escape(f"{value}…").encode("utf-8", "replace")
    return made


def may_begin_with_a_dot(values: Sequence[bytes]) -> bool:
    """Whether one of these values could make a line that begins with a dot, wherever it stands."""
    return b"\n." in b"\n" + b"\n".join(values)


class Joined(Generic[AnyStr]):
    """Literal pieces with a numbered slot after each but the last."""

    def __init__(self, pieces: Sequence[AnyStr], slots: Sequence[int]) -> None:
        self._nothing: AnyStr = pieces[0][:0]
        self._frame: list[AnyStr] = [self._nothing] * (2 * len(slots) + 1)
        self._frame[::2] = pieces
        self._places = tuple((2 * number + 1, slot) for number, slot in enumerate(slots))

    def fill(self, values: Sequence[AnyStr]) -> AnyStr:
        """The whole, with the value of its number in each slot."""
        out = self._frame.copy()
        for place, slot in self._places:
            out[place] = values[slot]
        whole: AnyStr = self._nothing.join(out)
        return whole
