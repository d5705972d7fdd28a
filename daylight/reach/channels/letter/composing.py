"""What a letter says: the whole update, as blocks that the press sets."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from django.utils import translation
from django.utils.formats import date_format

from daylight.reach.channels.base import AlarmWords, Notification, Reader
from daylight.reach.words import Phrases, zone_of

MARK, HEADING, QUESTION, BODY, SMALL = "mark", "heading", "question", "body", "small"


@dataclass(frozen=True)
class LetterText:
    """One letter, before it has a page. Each block is a style and a text; `link` is printed as a square code too."""

    name: str
    address: str
    sender: str
    date: str
    subject: str
    blocks: tuple[tuple[str, str], ...]
    link: str = ""
    key: str = field(default="", compare=False)

    def as_json(self) -> str:
        """For keeping until it is printed."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def of_json(cls, kept: str) -> Self:
        """What `as_json` made."""
        facts: dict[str, Any] = json.loads(kept)
        return cls(**(facts | {"blocks": tuple((style, text) for style, text in facts["blocks"])}))

    @property
    def text(self) -> str:
        """The words of the letter, as they are read."""
        return "\n\n".join(text for _, text in self.blocks)

    @property
    def everything(self) -> str:
        """All that must be printable, but the name and the address."""
        return "".join((self.sender, self.date, self.subject, *(text for _, text in self.blocks)))


def of_update(notification: Notification, *, to: Reader, key: str) -> LetterText:
    """A published update to one reader."""
    words = notification.words
    link = to.own_url
    return LetterText(
        name=to.name,
        address=to.address,
        sender=notification.sender_name,
        date=_date(notification, to),
        subject=notification.headline,
        blocks=tuple(_blocks(notification, to=to, link=link, words=words)),
        link=link,
        key=key,
    )


def of_alarm(words: AlarmWords, *, to: Reader, key: str) -> LetterText:
    """A word to a member of the crew."""
    mark = [(MARK, "EXERCISE")] if words.is_exercise else []
    blocks = (*mark, (HEADING, words.subject), (BODY, words.text), *([(SMALL, words.url)] if words.url else []))
    return LetterText(
        to.name, to.address, words.sender_name, f"{words.made_at:%Y-%m-%d}", words.subject, blocks, words.url, key
    )


def _date(notification: Notification, to: Reader) -> str:
    phrases = Phrases(notification.language)
    local = notification.published_at.astimezone(zone_of(to.time_zone))
    with translation.override(phrases.language):
        return date_format(local, phrases.say("date_format"))


def _blocks(notification: Notification, *, to: Reader, link: str, words: Any) -> Sequence[tuple[str, str]]:
    said: list[tuple[str, str]] = []
    if notification.is_exercise:
        said.append((MARK, words.get("exercise") or "EXERCISE"))
    greeting = words.get("greeting", "").replace("{name}", to.name) if to.name else words.get("greeting_nameless", "")
    said += [(HEADING, words.get("subject") or notification.headline), (BODY, greeting), (BODY, words.get("intro", ""))]
    answers = {part.name: part.answer for part in notification.parts}
    for before in notification.correction_of:
        said += [
            (QUESTION, before.question),
            (BODY, f"{words.get('said', '')}: {before.answer}"),
            (BODY, f"{words.get('is', '')}: {answers.get(before.name, '')}"),
        ]
    for part in notification.parts:
        if part.answer.strip():
            said += [(QUESTION, part.question), (BODY, part.answer)]
    said += [(BODY, words.get("person", "")), (BODY, notification.sender_name)]
    said += [(SMALL, f"{words.get('reason', '')} {to.reason}")] if to.reason else []
    label = words.get("confirm" if to.confirm_url else "yours", "")
    said += [(SMALL, f"{label}: {link}".lstrip(": "))] if link else []
    said += [(SMALL, f"{words.get('say', '')}: {to.say_url.partition('?')[0]}".lstrip(": "))] if to.say_url else []
    return [(style, text) for style, text in said if text.strip()]
