"""The text message channel."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings as django_settings

from daylight.reach.channels.base import AlarmWords, AnswerWords, Kind, Message, Notification, Piece, Reader, Session
from daylight.reach.channels.inbound import Heard, InboundRequest
from daylight.reach.channels.lines import Line
from daylight.reach.channels.phone import normal_number
from daylight.reach.channels.sms import composing, session
from daylight.reach.channels.sms.alphabet import measure, spelled


class Sms:
    """Text messages to mobile phones."""

    name = "sms"
    label = "Text message"
    waits = tuple(timedelta(seconds=seconds) for seconds in (5, 10, 20, 40, 60))
    needs_secret = False
    connections = 8
    tells_every_point = False
    is_first_word = True
    makes_noise = True
    resend_when_in_doubt = False
    """No provider of texts knows one by its key: what came twice is read, and paid for, twice."""
    kinds: tuple[Kind, ...] = session.KINDS

    pieces = (Piece("own_text", "Text", "Short: each segment of 160 letters, or 70 beyond GSM, costs."),)
    must_say = ("what", "next", "page")

    def measure(self, text: str) -> tuple[str, bool]:
        """How many segments it takes, and whether those are more than we allow."""
        size, allowed = measure(spelled(text)), django_settings.SMS_SEGMENTS
        ending = "" if size.segments == 1 else "s"
        says = f"{size.segments} segment{ending}, {size.places} letters of {size.encoding}"
        return (f"{says}: {allowed} are allowed.", True) if size.segments > allowed else (f"{says}.", False)

    def normalise(self, address: str) -> str:
        """The number in E.164. Raises ValueError with a sentence."""
        return normal_number(address)

    def compose(self, notification: Notification, *, to: Reader, key: str) -> Message:
        """The update in the segments that are allowed."""
        text = spelled(notification.words.get("own_text", "")) or composing.of_update(
            notification, link=to.own_url, segments=django_settings.SMS_SEGMENTS
        )
        return _message(text, subject=notification.headline, to=to, key=key)

    def compose_alarm(self, words: AlarmWords, *, to: Reader, key: str) -> Message:
        """A word to a member of the crew."""
        text = composing.of_alarm(words, segments=django_settings.SMS_SEGMENTS)
        return _message(text, subject=words.subject, to=to, key=key)

    def compose_answer(self, words: AnswerWords, *, to: Reader, key: str) -> Message:
        """A text of a conversation, whole. Raises MessageRejected for one that no provider carries in one piece."""
        return _message(composing.of_answer(words), subject=words.subject, to=to, key=key)

    def open(self, settings: Mapping[str, Any]) -> Session:
        """A session with the provider of these settings. Raises ChannelBroken."""
        return session.open_session(settings)

    def line(self, settings: Mapping[str, Any]) -> Line | None:
        """The bulk road to the provider of these settings."""
        return session.line(settings)

    def inbound(self, kind: str, settings: Mapping[str, Any], request: InboundRequest) -> Heard:
        """The status of a text, or a reply to one. Raises NotGenuine and NotUnderstood."""
        return session.read(kind, settings, request)


def _message(text: str, *, subject: str, to: Reader, key: str) -> Message:
    return Message(address=to.address, subject=subject, text=text, payload=text.encode(), headers={"key": key})
