"""Facts become files: HTML from Django's templates, JSON, styles. Reads no row and no clock.

A further kind of file is one function in a package of its own and one line in MORE_FILES or MORE_INCIDENT_FILES.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from daylight import __version__
from daylight.incidents.models import Promise
from daylight.incidents.words import FINAL_STAGES, Stage
from daylight.pages import banner, formats, statuspage
from daylight.pages.facts import IncidentFacts, PageFacts, SiteFacts
from daylight.pages.formats import sharing
from daylight.pages.joining import how_we_tell
from daylight.pages.on_hold import formats as on_hold
from daylight.pages.sentence import sentence
from daylight.pages.standing import STALE_NOTICE
from daylight.pages.wrapping import ASSETS, wrapped

TEMPLATES = Path(__file__).parent / "templates" / "pages"
LOOK_BACK = timedelta(days=14)
"""How long an ended incident stays on the first page."""

MORE_FILES: tuple[Callable[[PageFacts], dict[str, bytes]], ...] = (
    banner.files,
    formats.files,
    how_we_tell.files,
    on_hold.files,
    statuspage.files,
)
"""What else is made of the facts of a page, in each of its languages: names within the language's folder."""

MORE_INCIDENT_FILES: tuple[Callable[[SiteFacts, IncidentFacts, datetime], dict[str, bytes]], ...] = (
    formats.incident_files,
)
"""What else is made of one incident: names within its folder."""

SETTLED = (*FINAL_STAGES, Stage.SCHEDULED, Stage.IN_PROGRESS, Stage.VERIFYING)
"""Stages in which "why" need not be answered."""


@dataclass(frozen=True)
class Month:
    """A month of history with its neighbours that have any."""

    first: date
    newer: date | None
    older: date | None


@cache
def look() -> str:
    """Changes when pages of the same facts would look different: a new release, template or style."""
    seen = hashlib.sha256(__version__.encode())
    for file in sorted(path for folder in (TEMPLATES, ASSETS) for path in folder.rglob("*") if path.is_file()):
        seen.update(file.read_bytes())
    return seen.hexdigest()[:16]


def first_page(facts: PageFacts) -> dict[str, bytes]:
    """The files that tell how things are now, in the facts' language, with the answer for unknown addresses."""
    said = sentence(facts)
    with translation.override(facts.site.language):
        files = {
            "index.html": now_page(facts),
            "404.html": _html("not_found", facts.site, facts.now),
            "status.json": _json(facts, said),
            STALE_NOTICE: stale_notice(facts),
        }
        for more in MORE_FILES:
            files |= more(facts)
    return {f"{facts.site.folder}{name}": body for name, body in files.items()}


def now_page(facts: PageFacts) -> bytes:
    """The page at the root, in the language that is active."""
    recent = [
        incident
        for incident in facts.incidents
        if incident.updates and incident.closed_at and incident.closed_at > facts.now - LOOK_BACK
    ]
    context: dict[str, Any] = {
        "sentence": sentence(facts),
        "shared": None if facts.site.is_private else sharing.page_shared(facts),
        "tone": facts.headline.tone.word,
        "open": [_shown(incident, facts.now) for incident in facts.open],
        "planned_now": [_shown(each, facts.now) for each in facts.planned if each.has_begun(facts.now)],
        "planned_later": [_shown(each, facts.now) for each in facts.planned if not each.has_begun(facts.now)],
        "recent": [_shown(incident, facts.now) for incident in recent],
        "sections": _sections(facts),
    }
    return _html("now", facts.site, facts.now, path="/", icon=facts.headline.tone, **context)


def stale_notice(facts: PageFacts) -> bytes:
    """What is put on every page when it could not be rendered anew for long, in the language that is active."""
    context = {"site": facts.site, "now": facts.now, "zone": facts.site.zone}
    return render_to_string("pages/stale.html", context).encode()


