"""The exact words of an update: as published in each language, and as each channel composes them."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from daylight.incidents.models import Approval, Update
from daylight.reach.channels.base import Message, Reader, prepare
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.composing import Wording
from daylight.reach.models import Batch

READER = Reader(
    address="{address}",
    name="{name}",
    time_zone="",
    reason="{reason}",
    own_url="{own_url}",
    unsubscribe_url="{unsubscribe_url}",
    say_url="{say_url}",
)
"""In place of a customer: the places where each gets a value of their own stay visible."""


@dataclass(frozen=True)
class PublishedText:
    """The words of an update in one language, and the SHA-256 by which they are known."""

    language: str
    words: dict[str, str]
    sha256: str


@dataclass(frozen=True)
class ChannelText:
    """What a channel makes of the words in one language, with {name} and the like where each customer's value goes."""

    channel: str
    language: str
    subject: str
    text: str
    message: str
    sha256: str


def published(update: Update) -> list[PublishedText]:
    """The words as they were published."""
    found = []
    for text in update.texts.order_by("pk"):
        words = asdict(text.words()) | {"rhythm_said": text.rhythm_said}
        found.append(PublishedText(text.language, words, _hash_of_words(update, text.language, words)))
    return found


def _hash_of_words(update: Update, language: str, words: dict[str, str]) -> str:
    said = {"incident": update.incident.public_id, "update": update.number, "language": language, **words}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def on_channels(update: Update) -> list[ChannelText]:
    """What each channel that carried the update makes of it, in each language it was published in."""
    wording = Wording(update)
    carried = set(Batch.objects.filter(notice__update=update).values_list("channel", flat=True))
    found = []
    for name in (name for name in CHANNELS if name in carried):
        for language in wording.languages:
            message = prepare(CHANNELS[name], wording.notification(language=language))(to=READER, key="{key}")
            found.append(
                ChannelText(
                    channel=name,
                    language=language,
                    subject=message.subject,
                    text=message.text,
                    message=message.payload.decode("utf-8", "replace"),
                    sha256=hash_of(message),
                )
            )
    return found


def hash_of(message: Message) -> str:
    """The SHA-256 of a message as it is handed over, but for the time of that moment (the Date of a mail)."""
    return hashlib.sha256(message.payload or message.text.encode("utf-8", "replace")).hexdigest()


def approvals(update: Update) -> Iterable[Approval]:
    """Who said yes to exactly the words that were published."""
    return update.approvals.filter(is_yes=True, revision=update.revision).select_related("member")
