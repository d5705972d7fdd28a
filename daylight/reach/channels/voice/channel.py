"""The voice channel."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from daylight.reach.channels.base import AlarmWords, Kind, Message, Notification, Piece, Reader, Session
from daylight.reach.channels.inbound import Heard, InboundRequest
from daylight.reach.channels.phone import normal_number
from daylight.reach.channels.voice import composing, session
from daylight.reach.channels.voice.composing import Speech


class Voice:
    """Telephone calls that speak, and listen for a key."""

    name = "voice"
    label = "Telephone call"
    waits = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 60, 120))
    needs_secret = False
    connections = 4
    tells_every_point = False
    is_first_word = False
    makes_noise = True
    resend_when_in_doubt = False
    """No provider knows a call by its key, and a telephone that rings twice rings twice."""
    kinds: tuple[Kind, ...] = session.KINDS

    pieces = (Piece("own_speech", "What the call says", "Short sentences; addresses are left out, times are spoken."),)
    must_say = ("what", "next")

    def measure(self, text: str) -> tuple[str, bool]:
        """How long it takes to say, and whether anybody listens that long."""
        length = len(" ".join(text.split()))
        says = f"{length} letters, about {round(length / 15)} seconds"
        return (
            (f"{says}: {composing.LONGEST} letters are allowed.", True)
            if length > composing.LONGEST
            else (f"{says}.", False)
        )

    def normalise(self, address: str) -> str:
        """The number in E.164. Raises ValueError with a sentence."""
        return normal_number(address)

    def compose(self, notification: Notification, *, to: Reader, key: str) -> Message:
        """The update as a speech."""
        speech = composing.of_own_words(notification) or composing.of_update(notification)
        return _message(speech, subject=notification.headline, to=to, key=key)

    def compose_alarm(self, words: AlarmWords, *, to: Reader, key: str) -> Message:
        """A word to a member of the crew; the page to act on is in the transcript, since nobody can be told it."""
        return _message(composing.of_alarm(words), subject=words.subject, to=to, key=key, beside=words.url)

    def open(self, settings: Mapping[str, Any]) -> Session:
        """A session with the provider of these settings. Raises ChannelBroken."""
        return session.open_session(settings)

    def inbound(self, kind: str, settings: Mapping[str, Any], request: InboundRequest) -> Heard:
        """A key that was pressed, or how a call ended. Raises NotGenuine and NotUnderstood."""
        return session.read(kind, settings, request)


def _message(speech: Speech, *, subject: str, to: Reader, key: str, beside: str = "") -> Message:
    """The payload is the speech; the text is its transcript, with what may be pressed."""
    text = "\n".join(filter(None, (speech.said, speech.phrases.say("press"), beside)))
    return Message(
        address=to.address, subject=subject, text=text, payload=speech.packed().encode(), headers={"key": key}
    )