def incident_page(site: SiteFacts, incident: IncidentFacts, now: datetime) -> dict[str, bytes]:
    """The permanent page of one incident, with what belongs to it."""
    folder = f"incidents/{incident.public_id}"
    with translation.override(site.language):
        more: dict[str, Any] = {"path": f"/{folder}/", "is_lasting": True, "incident": _shown(incident, now)}
        more["shared"] = None if site.is_private else sharing.incident_shared(site, incident, now)
        page = _html("incident", site, now, icon=incident.trouble(now).tone, **more)
        files = {"index.html": page}
        for further in MORE_INCIDENT_FILES:
            files |= further(site, incident, now)
    return {f"{site.folder}{folder}/{name}": body for name, body in files.items()}


def month_page(site: SiteFacts, month: Month, incidents: Iterable[IncidentFacts], now: datetime) -> bytes:
    """The history of one month; `incidents` are those of that month."""
    with translation.override(site.language):
        shown = [_shown(incident, now) for incident in incidents if incident.updates]
        path = f"/history/{month.first:%Y-%m}/"
        neighbours: dict[str, Any] = {"month": month.first, "newer": month.newer, "older": month.older}
        return _html("month", site, now, path=path, is_lasting=True, incidents=shown, **neighbours)


def empty_history(site: SiteFacts, now: datetime) -> bytes:
    """The history while there is none."""
    with translation.override(site.language):
        return _html("month", site, now, path="/history/")


def _html(template: str, site: SiteFacts, now: datetime, **more: Any) -> bytes:
    """A page that tells of incidents."""
    return wrapped(template, site, now, settled=SETTLED, **more)


def _shown(incident: IncidentFacts, now: datetime) -> dict[str, Any]:
    """An incident as templates read it."""
    late = {Promise.State.KEPT_LATE, Promise.State.MISSED, Promise.State.LATE}
    return {
        "public_id": incident.public_id,
        "headline": incident.headline,
        "latest": incident.latest,
        "updates": incident.updates,
        "review": incident.review,
        "promise": incident.promise,
        "is_late": incident.promise is not None and incident.promise.is_late(now),
        "is_planned": incident.is_planned,
        "is_overrun_now": incident.is_overrun(now),
        "occurred_at": incident.occurred_at,
        "opened_at": incident.opened_at,
        "closed_at": incident.closed_at,
        "planned_from": incident.planned_from,
        "planned_until": incident.planned_until,
        "first_word_due_at": incident.first_word_due_at,
        "owed_late": sum(update.promise is not None and update.promise.state in late for update in incident.updates),
        "tone": incident.tone(now).word,
    }


def _sections(facts: PageFacts) -> list[dict[str, Any]]:
    """Components by section; sections stand in the order of their first component."""
    order = {component.section: place for place, component in reversed(list(enumerate(facts.components)))}
    ranked = sorted(facts.components, key=lambda component: order[component.section])
    return [{"grouper": name, "list": list(group)} for name, group in groupby(ranked, key=lambda each: each.section)]


def _json(facts: PageFacts, said_first: str) -> bytes:
    said: Mapping[str, Any] = {
        "page": {
            "title": facts.site.title,
            "url": f"{facts.site.url}/",
            "time_zone": facts.site.time_zone,
            "language": facts.site.language,
        },
        "true_at": _iso(facts.now),
        "headline": {"tone": facts.headline.tone.word, "sentence": said_first},
        "incidents": [_incident_json(facts, incident) for incident in facts.open if incident.updates],
        "planned": [_incident_json(facts, incident) for incident in facts.planned],
        "components": [
            {"key": each.key, "name": each.name, "section": each.section, "state": each.state.value}
            for each in facts.components
        ],
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _incident_json(facts: PageFacts, incident: IncidentFacts) -> dict[str, Any]:
    latest = incident.updates[0]
    return {
        "id": incident.public_id,
        "url": f"{facts.site.url}/incidents/{incident.public_id}/",
        "headline": incident.headline,
        "stage": str(latest.stage),
        "severity": incident.severity,
        "since": _iso(incident.occurred_at),
        "updated_at": _iso(latest.published_at),
        "next_update_by": _iso(incident.promise.promised_for) if incident.promise else None,
        "is_late": incident.promise is not None and incident.promise.is_late(facts.now),
        "planned_from": _iso(incident.planned_from) if incident.planned_from else None,
        "planned_until": _iso(incident.planned_until) if incident.planned_until else None,
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
