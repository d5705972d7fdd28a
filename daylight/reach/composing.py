"""From an update to what a reader reads: one notification per language and time zone, the same for everybody.

The six parts stand under six questions. What a reader sees of an update in any channel starts here, so nothing is
worded twice.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings

from daylight.accounts.models import Organisation
from daylight.incidents.models import Update, UpdateText
from daylight.incidents.statement import language_for, taken_back
from daylight.incidents.words import FINAL_STAGES, PLANNED_STAGES
from daylight.reach import links, urgency
from daylight.reach.channels.base import Message, Notification, Part, Reader, prepare
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.templating import choosing
from daylight.reach.words import Phrases, short_time, zone_of

TOLD_PARTS = ("what", "who", "why", "doing", "meanwhile")
PREVIEW_KEY = "preview"
EXAMPLE_TOKEN = "example-" + "x" * 36
"""As long as a real one, and of the same alphabet: a preview must take the room that the message will take."""


class Wording:
    """One update, worded for whoever reads it; each language and time zone is worked out once.

    For a draft, `at` stands for the time at which it will be published; `texts` and what they correct (`before`) may
    be unsaved. `templates` take the place of those that staff keep for such an update.
    """

    def __init__(
        self,
        update: Update,
        *,
        at: datetime | None = None,
        texts: Mapping[str, UpdateText] | None = None,
        before: Mapping[str, UpdateText] | None = None,
        templates: choosing.Versions | None = None,
    ):
        self._update = update
        self._at = update.published_at or at or update.written_at
        self._organisation = Organisation.get()
        self._texts = dict(texts) if texts is not None else _texts_of(update)
        self._before = dict(before or {}) or (_texts_of(update.corrects) if update.corrects is not None else {})
        self._promised_for = _promised_for(update)
        self._templates = templates
        self._made: dict[tuple[str, str], Notification] = {}

    @property
    def languages(self) -> list[str]:
        """The languages in which the update is written."""
        return list(self._texts)

    def language_for(self, wanted: str) -> str:
        """The language in which a reader who wants `wanted` gets it."""
        return language_for(wanted, list(self._texts), fallback=self._organisation.language)

    def notification(self, *, language: str = "", time_zone: str = "") -> Notification:
        """What is said to readers of this language in this time zone."""
        zone = zone_of(time_zone, self._organisation.time_zone)
        key = self.language_for(language), zone.key
        if key not in self._made:
            self._made[key] = self._in_own_words(self._make(*key, zone), zone)
        return self._made[key]

    def _in_own_words(self, notification: Notification, zone: ZoneInfo) -> Notification:
        """With the templates of staff for its language, where there are any."""
        if self._templates is None:
            self._templates = choosing.versions_for(self._update)
        own = choosing.own_words(self._templates, notification, incident=self._update.incident, zone=zone)
        return replace(notification, own_words=own) if own else notification

    def _make(self, language: str, _: str, zone: ZoneInfo) -> Notification:
        update, organisation = self._update, self._organisation
        text = self._texts.get(language) or UpdateText(update=update, language=language)
        phrases = Phrases(language)
        parts = self._parts(text, phrases, zone)
        answers = {part.name: part.answer for part in parts}
        next_by = update.next_update_by
        words = phrases.say_all(
            kind=update.kind,
            stage=update.stage,
            exercise=update.incident.is_exercise,
            headline=text.headline,
            began=self._began(phrases, zone),
            promised=self._promised_for and phrases.time(self._promised_for, zone=zone, seen_from=self._at),
            reach_a_person=organisation.reach_a_person,
            organisation=organisation.name,
            next=next_by and phrases.time(next_by, zone=zone, seen_from=self._at),
            next_short=next_by and short_time(next_by, zone=zone, seen_from=self._at),
            what=answers["what"],
            doing=answers["doing"],
            meanwhile=answers["meanwhile"],
        )
        return Notification(
            incident_id=update.incident.public_id,
            update_number=update.number or 0,
            kind=update.kind,
            stage=update.stage,
            headline=text.headline,
            parts=parts,
            language=language,
            sender_name=organisation.sender_name or organisation.name,
            sender_address=sender_address(organisation),
            reply_to=organisation.reply_to,
            reach_a_person=organisation.reach_a_person,
            page_url=page_url(update),
            published_at=self._at,
            next_update_by=next_by,
            is_exercise=update.incident.is_exercise,
            correction_of=self._said_before(language, text, phrases),
            words=words,
        )

    def _parts(self, text: UpdateText, phrases: Phrases, zone: ZoneInfo) -> tuple[Part, ...]:
        return (
            *(Part(name, self._question(name, phrases), self._answer(name, text, phrases)) for name in TOLD_PARTS),
            Part("next", phrases.say("next"), " ".join(filter(None, (self._next(phrases, zone), text.rhythm_said)))),
        )

    def _question(self, name: str, phrases: Phrases) -> str:
        stage = self._update.stage
        if name in {"what", "doing", "meanwhile"} and stage in FINAL_STAGES:
            return phrases.say(f"{name}_resolution")
        if name == "what" and stage in PLANNED_STAGES:
            return phrases.say("what_planned")
        return phrases.say(name)

    def _answer(self, name: str, text: UpdateText, phrases: Phrases) -> str:
        said = str(getattr(text, name)).strip()
        if said and (name != "why" or self._update.why_known):
            return said
        return phrases.say({"why": "unknown", "meanwhile": "nothing_to_do"}[name]) if name in _SILENCE_SAYS else ""

    def _next(self, phrases: Phrases, zone: ZoneInfo) -> str:
        moment = self._update.next_update_by
        if moment is None:
            return phrases.say("next_none", kind=self._update.kind)
        minutes = max(0, round((moment - self._at) / timedelta(minutes=1)))
        return phrases.say(
            "next_by",
            time=phrases.time(moment, zone=zone, seen_from=self._at),
            minutes=minutes,
            hours=round(minutes / 60),
            days=round(minutes / 1440),
        )

    def _began(self, phrases: Phrases, zone: ZoneInfo) -> str:
        """Since when customers are hit; nothing for planned work, whose times stand in its words."""
        incident = self._update.incident
        return "" if incident.is_planned else phrases.time(incident.occurred_at, zone=zone, seen_from=self._at)

    def _said_before(self, language: str, text: UpdateText, phrases: Phrases) -> tuple[Part, ...]:
        if not self._before:
            return ()
        before = self._before[language_for(language, list(self._before), fallback=self._organisation.language)]
        corrected = self._update.corrects
        said = taken_back(
            before.words(),
            text.words(),
            was_why_known=corrected is None or corrected.why_known,
            is_why_known=self._update.why_known,
        )
        return tuple(Part(name, self._question(name, phrases), words) for name, words in said.items())


_SILENCE_SAYS = frozenset({"why", "meanwhile"})


def notification_for(
    update: Update, *, language: str = "", time_zone: str = "", at: datetime | None = None
) -> Notification:
    """What this update says to one language and time zone; `at` stands for the publication of a draft."""
    return Wording(update, at=at).notification(language=language, time_zone=time_zone)


def preview(
    update: Update, channel: str, *, at: datetime, language: str = "", texts: Mapping[str, UpdateText] | None = None
) -> Message:
    """The exact message of `channel` for an example reader; nothing is sent. `texts` may be unsaved."""
    organisation = Organisation.get()
    notification = Wording(update, at=at, texts=texts).notification(language=language)
    own = f"{settings.SITE_URL}/yours/{EXAMPLE_TOKEN}/"
    reader = Reader(
        address="you@customer.example",
        name="",
        time_zone=organisation.time_zone,
        reason="…",
        own_url=own,
        unsubscribe_url=f"{settings.SITE_URL}/unsubscribe/{EXAMPLE_TOKEN}/",
        say_url=links.say_url(own),
        confirm_url=own if urgency.asks_confirmation(update.incident) else "",
    )
    return prepare(CHANNELS[channel], notification)(to=reader, key=PREVIEW_KEY)


def sender_address(organisation: Organisation) -> str:
    """The address mail comes from: the organisation's, or one of this installation's host."""
    if organisation.sender_email:
        return organisation.sender_email
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"updates@{host if '.' in host and not host[-1].isdigit() else 'daylight.invalid'}"


def page_url(update: Update) -> str:
    """The permanent address of the incident for the world; empty while it is private."""
    incident = update.incident
    return f"{settings.SITE_URL}/incidents/{incident.public_id}/" if incident.made_public_at else ""


def _texts_of(update: Update) -> dict[str, UpdateText]:
    return {text.language: text for text in update.texts.order_by("pk")}


def _promised_for(update: Update) -> datetime | None:
    """The time for which word had been promised when this update came; None when it kept no promise."""
    if update.pk is None:
        return None
    kept = update.kept_promises.order_by("-promised_for").first()
    return kept.promised_for if kept else None
