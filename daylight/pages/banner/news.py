"""What the banner says: open incidents that are more than a blemish, and planned work under way.

An incident that was made public and has no words yet is acknowledged: better now than well put.
"""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from daylight.incidents.words import ComponentState, Severity
from daylight.pages.banner.packing import packed
from daylight.pages.facts import IncidentFacts, PageFacts
from daylight.pages.formats.entries import address, iso
from daylight.pages.headline import Tone
from daylight.pages.sentence import sentence

KEEP_HOURS = 6
"""How long a browser goes on showing what it last heard while it hears nothing."""

AFFECTED = "/banner/affected"
"""Where the script asks whom an incident concerns."""

_WORDS = ("close", "next", "late", "old", "looking")


@cache
def script() -> bytes:
    """The script, as small as it travels."""
    return packed((Path(__file__).parent / "banner.js").read_text(encoding="utf-8")).encode()


def shown(facts: PageFacts) -> list[IncidentFacts]:
    """Incidents worth a banner, worst first, planned work last."""
    open_now = [each for each in facts.open if each.severity < Severity.IMMATERIAL]
    return [*open_now, *(each for each in facts.planned if each.has_begun(facts.now))]


def as_json(facts: PageFacts) -> bytes:
    """What the script reads."""
    site = facts.site
    said = {
        "true_at": iso(facts.now),
        "language": site.language,
        "languages": site.languages,
        "keep_hours": KEEP_HOURS,
        "affected": f"{settings.SITE_URL}{AFFECTED}",
        "words": _words(site.language),
        "incidents": [_incident(facts, incident) for incident in shown(facts)],
    }
    return json.dumps(said, ensure_ascii=False).encode()


def as_frame(facts: PageFacts) -> bytes:
    """The same as a page for a frame, which loads itself again: for sites that allow no scripts."""
    context = {
        "site": facts.site,
        "zone": facts.site.zone,
        "now": facts.now,
        "sentence": sentence(facts),
        "tone": facts.headline.tone.word,
        "incidents": [
            {
                "facts": each,
                "tone": each.tone(facts.now).word,
                "headline": _headline(facts, each),
                "url": _address(facts, each),
                "is_late": each.promise is not None and each.promise.is_late(facts.now),
            }
            for each in shown(facts)
        ],
    }
    with translation.override(facts.site.language):
        return render_to_string("pages/embedded_banner.html", context).encode()


def _incident(facts: PageFacts, incident: IncidentFacts) -> dict[str, Any]:
    newest = incident.latest
    tone = incident.tone(facts.now)
    components = {component.key: component for component in facts.components}
    touched = [
        components[impact.key]
        for impact in incident.current_impacts().values()
        if impact.key in components and impact.state != ComponentState.OPERATIONAL
    ]
    return {
        "id": incident.public_id,
        "update": newest.number if newest else 0,
        "tone": tone.word,
        "headline": _headline(facts, incident),
        "language": newest.words.language if newest else facts.site.language,
        "url": _address(facts, incident),
        "next": _next_word(incident, facts.now),
        "until": _until(incident, tone),
        "components": _names(name for each in touched for name in (each.key, each.public_id, each.name)),
        "regions": _names(name for each in touched for name in (each.section_id, each.section)),
    }


def _next_word(incident: IncidentFacts, now: datetime) -> str | None:
    """When we speak next; of a first word that is overdue nothing is said, as on the page."""
    if incident.promise:
        return iso(incident.promise.promised_for)
    first = incident.first_word_due_at
    return iso(first) if first and first > now and not incident.updates else None


def _headline(facts: PageFacts, incident: IncidentFacts) -> str:
    return incident.headline or _words(facts.site.language)["looking"]


def _address(facts: PageFacts, incident: IncidentFacts) -> str:
    """Where more stands: an incident without words has no page of its own yet."""
    return address(facts.site, incident) if incident.updates else f"{facts.site.url}/"


def _until(incident: IncidentFacts, tone: Tone) -> str | None:
    """When it goes away by itself: planned work at its planned end, unless we are past that."""
    ends: datetime | None = incident.planned_until if tone is Tone.PLANNED else None
    return iso(ends) if ends else None


def _names(names: Any) -> list[str]:
    """Names as the script compares them: each once, in small letters, none empty."""
    return list(dict.fromkeys(name.lower() for name in names if name))


@cache
def _words(language: str) -> dict[str, str]:
    with translation.override(language):
        return {
            which: render_to_string("pages/_banner_words.txt", {"which": which, "time": "{time}"}).strip()
            for which in _WORDS
        }
