"""What stands around every public page: style, script, icon and logo, the way to its other languages."""

import hashlib
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from daylight.pages import own_look
from daylight.pages.facts import SiteFacts
from daylight.pages.headline import Tone
from daylight.pages.models import Page

ASSETS = Path(__file__).parent / "assets"


def assets(site: SiteFacts) -> dict[str, bytes]:
    """The files every page refers to; their names change with their bytes, so they may be kept for ever."""
    shared = {_hashed(file.name): file.read_bytes() for file in sorted(ASSETS.iterdir())}
    return shared | own_look.assets(site)


def wrapped(template: str, site: SiteFacts, now: datetime, **more: Any) -> bytes:
    """A page from a template of ours that extends `pages/site.html`; `more` is what `around` and the template take."""
    own = {name: more.pop(name) for name in ("path", "icon") if name in more}
    return render_to_string(f"pages/{template}.html", {**around(site, now, **own), **more}).encode()


def around(site: SiteFacts, now: datetime, *, path: str = "/", icon: Tone = Tone.WORKING) -> dict[str, Any]:
    """What `pages/site.html` needs; `path` is the page's own within a language, so that the others are found."""
    names = {"style": _hashed("status.css"), "script": _hashed("status.js"), "icon": _hashed(f"{icon.word}.svg")}
    names |= own_look.names(site)
    return {
        "site": site,
        "now": now,
        "zone": site.zone,
        "path": path,
        "in_languages": _in_languages(site, path),
        "logo_size": own_look.logo_size(site),
        "assets": {name: f"{site.root}/{file}" for name, file in names.items()},
    }


def _in_languages(site: SiteFacts, path: str) -> list[dict[str, str]]:
    """Where the same page stands in each language, with the language's own name; nothing when there is one alone."""
    if len(site.languages) == 1:
        return []
    each = [replace(site, language=code) for code in site.languages]
    names = dict(Page.Language.choices)
    return [
        {"code": one.language, "name": names[one.language], "path": f"{one.base}{path}", "url": f"{one.url}{path}"}
        for one in each
    ]


@cache
def _hashed(name: str) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"assets/{stem}-{hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:10]}.{suffix}"
