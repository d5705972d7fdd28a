"""What of an update every reader gets alike, as a template sees it: plain in text, and with its links in HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe

from daylight.reach.channels.base import Notification, Part
from daylight.reach.templating.compiling import CompiledTemplate
from daylight.reach.templating.paragraphs import BORDER
from daylight.reach.templating.parsing import Absent
from daylight.reach.words import Phrases


class Said(str):
    """Text that people wrote: in HTML it keeps its lines, and its web addresses can be followed."""

    __slots__ = ()

    def __html__(self) -> SafeString:
        return mark_safe(urlize(str(self), autoescape=True).replace("\n", "<br>"))  # noqa: S308  # urlize escapes


@dataclass(frozen=True)
class Block:
    """Several paragraphs: one form for text and one for HTML."""

    text: str
    html: SafeString

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> SafeString:
        return mark_safe(f"{BORDER}{self.html}{BORDER}")  # noqa: S308  # our own template


@dataclass(frozen=True)
class AboutIncident:
    """What a template may know of an incident beyond its updates."""

    kind: str
    reference: str
    occurred_at: datetime | None


def compiled(
    pieces: Mapping[str, str], notification: Notification, *, incident: AboutIncident, zone: ZoneInfo
) -> CompiledTemplate:
    """The template for this notification."""
    phrases, words = Phrases(notification.language), notification.words
    named, nameless = words.get("greeting", "{name},"), words.get("greeting_nameless", "")

    def day(moment: date | datetime) -> str:
        if isinstance(moment, datetime):
            return phrases.time(moment, zone=zone, seen_from=moment - timedelta(days=2))
        with translation.override(phrases.language):
            return date_format(moment, phrases.say("date_format"))

    return CompiledTemplate(
        pieces,
        facts=facts_of(notification, incident=incident, zone=zone),
        greet=lambda name: named.replace("{name}", name) if name else nameless,
        day=day,
    )


def facts_of(notification: Notification, *, incident: AboutIncident, zone: ZoneInfo) -> dict[str, object]:
    """What is the same for every reader."""

    def time(moment: datetime | None) -> str:
        return phrases.time(moment, zone=zone, seen_from=notification.published_at) if moment else ""

    phrases, words = Phrases(notification.language), notification.words
    answers = {part.name: Said(part.answer) for part in notification.parts}
    update = {
        "headline": Said(notification.headline),
        "subject": Said(words.get("subject", notification.headline)),
        "kind": notification.kind,
        "stage": notification.stage,
        "stage_name": words.get("stage", ""),
        "number": str(notification.update_number),
        "published": time(notification.published_at),
        "next_time": time(notification.next_update_by),
        "next_short": words.get("text_next", ""),
        "facts": _facts(notification),
        "corrected": _corrected(notification),
        **{name: answers.get(name, "") for name in ("what", "who", "why", "doing", "meanwhile", "next")},
    }
    return {
        "organisation": _named(
            "organisation", {"name": notification.sender_name, "person": Said(notification.reach_a_person)}
        ),
        "incident": _named(
            "incident",
            {"kind": incident.kind, "reference": incident.reference, "began": time(incident.occurred_at)},
        ),
        "update": {
            **_named("update", update),
            "parts": [
                {"name": part.name, "question": part.question, "answer": answers[part.name]}
                for part in _told(notification)
            ],
        },
        "links": _named("links", {"status_page": notification.page_url}),
    }


def _told(notification: Notification) -> list[Part]:
    return [part for part in notification.parts if part.answer.strip()]


def _facts(notification: Notification) -> Block:
    return _block(notification, {"parts": _told(notification), "corrected": notification.corrections})


def _corrected(notification: Notification) -> Block | str:
    context: dict[str, object] = {"parts": [], "corrected": notification.corrections}
    return _block(notification, context) if notification.corrections else ""


def _block(notification: Notification, context: dict[str, object]) -> Block:
    given = {"words": notification.words, **context}
    return Block(
        text=render_to_string("reach/email/facts.txt", given).strip(),
        html=mark_safe(render_to_string("reach/email/facts.html", given).strip()),  # noqa: S308  # our own template
    )


def _named(head: str, values: Mapping[str, object]) -> dict[str, object]:
    return {name: value if str(value) else Absent(f"{head}.{name}") for name, value in values.items()}
