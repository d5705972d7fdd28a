"""What a feed tells of an incident: which incidents, in which words, by which names and addresses."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils import formats, translation

from daylight.pages.facts import IncidentFacts, PageFacts, SiteFacts, UpdateFacts
from daylight.pages.history import DAYS
from daylight.pages.templatetags.status_page import zone_name

MOST = 50
"""Incidents in a feed."""

REACH = timedelta(days=DAYS)
"""Incidents that ended longer ago are no news; without a limit they would come and go as the archive is rendered."""


@dataclass(frozen=True)
class Entry:
    """An incident, or one update of it, as a feed tells it: HTML and plain text say the same."""

    id: str
    url: str
    title: str
    language: str
    content: str
    text: str
    published_at: datetime
    updated_at: datetime
    stage: str


def latest(facts: PageFacts) -> list[IncidentFacts]:
    """Incidents that a feed tells of, planned work too, last told first."""
    told = [
        incident
        for incident in facts.incidents
        if incident.updates and (incident.closed_at is None or incident.closed_at > facts.now - REACH)
    ]
    return sorted(told, key=lambda incident: (_updated_at(incident), incident.number), reverse=True)[:MOST]


@lru_cache(maxsize=512)
def entry(site: SiteFacts, incident: IncidentFacts) -> Entry:
    """The whole incident as one entry, its updates newest first."""
    newest = incident.updates[0]
    return Entry(
        id=_tag(site, f"Incident/{incident.number}"),
        url=address(site, incident),
        title=incident.headline,
        language=newest.words.language,
        content=_rendered("_feed_entry.html", site, incident, incident.updates),
        text=_rendered("_feed_entry.txt", site, incident, incident.updates),
        published_at=incident.updates[-1].published_at,
        updated_at=_updated_at(incident),
        stage=str(newest.stage),
    )


@lru_cache(maxsize=512)
def update_entries(site: SiteFacts, incident: IncidentFacts) -> tuple[Entry, ...]:
    """Each update as an entry of its own, newest first, for whoever follows one incident."""
    return tuple(
        Entry(
            id=_tag(site, f"Incident/{incident.number}/Update/{update.number}"),
            url=f"{address(site, incident)}#update-{update.number}",
            title=update.words.headline,
            language=update.words.language,
            content=_rendered("_feed_entry.html", site, incident, (update,)),
            text=_rendered("_feed_entry.txt", site, incident, (update,)),
            published_at=update.published_at,
            updated_at=update.published_at,
            stage=str(update.stage),
        )
        for update in incident.updates
    )


def latest_words(site: SiteFacts, incident: IncidentFacts) -> str:
    """What was said last, as plain text."""
    return _rendered("_feed_entry.txt", site, incident, incident.updates[:1])


def words(name: str, site: SiteFacts, **more: object) -> str:
    """One of the short sentences of the feeds, in the page's language, as plain text."""
    with translation.override(site.language):
        return render_to_string("pages/_feed_words.txt", {"which": name, "site": site, **more}).strip()


def address(site: SiteFacts, incident: IncidentFacts) -> str:
    """Where the whole story of an incident stands for good."""
    return f"{site.url}/incidents/{incident.public_id}/"


def host(site: SiteFacts) -> str:
    """The name under which everything is numbered."""
    return urlsplit(site.url).hostname or "localhost"


def page_id(site: SiteFacts, what: str) -> str:
    """The lasting name of something of which each page has one of its own."""
    return _tag(site, f"{site.base}/{what}")


def iso(moment: datetime) -> str:
    """A moment as Atom and JSON Feed write it."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _tag(site: SiteFacts, what: str) -> str:
    return f"tag:{host(site)},2005:{what}"


def _updated_at(incident: IncidentFacts) -> datetime:
    return incident.updates[0].published_at


def _rendered(template: str, site: SiteFacts, incident: IncidentFacts, updates: tuple[UpdateFacts, ...]) -> str:
    planned = [moment.astimezone(site.zone) for moment in (incident.planned_from, incident.planned_until) if moment]
    with translation.override(site.language):
        said = [_said(site, incident, update) for update in updates]
        context = {"site": site, "incident": incident, "updates": said, "planned": planned}
        return render_to_string(f"pages/{template}", context).strip()


def _said(site: SiteFacts, incident: IncidentFacts, update: UpdateFacts) -> dict[str, object]:
    """An update as the templates of an entry read it, in the language that is active."""
    earlier = next((each for each in incident.updates if each.number < update.number), None)
    return {
        "facts": update,
        "is_same_stage": earlier is not None and earlier.stage == update.stage,
        "is_newest": update is incident.updates[0],
        "at": update.published_at.astimezone(site.zone),
        "due": _written(update.promise.promised_for.astimezone(site.zone)) if update.promise else "",
    }


def _written(local: datetime) -> str:
    return f"{formats.date_format(local, 'MONTH_DAY_FORMAT')}, {local:%H:%M} {zone_name(local)}"
