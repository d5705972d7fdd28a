"""What others need to show us in their own pages: oEmbed, and the small frame it names."""

import json
from datetime import datetime
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html

from daylight.pages.facts import IncidentFacts, PageFacts, SiteFacts
from daylight.pages.formats.entries import address
from daylight.pages.formats.share_image import HEIGHT, WIDTH
from daylight.pages.sentence import sentence, stage_in_words

STYLE, SCRIPT = (Path(__file__).parent / name for name in ("frame.css", "frame.js"))

FRAME = (600, 200)
"""Width and height of the frame that we propose."""


def page_embedding(facts: PageFacts) -> dict[str, bytes]:
    """oEmbed of a page; its frame is the banner without a script."""
    site = facts.site
    said = _oembed(site, title=f"{site.title}: {sentence(facts)}", frame="embed/banner.html", image="share.png")
    return {
        "oembed.json": said,
        "embed/frame.css": STYLE.read_bytes(),
        "embed/frame.js": SCRIPT.read_bytes(),
    }


def incident_embedding(site: SiteFacts, incident: IncidentFacts, now: datetime) -> dict[str, bytes]:
    """oEmbed of an incident, and the frame that it shows."""
    if not incident.updates:
        return {}
    folder = f"incidents/{incident.public_id}"
    title = f"{incident.headline} · {site.title}"
    return {
        "oembed.json": _oembed(site, title=title, frame=f"{folder}/embed.html", image=f"{folder}/share.png"),
        "embed.html": _frame(site, incident, now),
    }


def _oembed(site: SiteFacts, *, title: str, frame: str, image: str) -> bytes:
    width, height = FRAME
    said = {
        "version": "1.0",
        "type": "rich",
        "provider_name": site.organisation or site.title,
        "provider_url": f"{site.url}/",
        "title": title,
        "html": format_html(
            '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" '
            'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"></iframe>',
            f"{site.url}/{frame}",
            title,
            width,
            height,
        ),
        "width": width,
        "height": height,
        "cache_age": 60,
        "thumbnail_url": f"{site.url}/{image}",
        "thumbnail_width": WIDTH,
        "thumbnail_height": HEIGHT,
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _frame(site: SiteFacts, incident: IncidentFacts, now: datetime) -> bytes:
    context = {
        "site": site,
        "incident": incident,
        "tone": incident.tone(now).word,
        "stage": stage_in_words(incident.updates[0].stage, site.language),
        "url": address(site, incident),
        "zone": site.zone,
        "now": now,
    }
    with translation.override(site.language):
        return render_to_string("pages/embedded_incident.html", context).encode()
