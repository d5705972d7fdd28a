"""What search engines read: `schema.org/SpecialAnnouncement` for an incident, as a data block that nothing executes."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from daylight.pages.facts import IncidentFacts, PageFacts, SiteFacts
from daylight.pages.formats.entries import address, entry, iso, latest_words

_HARMLESS = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
"""No word of ours may end the element it stands in."""


def page_data(facts: PageFacts) -> SafeString:
    """The announcements of everything that is open on a page; nothing while there is none."""
    told = [incident for incident in (*facts.open, *facts.planned) if incident.updates]
    if not told:
        return SafeString()
    return _block({"@graph": [_announcement(facts.site, incident) for incident in told]})


def incident_data(site: SiteFacts, incident: IncidentFacts) -> SafeString:
    """The announcement of one incident."""
    return _block(_announcement(site, incident)) if incident.updates else SafeString()


def _announcement(site: SiteFacts, incident: IncidentFacts) -> dict[str, Any]:
    said = entry(site, incident)
    ends = incident.promise.promised_for if incident.promise else incident.closed_at or incident.planned_until
    organisation = {"@type": "Organization", "name": site.organisation or site.title, "url": f"{site.url}/"}
    announcement = {
        "@type": "SpecialAnnouncement",
        "@id": said.id,
        "name": said.title,
        "text": latest_words(site, incident),
        "inLanguage": said.language,
        "datePosted": iso(said.published_at),
        "dateModified": iso(said.updated_at),
        "url": address(site, incident),
        "newsUpdatesAndGuidelines": address(site, incident),
        "publisher": organisation,
        "image": f"{address(site, incident)}share.png",
    }
    if ends is not None:
        announcement["expires"] = iso(ends)
    return announcement


def _block(said: dict[str, Any]) -> SafeString:
    text = json.dumps({"@context": "https://schema.org", **said}, ensure_ascii=False)
    # Every sign that could end the element is escaped by the line above the element is made of.
    return mark_safe(f'<script type="application/ld+json">{text.translate(_HARMLESS)}</script>')  # noqa: S308
