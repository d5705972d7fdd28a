"""What a press of a key means, whichever provider heard it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daylight.reach.channels.inbound import InboundRequest, NotUnderstood, Said, SaidKey, SaidStop
from daylight.reach.channels.voice.composing import Speech, Unreadable

HEARD, AGAIN, NEVER = "1", "2", "9"
MOST_TIMES = 5
"""So often one call says the same, whatever is pressed."""

LOCALES = {
    "cs": "cs-CZ", "da": "da-DK", "de": "de-DE", "el": "el-GR", "en": "en-GB", "es": "es-ES", "fi": "fi-FI",
    "fr": "fr-FR", "hu": "hu-HU", "it": "it-IT", "ja": "ja-JP", "ko": "ko-KR", "nb": "nb-NO", "nl": "nl-NL",
    "pl": "pl-PL", "pt": "pt-PT", "ro": "ro-RO", "ru": "ru-RU", "sk": "sk-SK", "sv": "sv-SE", "tr": "tr-TR",
    "uk": "uk-UA", "zh": "cmn-CN",
}  # fmt: skip
"""The voice for a language that is given without its country."""


class Then(StrEnum):
    """How a call goes on."""

    SAY = "say"
    THANK = "heard"
    STOP = "stopped"
    END = "goodbye"


@dataclass(frozen=True)
class Turn:
    """What a key said, and how the call goes on; `times` counts how often the speech was heard by then."""

    then: Then
    speech: Speech
    times: int
    said: tuple[Said, ...] = ()


def turn(request: InboundRequest, *, digit: str, at: datetime, reference: str) -> Turn:
    """What follows a key, or none (an empty `digit`). Raises NotUnderstood when no speech of ours came along."""
    try:
        speech = Speech.unpacked(request.parameter("say"))
    except Unreadable:
        raise NotUnderstood("A call speaks of something that we did not say.") from None
    key, written = request.parameter("key"), request.parameter("times")
    times = int(written) if written.isascii() and written.isdigit() and len(written) < 3 else 1
    if digit == HEARD:
        return Turn(Then.THANK, speech, times, (SaidKey(digit, at, key, reference),))
    if digit == NEVER:
        return Turn(Then.STOP, speech, times, (SaidStop(at, key, reference),))
    most = MOST_TIMES if digit else 2
    return Turn(Then.SAY if times < most else Then.END, speech, times + 1)


def locale(language: str) -> str:
    """The language of a voice, such as de-DE."""
    return language if "-" in language else LOCALES.get(language.lower(), "en-GB")
