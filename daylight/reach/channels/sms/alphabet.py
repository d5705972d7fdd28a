"""How long a text is in the air: GSM 03.38 (seven bits a sign) where it can be, else UCS-2, in segments.

A phone joins the segments of one message again; each costs, and all but a single one give up a few signs to say
which they are. A sign that takes two places (an escape of GSM, a pair of UTF-16) is never cut by the border of a
segment.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")

_PLAIN = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u00b4`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u00b7", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u2028\u2029\t", " "),
    **dict.fromkeys("\u00ad\u200b\u200c\u2060\ufeff", ""),
    "\u2026": "...",
}
"""Signs of typography, and what says the same on every phone."""

_TO_PLAIN = str.maketrans(_PLAIN)


class Encoding(StrEnum):
    """How the signs travel."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


_SINGLE = {Encoding.GSM7: 160, Encoding.UCS2: 70}
_JOINED = {Encoding.GSM7: 153, Encoding.UCS2: 67}


@dataclass(frozen=True)
class Size:
    """What a text takes: its encoding, its length in places, and the segments it is sent as."""

    encoding: Encoding
    places: int
    segments: int


def is_gsm7(text: str) -> bool:
    """Whether every sign is in the basic table or its extension."""
    return all(sign in _BASIC or sign in _EXTENSION for sign in text)


def dear_signs(text: str) -> list[str]:
    """The signs for which a text needs the wide alphabet, in their order."""
    return [sign for sign in dict.fromkeys(text) if not is_gsm7(sign)]


def measure(text: str) -> Size:
    """The size of a text as it is."""
    encoding = Encoding.GSM7 if is_gsm7(text) else Encoding.UCS2
    widths = [width(sign, encoding) for sign in text]
    places = sum(widths)
    return Size(encoding, places, 1 if places <= _SINGLE[encoding] else _joined(widths, _JOINED[encoding]))


def width(sign: str, encoding: Encoding) -> int:
    """The places one sign takes."""
    if encoding == Encoding.GSM7:
        return 2 if sign in _EXTENSION else 1
    return 2 if ord(sign) > 0xFFFF else 1


def _joined(widths: list[int], room: int) -> int:
    segments, used = 1, 0
    for each in widths:
        if used + each > room:
            segments, used = segments + 1, 0
        used += each
    return segments


def spelled(text: str) -> str:
    """The text as it is sent: composed letters, no control signs, and plain typography where that saves UCS-2.

    Letters are never changed: a text that needs UCS-2 for its language keeps its typography too.
    """
    lines = ("".join(filter(_is_shown, line)).split() for line in unicodedata.normalize("NFC", text).splitlines())
    tidy = "\n".join(" ".join(words) for words in lines).strip()
    plain = tidy.translate(_TO_PLAIN)
    return plain if is_gsm7(plain) else tidy


_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})


def _is_shown(sign: str) -> bool:
    return sign in "\t\n" or unicodedata.category(sign) not in _UNSEEN
