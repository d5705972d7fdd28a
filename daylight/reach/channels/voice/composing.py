"""What a call says: an update for the ear. Short sentences, no addresses, times as people say them."""

import base64
import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from daylight.reach.channels.base import AlarmWords, Notification
from daylight.reach.words import Phrases

LONGEST = 600
"""Signs, some forty seconds: nobody listens longer to a machine."""

FOLDER = "reach/voice/words"
ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})\b(?: Uhr\b)?")
ZONE = re.compile(r" ?\((?:[A-Z][A-Za-z_]+/)*([A-Z][A-Za-z_+-]+\d*)\)")
SENTENCE = re.compile(r"(?<=[.!?…])\s+")


class Unreadable(Exception):
    """This is not a speech that we packed."""


@dataclass(frozen=True)
class Speech:
    """What is said, in which language; what is asked after it is a fixed phrase of that language, or of English."""

    language: str
    said: str

    @property
    def phrases(self) -> Phrases:
        """Our fixed words around it."""
        return Phrases(self.language, folder=FOLDER)

    def packed(self) -> str:
        """The speech in few letters that are safe in an address, so that it can be said again without looking it up."""
        whole = json.dumps([self.language, self.said], ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(zlib.compress(whole, 9)).decode("ascii").rstrip("=")

    @classmethod
    def unpacked(cls, packed: str) -> "Speech":
        """What `packed` made. Raises Unreadable."""
        try:
            whole = zlib.decompressobj().decompress(
                base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), 8 * LONGEST
            )
            language, said = json.loads(whole)
        except (ValueError, zlib.error, TypeError):
            raise Unreadable from None
        return cls(str(language), str(said))


def of_update(notification: Notification) -> Speech:
    """A published update for the ear: who speaks, the headline, the facts as far as there is time, the next word."""
    phrases = Phrases(notification.language, folder=FOLDER)
    answers = {part.name: part.answer for part in notification.parts}
    exercise = (notification.words.get("exercise") or "EXERCISE.") if notification.is_exercise else ""
    opening = [
        exercise,
        phrases.say("opening", organisation=notification.sender_name),
        phrases.say("mark", kind=notification.kind),
        notification.headline,
    ]
    spoken_next = notification.words.get("text_next", "")
    facts = [answers.get(name, "") for name in ("what", "doing", "meanwhile")]
    begins = [_for_ear(each, phrases) for each in opening]
    ends = _for_ear(spoken_next, phrases)
    room = LONGEST - sum(len(each) + 1 for each in (*begins, ends))
    middle = _as_far_as(room, (_for_ear(fact, phrases) for fact in facts))
    return Speech(notification.language, " ".join(filter(None, (*begins, *middle, ends))))


def of_own_words(notification: Notification) -> Speech | None:
    """The same in the words that staff wrote for a call, for the ear too; None where they wrote none."""
    own = notification.words.get("own_speech", "")
    return Speech(notification.language, _for_ear(own, Phrases(notification.language, folder=FOLDER))) if own else None


def of_alarm(words: AlarmWords) -> Speech:
    """A word to a member of the crew."""
    phrases = Phrases("en", folder=FOLDER)
    subject = f"EXERCISE. {words.subject}" if words.is_exercise and "EXERCISE" not in words.subject else words.subject
    said = _as_far_as(LONGEST, (_for_ear(each, phrases) for each in (subject, words.text)))
    return Speech("en", " ".join(said))


def _for_ear(text: str, phrases: Phrases) -> str:
    """Whole sentences without addresses and signs nobody says; a time as it is spoken, its zone by the city."""
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    text = ADDRESS.sub("", text).strip(" \n:;,")
    text = ZONE.sub(lambda found: phrases.say("zone", city=found[1].replace("_", " ")), text)
    text = CLOCK.sub(lambda found: phrases.say("clock", hours=found[1], minutes=found[2]), text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _as_far_as(room: int, texts: Iterable[str]) -> list[str]:
    """Whole sentences while there is room; one that would be cut is not begun."""
    kept: list[str] = []
    for text in texts:
        for sentence in filter(None, SENTENCE.split(text)):
            room -= len(sentence) + 1
            if room < 0:
                return kept
            kept.append(sentence)
    return kept
