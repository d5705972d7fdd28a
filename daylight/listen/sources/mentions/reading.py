"""Mentions as services post them, and as feeds list them: where, by whom, how far it reaches, and the link to it."""

from calendar import timegm
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import feedparser
from django import forms

from daylight.core import http
from daylight.listen.said import Said
from daylight.listen.sources import given
from daylight.listen.sources.base import CannotFetch, Connects, Fetched, Heard, Settings, Source
from daylight.listen.sources.mailbox.pages import words_of
from daylight.listen.sources.webhook import reading as webhook
from daylight.reach.channels.inbound import InboundRequest, NotUnderstood

NAME = "mentions"
EVERY = timedelta(minutes=10)
PAST = timedelta(days=14)
"""What a feed lists from before this is history."""

MOST, LONGEST = 200, 20_000
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"
WHERE = ("where", "source_name", "source", "site", "network", "platform")
REACH = ("reach", "followers", "followers_count", "author_followers", "audience")
TEXTS = ("text", "content", "body", "description", "snippet")
LINKS = ("link", "url", "original_url", "permalink")
TIMES = ("said_at", "published_at", "created_at", "createdAt", "date")


class MentionsForm(forms.Form):
    """A feed that is read; without one, mentions are posted to the connection's address."""

    feed = forms.URLField(
        label="Address of a feed",
        required=False,
        assume_scheme="https",
        max_length=400,
        help_text="RSS or Atom: an alert of a search engine, a forum, reviews. Empty: a service posts mentions to us.",
    )


def read(request: InboundRequest, settings: Settings) -> Heard:
    """Mentions that a service posts: its secret in a header, or as `key` in the address where it can send none."""
    if request.parameter("key"):
        given.check_same(request.parameter("key"), str(settings.get("secret") or ""), "The key")
    else:
        webhook.check(request, settings)
    posted = request.json()
    if given.listed(posted, "events"):
        return Heard(tuple(filter(None, (_review(one, request) for one in given.listed(posted, "events")))))
    each = posted if isinstance(posted, list) else given.listed(posted, "mentions") or [posted]
    if not each or len(each) > MOST:
        raise NotUnderstood(f"Post between 1 and {MOST} mentions at once.")
    return Heard(tuple(mention(one, otherwise=request.received_at) for one in each))


def mention(posted: Any, *, otherwise: datetime) -> Said:
    """One mention under any of the usual names. Raises NotUnderstood for one without words."""
    title = given.words(posted, "title")
    text = _first(posted, TEXTS)
    if not title and not text:
        raise NotUnderstood('A mention has a "text".')
    link = safe(_first(posted, LINKS))
    author = given.words(posted, "author") or given.words(posted, "author", "name")
    told = {"where": _first(posted, WHERE) or host(link), "link": link, "reach": _first(posted, REACH)}
    return _said(
        given.words(posted, "id") or link or given.made_name(title, text, author),
        title=title,
        text=text,
        author=author,
        said_at=given.moment(_first(posted, TIMES), otherwise=otherwise),
        facts={**told, "rating": given.words(posted, "rating") or given.words(posted, "stars")},
    )


def _review(event: Any, request: InboundRequest) -> Said | None:
    """A review in the form in which Trustpilot tells of it; None for one that was changed or taken away."""
    if not given.words(event, "eventName").endswith("-review-created"):
        return None
    data = given.part(event, "eventData")
    link = safe(given.words(data, "link"))
    return _said(
        given.words(data, "id") or link,
        title=given.words(data, "title"),
        text=given.words(data, "text"),
        author=given.words(data, "consumer", "name"),
        said_at=given.moment(data, "createdAt", otherwise=request.received_at),
        facts={"where": host(link) or "Trustpilot", "link": link, "rating": given.words(data, "stars")},
    )


def fetch(settings: Settings, state: Mapping[str, Any], now: datetime) -> Fetched:
    """The entries of a feed, unless it says that nothing changed. Raises CannotFetch."""
    if not settings.get("feed"):
        return Fetched(is_over=True)
    answer = _ask(settings, state)
    if answer.status == 304:
        return Fetched(state=state)
    known = {"etag": answer.headers.get("etag", "")[:300], "modified": answer.headers.get("last-modified", "")[:100]}
    return Fetched(tuple(entries(answer.body, now=now)), known)


def check(settings: Settings) -> None:
    """Read the feed once, where there is one. Raises CannotFetch."""
    if settings.get("feed"):
        _feed(_ask(settings, {}).body)


def _ask(settings: Settings, state: Mapping[str, Any]) -> http.Answer:
    asked = {"Accept": ACCEPT, "If-None-Match": state.get("etag"), "If-Modified-Since": state.get("modified")}
    try:
        answer = http.get(str(settings["feed"]), headers={name: said for name, said in asked.items() if said})
    except (http.Refused, http.Unreachable) as problem:
        raise CannotFetch(str(problem)) from None
    if not answer.is_good and answer.status != 304:
        raise CannotFetch(f"The feed answers {answer.status}.", after=timedelta(minutes=30))
    return answer


def _feed(body: bytes) -> Any:
    feed = feedparser.parse(BytesIO(body))
    if not feed.get("version"):
        raise CannotFetch("There is something at this address, but no feed.")
    return feed


def entries(body: bytes, *, now: datetime) -> list[Said]:
    """What a feed lists, oldest first. Raises CannotFetch for what is no feed."""
    feed = _feed(body)
    name = words_of(str(feed.feed.get("title") or ""))[0][:200]
    said = [_entry(entry, name, now) for entry in feed.entries[:MOST]]
    return sorted((one for one in said if one.text), key=lambda one: one.said_at)


def _entry(entry: Any, feed: str, now: datetime) -> Said:
    contents = entry.get("content") or [{}]
    page = str(contents[0].get("value") or entry.get("summary") or "")[:LONGEST]
    link, title = safe(str(entry.get("link") or "")), words_of(str(entry.get("title") or ""))[0]
    # Asked as a plain dictionary: the feed's own one warns where it takes one time for the other.
    written = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    said_at = datetime.fromtimestamp(timegm(written), UTC) if written else now
    return _said(
        str(entry.get("id") or link or given.made_name(title, page)),
        title=title,
        text=words_of(page)[0],
        author=str(entry.get("author") or ""),
        said_at=said_at,
        facts={"where": feed or host(link), "link": link},
        is_past=said_at < now - PAST,
    )


def _said(
    name: str, *, title: str, text: str, author: str, said_at: datetime, facts: dict[str, str], is_past: bool = False
) -> Said:
    return Said(
        source=NAME,
        external_id=name,
        said_at=said_at,
        text=text if not title or text.startswith(title) else f"{title}\n\n{text}".strip(),
        subject=title,
        name=author,
        facts={key: value for key, value in facts.items() if value},
        is_past=is_past,
    )


def _first(posted: Any, names: tuple[str, ...]) -> str:
    return next((said for name in names if (said := given.words(posted, name))), "")


def safe(link: str) -> str:
    """A link that may stand on a screen: of the web, and no other."""
    try:
        return link if urlsplit(link).scheme in {"http", "https"} and urlsplit(link).hostname else ""
    except ValueError:
        return ""


def host(link: str) -> str:
    """Where a link leads."""
    return (urlsplit(link).hostname or "").removeprefix("www.") if link else ""


SOURCE = Source(
    NAME,
    "Mentions",
    connects=Connects(form=MentionsForm, read=read, fetch=fetch, every=EVERY, check=check, makes_secret=True),
)
