"""A supplier's status page as a feed (RSS or Atom): entries of the last day that do not say it is over."""

import re
from calendar import timegm
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import feedparser
from django import forms
from inscriptis import get_text

from daylight.listen.sources.base import CannotFetch, Connects, Settings
from daylight.watch.alerts.base import A_DAY, MonitorKind, SaidAlert
from daylight.watch.alerts.kinds.statuspage import EVERY, fetch

MOST = 50
LONGEST = 20_000
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"
_OVER = re.compile(
    r"\b(resolved|completed|restored|fixed|operating normally|operational|recovered|behoben|gel\u00f6st|r\u00e9solu)\b",
    re.IGNORECASE,
)
_STATUS = re.compile(r"\b(?:status|statut)\s*:\s*(\w+)", re.IGNORECASE)


class FeedForm(forms.Form):
    """A feed that is read."""

    address = forms.URLField(label="Address of the feed", assume_scheme="https", max_length=300)


def look(settings: Settings, now: datetime) -> tuple[SaidAlert, ...]:
    """What the newest entries say is wrong. Raises CannotFetch."""
    feed = _read(settings)
    supplier = str(feed.feed.get("title") or "")
    entries = [(_written_at(entry) or now, entry) for entry in feed.entries[:MOST]]
    return tuple(
        SaidAlert(
            fingerprint=str(entry.get("id") or entry.get("link") or entry.get("title")),
            title=str(entry.get("title") or supplier),
            at=at,
            text=_words(entry)[:1000],
            labels={"supplier": supplier},
            address=str(entry.get("link") or ""),
        )
        for at, entry in entries
        if now - A_DAY <= at <= now + timedelta(hours=1) and not _is_over(entry)
    )


def _read(settings: Settings) -> Any:
    feed = feedparser.parse(BytesIO(fetch(settings["address"], accept=ACCEPT).body))
    if not feed.version:
        raise CannotFetch("There is something at this address, but no feed.")
    return feed


def _is_over(entry: Any) -> bool:
    """Pages write their newest word first, and many write the state as such."""
    words = _words(entry)
    state = _STATUS.search(words)
    said = state.group(1) if state else f"{entry.get('title', '')} {words[:200]}"
    return bool(_OVER.search(said))


def _words(entry: Any) -> str:
    contents = entry.get("content") or [{}]
    page = str(entry.get("summary") or contents[0].get("value") or "")[:LONGEST]
    return str(get_text(f"<div>{page}</div>")).strip()


def _written_at(entry: Any) -> datetime | None:
    # Asked as a plain dictionary: the feed's own one warns where it takes one time for the other.
    written = dict.get(entry, "updated_parsed") or dict.get(entry, "published_parsed")
    return datetime.fromtimestamp(timegm(written), UTC) if written else None


def check(settings: Settings) -> None:
    """Read the feed once. Raises CannotFetch."""
    _read(settings)


FEED = MonitorKind(
    "feed", "A supplier's feed (RSS or Atom)", Connects(form=FeedForm, check=check, every=EVERY), look=look
)
