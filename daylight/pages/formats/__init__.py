"""Feeds, calendar, alerts, badge, pictures and embeds: the same facts in the forms that other tools read.

Pure: facts become files. What is dear (words of an incident, pictures) is kept by what went into it, so asking again
for an incident that did not change costs next to nothing.
"""

from datetime import datetime

from daylight.pages.facts import IncidentFacts, PageFacts, SiteFacts
from daylight.pages.formats import alerts, badge, calendar_file, embedding, feeds, share_image


def files(facts: PageFacts) -> dict[str, bytes]:
    """The files of a page in one language."""
    return {
        **feeds.page_feeds(facts),
        **calendar_file.page_calendar(facts),
        **alerts.page_alerts(facts),
        **badge.page_badge(facts),
        **embedding.page_embedding(facts),
        "share.png": share_image.drawn(share_image.page_card(facts)),
    }


def incident_files(site: SiteFacts, incident: IncidentFacts, now: datetime) -> dict[str, bytes]:
    """The files of one incident in one language, by their names in its folder."""
    if not incident.updates:
        return {}
    card = share_image.incident_card(site, incident, now)
    return {
        **feeds.incident_feed(site, incident),
        **calendar_file.incident_calendar(site, incident),
        **alerts.incident_alert(site, incident, now),
        **embedding.incident_embedding(site, incident, now),
        "share.png": share_image.drawn(card),
    }
