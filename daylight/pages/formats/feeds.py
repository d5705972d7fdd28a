"""Atom 1.0 and RSS 2.0 as Statuspage serves them, and JSON Feed 1.1; Atom for each incident too."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from daylight.pages.facts import IncidentFacts, PageFacts, SiteFacts
from daylight.pages.formats.entries import (
    Entry,
    address,
    entry,
    iso,
    latest,
    page_id,
    update_entries,
    words,
)
from daylight.pages.formats.xml import Element, document, element

ATOM = "http://www.w3.org/2005/Atom"


def page_feeds(facts: PageFacts) -> dict[str, bytes]:
    """The three feeds of a page; the same incidents in each."""
    site = facts.site
    entries = [entry(site, incident) for incident in latest(facts)]
    true_at = _true_at(entries, facts.now)
    return {
        "history.atom": _atom(site, entries, "history", true_at=true_at),
        "history.rss": _rss(site, entries, true_at=true_at),
        "feed.json": _json_feed(site, entries),
    }


def incident_feed(site: SiteFacts, incident: IncidentFacts) -> dict[str, bytes]:
    """The feed of one incident, with an entry for each update, for whoever follows only this one."""
    if not incident.updates:
        return {}
    url = address(site, incident)
    root = _feed(
        page_id(site, f"incidents/{incident.public_id}"),
        f"{incident.headline} · {site.title}",
        site=site,
        updated=incident.updates[0].published_at,
        links=((f"{url}feed.atom", "self"), (url, "alternate")),
    )
    root.extend(atom_entry(each) for each in update_entries(site, incident))
    return {"feed.atom": document(root)}


def atom_entry(said: Entry) -> Element:
    """An entry of an Atom feed."""
    return element(
        "entry",
        element("id", said.id),
        element("published", iso(said.published_at)),
        element("updated", iso(said.updated_at)),
        element("link", rel="alternate", type="text/html", href=said.url),
        element("title", said.title),
        element("category", term=said.stage),
        element("content", said.content, type="html"),
        xml_lang=said.language,
    )


def _atom(site: SiteFacts, entries: Sequence[Entry], name: str, *, true_at: datetime) -> bytes:
    root = _feed(
        page_id(site, name),
        words("title", site),
        site=site,
        updated=true_at,
        links=((f"{site.url}/{name}.atom", "self"), (f"{site.url}/", "alternate")),
    )
    root.extend(atom_entry(each) for each in entries)
    return document(root)


def _feed(id_: str, title: str, *, site: SiteFacts, updated: datetime, links: Sequence[tuple[str, str]]) -> Element:
    types = {"self": "application/atom+xml", "alternate": "text/html"}
    return element(
        "feed",
        element("id", id_),
        element("title", title),
        element("updated", iso(updated)),
        *(element("link", rel=rel, type=types[rel], href=href) for href, rel in links),
        element("author", element("name", site.organisation or site.title), element("uri", f"{site.url}/")),
        element("generator", "Daylight"),
        xmlns=ATOM,
        xml_lang=site.language,
    )


def _rss(site: SiteFacts, entries: Sequence[Entry], *, true_at: datetime) -> bytes:
    channel = element(
        "channel",
        element("title", words("title", site)),
        element("link", f"{site.url}/"),
        element("description", words("description", site)),
        element("language", site.language),
        element("pubDate", _rfc822(true_at)),
        element("ttl", "1"),
        element("atom:link", rel="self", type="application/rss+xml", href=f"{site.url}/history.rss"),
        *(
            element(
                "item",
                element("title", said.title),
                element("description", said.content),
                element("pubDate", _rfc822(said.updated_at)),
                element("link", said.url),
                element("guid", said.url),
            )
            for said in entries
        ),
    )
    return document(element("rss", channel, version="2.0", xmlns_atom=ATOM))


def _json_feed(site: SiteFacts, entries: Sequence[Entry]) -> bytes:
    said = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": words("title", site),
        "home_page_url": f"{site.url}/",
        "feed_url": f"{site.url}/feed.json",
        "description": words("description", site),
        "language": site.language,
        "authors": [{"name": site.organisation or site.title, "url": f"{site.url}/"}],
        "items": [
            {
                "id": each.id,
                "url": each.url,
                "title": each.title,
                "content_html": each.content,
                "content_text": each.text,
                "image": f"{each.url}share.png",
                "date_published": iso(each.published_at),
                "date_modified": iso(each.updated_at),
                "tags": [each.stage],
                "language": each.language,
            }
            for each in entries
        ],
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _true_at(entries: Sequence[Entry], now: datetime) -> datetime:
    """When the feed last changed; for an empty one the beginning of the day, so that it is not new every minute."""
    if entries:
        return max(each.updated_at for each in entries)
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC))
