"""What the head of a public page says to whoever shares it, follows it or reads it by machine."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from daylight.pages.facts import IncidentFacts, PageFacts, SiteFacts
from daylight.pages.formats import calendar_file, linked_data
from daylight.pages.formats.entries import address
from daylight.pages.formats.share_image import HEIGHT, WIDTH, incident_card, page_card
from daylight.pages.sentence import sentence

MOST_IN_DESCRIPTION = 200

ATOM, RSS, JSON_FEED = "application/atom+xml", "application/rss+xml", "application/feed+json"
CALENDAR, CAP, OEMBED = "text/calendar", "application/cap+xml", "application/json+oembed"


@dataclass(frozen=True)
class Alternate:
    """The same news in another form: where, of which type; `kind` is the word a template has a sentence for."""

    kind: str
    type: str
    url: str


@dataclass(frozen=True)
class Shared:
    """An address of ours as others show it."""

    title: str
    description: str
    url: str
    kind: str
    image: str
    alternates: tuple[Alternate, ...]
    data: SafeString
    width: int = WIDTH
    height: int = HEIGHT


def page_shared(facts: PageFacts) -> Shared:
    """The first page."""
    site, said = facts.site, sentence(facts)
    return Shared(
        title=f"{site.title}: {said}",
        description=_shortened(site.introduction or said),
        url=f"{site.url}/",
        kind="website",
        image=f"{site.url}/share.png?v={page_card(facts).version}",
        alternates=page_alternates(site),
        data=linked_data.page_data(facts),
    )


def incident_shared(site: SiteFacts, incident: IncidentFacts, now: datetime) -> Shared:
    """The page of an incident."""
    url, base = address(site, incident), f"{site.base}/incidents/{incident.public_id}"
    newest = incident.updates[0].words
    alternates = [
        Alternate("incident", ATOM, f"{base}/feed.atom"),
        Alternate("alert", CAP, f"{base}/alert.xml"),
        Alternate("oembed", OEMBED, f"{url}oembed.json"),
    ]
    if calendar_file.is_event(incident):
        alternates.append(Alternate("event", CALENDAR, f"{base}/calendar.ics"))
    return Shared(
        title=f"{incident.headline} · {site.title}",
        description=_shortened(newest.what or newest.headline),
        url=url,
        kind="article",
        image=f"{url}share.png?v={incident_card(site, incident, now).version}",
        alternates=tuple(alternates),
        data=linked_data.incident_data(site, incident),
    )


def page_alternates(site: SiteFacts) -> tuple[Alternate, ...]:
    """The forms in which a whole page can be followed."""
    return (
        Alternate("atom", ATOM, f"{site.base}/history.atom"),
        Alternate("rss", RSS, f"{site.base}/history.rss"),
        Alternate("json", JSON_FEED, f"{site.base}/feed.json"),
        Alternate("calendar", CALENDAR, f"{site.base}/calendar.ics"),
        Alternate("alerts", ATOM, f"{site.base}/alerts.atom"),
        Alternate("oembed", OEMBED, f"{site.url}/oembed.json"),
    )


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_IN_DESCRIPTION else f"{line[:MOST_IN_DESCRIPTION].rpartition(' ')[0]} …"
