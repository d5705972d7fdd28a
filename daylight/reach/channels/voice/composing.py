"""What a call says: an update for the ear. Short sentences, no addresses, times as people say them."""

import base64
import json
import zlib
from dataclasses import dataclass

from daylight.reach.channels.base import AlarmWords, Notification
from daylight.reach.channels.voice.speaking import as_far_as, for_ear, phrases_of
from daylight.reach.words import Phrases

LONGEST = 600
"""Signs, some forty seconds: nobody listens longer to a machine."""


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
        return phrases_of(self.language)

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
    phrases = phrases_of(notification.language)
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
    begins = [for_ear(each, phrases) for each in opening]
    ends = for_ear(spoken_next, phrases)
    room = LONGEST - sum(len(each) + 1 for each in (*begins, ends))
    middle = as_far_as(room, (for_ear(fact, phrases) for fact in facts))
    return Speech(notification.language, " ".join(filter(None, (*begins, *middle, ends))))


def of_own_words(notification: Notification) -> Speech | None:
    """The same in the words that staff wrote for a call, for the ear too; None where they wrote none."""
    own = notification.words.get("own_speech", "")
    return Speech(notification.language, for_ear(own, phrases_of(notification.language))) if own else None


def of_alarm(words: AlarmWords) -> Speech:
    """A word to a member of the crew."""
    phrases = phrases_of("en")
    subject = f"EXERCISE. {words.subject}" if words.is_exercise and "EXERCISE" not in words.subject else words.subject
    said = as_far_as(LONGEST, (for_ear(each, phrases) for each in (subject, words.text)))
    return Speech("en", " ".join(said))
