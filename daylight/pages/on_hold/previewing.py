"""What callers on hold would hear if what stands in the composer were published now."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from daylight.incidents.models import Promise, Update, UpdateText
from daylight.incidents.statement import language_for
from daylight.incidents.words import FINAL_STAGES
from daylight.pages import reading as page_reading
from daylight.pages.facts import IncidentFacts, PromiseFacts, UpdateFacts
from daylight.pages.models import Page
from daylight.pages.on_hold import reading
from daylight.pages.on_hold.composing import compose
from daylight.pages.on_hold.facts import Spoken


class NotHeard(Exception):
    """Callers hear nothing of this incident: it is private, an exercise, or stands on another page."""


def preview(page: Page, update: Update, texts: Mapping[str, UpdateText], *, language: str, at: datetime) -> Spoken:
    """The message with this unsaved update and its unsaved texts. Raises NotHeard."""
    facts = page_reading.read(page, now=at, language=language)
    mine = update.incident.public_id
    if not texts or mine not in {each.public_id for each in facts.incidents if each.is_open}:
        raise NotHeard
    text = texts[language_for(language, list(texts), fallback=next(iter(texts)))]
    told = [_with(each, update, text, at=at) if each.public_id == mine else each for each in facts.incidents]
    own = reading.own_words(page, language)
    return compose(replace(facts, incidents=tuple(told)), choices=reading.choices_of(page), own=own)


def _with(incident: IncidentFacts, update: Update, text: UpdateText, *, at: datetime) -> IncidentFacts:
    """The incident as it would stand: the words before give way, and so does the promise they gave."""
    next_by = update.next_update_by
    said = UpdateFacts(
        public_id="",
        number=len(incident.updates) + 1,
        kind=Update.Kind(update.kind),
        stage=update.stage,
        published_at=at,
        why_known=update.why_known,
        words=page_reading.words_of(text),
        promise=PromiseFacts(next_by, Promise.State.OPEN, None) if next_by else None,
    )
    ended = at if update.stage in FINAL_STAGES else None
    return replace(incident, updates=(said,), closed_at=ended)
