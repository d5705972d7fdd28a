"""What the phone line says, in frozen form: the words in one language, until when they hold, and their sound."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

WORDS_A_MINUTE = 150
"""The pace of a calm voice."""

LETTERS_A_SECOND = 15
VALID_FOR = timedelta(minutes=15)
"""So long a message may be played; while all is well it is made anew every minute."""


class Says(StrEnum):
    """What the message is about."""

    TROUBLE = "trouble"
    PLANNED = "planned"
    WELL = "well"
    NOTHING = "nothing"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class Choices:
    """What the crew chose for the phone line of a page."""

    longest_seconds: int = 45
    says_all_is_well: bool = True
    takes_keys: bool = True


@dataclass(frozen=True)
class OwnWords:
    """Words of the crew for one incident, and the stamp of the facts they were written for."""

    words: str
    stamp: str


@dataclass(frozen=True)
class Spoken:
    """The message in one language; `version` changes whenever it says something else."""

    says: Says
    language: str
    text: str
    made_at: datetime
    valid_until: datetime
    next_update_by: datetime | None = None
    incidents: tuple[str, ...] = ()
    unnamed: int = 0
    own_words: tuple[str, ...] = ()
    stamps: Mapping[str, str] = field(default_factory=dict)
    """By incident, the stamp of its facts: own words hold while it is the same."""

    @property
    def facts_stamp(self) -> str:
        """The same while the facts behind the message are: a recording holds so long."""
        return stamp_of(self.language, self.says, *(f"{key} {stamp}" for key, stamp in sorted(self.stamps.items())))

    @property
    def version(self) -> str:
        """Twelve signs that stand for these words in this language."""
        return stamp_of(self.language, self.text)

    @property
    def seconds(self) -> int:
        """About how long it takes to say."""
        return seconds_to_say(self.text)


def seconds_to_say(text: str) -> int:
    """About how long a calm voice takes."""
    return round(len(text.split()) * 60 / WORDS_A_MINUTE)


def stamp_of(*parts: str) -> str:
    """Twelve signs that are the same only for the same parts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


class Part(StrEnum):
    """The pieces of sound that a line needs: the message, and our fixed phrases around it."""

    MESSAGE = "message"
    PRESS = "press"
    THANKS = "thanks"
    NO_NUMBER = "no_number"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class Sounds:
    """One piece of sound in every format, by the ending of its file."""

    seconds: float
    formats: Mapping[str, bytes]


@dataclass(frozen=True)
class OnHoldFacts:
    """Everything about the phone line in one language.

    `words` are the texts of all parts; `sounds` those that have been made of exactly these words, `is_recording` that
    the message's is a recording of the crew. A part without sound is said by the voice of whoever plays it.
    """

    spoken: Spoken
    choices: Choices
    words: Mapping[Part, str]
    sounds: Mapping[Part, Sounds]
    is_recording: bool = False
    other_languages: tuple[str, ...] = ()
