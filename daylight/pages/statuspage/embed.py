"""Statuspage's status embed at Statuspage's addresses: one script, and the frame it shows, which is the banner's."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from daylight.pages.banner import news
from daylight.pages.facts import PageFacts

SCRIPT = Path(__file__).parent / "embed.js"

USUAL: Mapping[str, str] = {
    "position": "bottom-left",
    "incident_background_color": "#b3261e",
    "incident_text_color": "#ffffff",
    "maintenance_background_color": "#1d4ed8",
    "maintenance_text_color": "#ffffff",
}
POSITIONS = ("top-left", "top-right", "bottom-left", "bottom-right")
CLOSE = {"en": "Close", "de": "Schließen", "fr": "Fermer", "es": "Cerrar"}


def files(facts: PageFacts) -> dict[str, bytes]:
    """The script, the frame and its colours; a private page has none."""
    site = facts.site
    if site.is_private:
        return {}
    look = {**USUAL, **dict(site.embed)}
    said = {
        "summary": f"{site.url}/api/v2/summary.json",
        "frame": f"{site.url}/embed/frame.html",
        "position": look["position"],
        "title": site.title,
        "close": CLOSE.get(site.language, CLOSE["en"]),
    }
    script = SCRIPT.read_text(encoding="utf-8").replace('"__SAID__"', json.dumps(said, ensure_ascii=False))
    link = f'<link rel="stylesheet" href="{site.base}/embed/colours.css"></head>'
    frame = re.sub(r"</head>", link, news.as_frame(facts).decode(), count=1)
    return {"embed/script.js": script.encode(), "embed/frame.html": frame.encode(), "embed/colours.css": _colours(look)}


def _colours(look: Mapping[str, str]) -> bytes:
    rules = [
        f".card--{tone},.card--{tone} h1,.card--{tone} a,.card--{tone} p"
        f"{{background:{look[f'{kind}_background_color']};color:{look[f'{kind}_text_color']}}}"
        for kind, tones in (("incident", ("outage", "trouble")), ("maintenance", ("planned",)))
        for tone in tones
    ]
    return "\n".join(rules).encode()
