"""Feeds as feed readers take them."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from daylight.incidents.models import Update
from daylight.incidents.words import Stage
from daylight.pages import formats
from daylight.pages.facts import IncidentFacts
from daylight.pages.formats import entries, feeds
from daylight.pages.formats.tests.makers import NOW, a_page, a_site, an_incident, ended, planned_work, said

HERE = Path(__file__).parent
EVERYTHING = (an_incident(), planned_work(), ended())


def grammar(name: str) -> Any:
    return etree.RelaxNG(etree.parse(HERE / name))


def parsed(body: bytes) -> Any:
    """What feedparser reads, which must find nothing wrong."""
    found = feedparser.parse(body)
    assert not found.bozo, found.get("bozo_exception")
    return found


@pytest.mark.parametrize("incidents", [EVERYTHING, ()], ids=["news", "nothing"])
def test_every_feed_is_valid(incidents: tuple[IncidentFacts, ...]) -> None:
    files = formats.files(a_page(*incidents))

    for name in ("history.atom", "alerts.atom"):
        grammar("atom.rng").assertValid(etree.fromstring(files[name]))
    grammar("rss.rng").assertValid(etree.fromstring(files["history.rss"]))
    assert [len(parsed(files[name]).entries) for name in ("history.atom", "history.rss")] == [len(incidents)] * 2


def test_atom_has_the_names_and_the_shape_that_readers_of_statuspage_know() -> None:
    second = said(2, minutes_ago=5, stage=Stage.IDENTIFIED, what="It is the card network.\nWe see it.", promised_in=20)
    feed = parsed(feeds.page_feeds(a_page(an_incident(second, said(1), number=31)))["history.atom"])

    assert feed.feed.id == "tag:status.northwind.example,2005:/history"
    assert feed.feed.title == "Northwind Status - Incident History"
    (entry,) = feed.entries
    assert entry.id == "tag:status.northwind.example,2005:Incident/31"
    assert entry.link == "https://status.northwind.example/incidents/00000000001f/"
    assert (entry.published, entry.updated) == ("2026-05-04T11:50:00Z", "2026-05-04T11:55:00Z")
    text = entries.entry(a_site(), an_incident(second, said(1), number=31)).content
    assert text.startswith(
        "<p><small>May <var data-var='date'>4</var>, <var data-var='time'>13:55</var> CEST</small><br>"
        "<strong>Identified</strong> - It is the card network.<br>We see it.<br>Next word by May 4, 14:20 CEST</p>"
    )
    assert "<strong>Investigating</strong> - Cards &lt;b&gt;fail&lt;/b&gt; &amp; more; we see it, too.</p>" in text
    assert entry.content[0].value.startswith("<p><small>May")


def test_rss_has_the_address_as_guid() -> None:
    (entry,) = parsed(feeds.page_feeds(a_page(ended()))["history.rss"]).entries

    assert entry.id == entry.link == "https://status.northwind.example/incidents/000000000006/"
    assert entry.published == "Mon, 04 May 2026 11:50:00 +0000"
    assert "<strong>Resolved</strong>" in entry.description


def test_json_feed_has_what_its_standard_asks_for() -> None:
    feed = json.loads(feeds.page_feeds(a_page(*EVERYTHING))["feed.json"])

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://status.northwind.example/feed.json"
    assert {type(feed[name]) for name in ("title", "home_page_url", "description", "language")} == {str}
    assert len({item["id"] for item in feed["items"]}) == len(EVERYTHING)
    for item in feed["items"]:
        assert item["content_html"].startswith("<p>")
        assert "<" not in item["content_text"].replace("<b>", "").replace("</b>", "")
        assert item["date_published"] <= item["date_modified"] <= "2026-05-04T12:00:00Z"


def test_planned_work_says_its_time_first_and_the_same_stage_is_an_update() -> None:
    work = planned_work(said(2, stage=Stage.SCHEDULED), said(1, stage=Stage.SCHEDULED, minutes_ago=20))

    text = entries.entry(a_site(), work).content

    assert text.startswith(
        "<p><strong>THIS IS A SCHEDULED EVENT May <var data-var='date'>5</var>, <var data-var='time'>14:00</var> - "
        "<var data-var='time'>16:00</var> CEST</strong></p>"
    )
    assert text.index("<strong>Update</strong>") < text.index("<strong>Scheduled</strong>")


def test_an_incident_has_a_feed_with_an_entry_for_each_update() -> None:
    incident = an_incident(said(2, kind=Update.Kind.CORRECTION, corrects=1), said(1, minutes_ago=60))
    body = formats.incident_files(a_site(), incident, NOW)["feed.atom"]

    grammar("atom.rng").assertValid(etree.fromstring(body))
    newest, oldest = parsed(body).entries
    assert newest.link.endswith("/incidents/000000000007/#update-2")
    assert oldest.id.endswith(":Incident/7/Update/1")
    assert "This corrects update 1." in newest.content[0].value


def test_a_feed_ends_after_fifty_incidents_and_ninety_days() -> None:
    many = [an_incident(number=number) for number in range(60)]
    old = ended(number=99, closed_at=NOW - timedelta(days=91))

    assert len(entries.latest(a_page(*many, old))) == entries.MOST
    assert entries.latest(a_page(old)) == []


def test_further_languages_and_pages_have_names_of_their_own() -> None:
    german = a_site(language="de", languages=("en", "de"))

    feed = parsed(feeds.page_feeds(a_page(ended(), site=german))["history.atom"]).feed

    assert feed.id == "tag:status.northwind.example,2005:/de/history"


@pytest.mark.parametrize("odd", ["\x0b\x00 bell \x07", "]]> <![CDATA[", "</content>", "🦊 نص"])
def test_whatever_was_typed_the_feeds_stay_whole(odd: str) -> None:
    incident = an_incident(said(headline=f"Odd {odd}", what=odd, meanwhile=odd))

    files = {**formats.files(a_page(incident)), **formats.incident_files(a_site(), incident, NOW)}

    for name, body in files.items():
        if name.endswith((".atom", ".rss", ".xml", ".svg")):
            etree.fromstring(body)


def test_an_unchanged_incident_is_not_told_again() -> None:
    entries.entry.cache_clear()
    page = a_page(*EVERYTHING)
    first = formats.files(page)

    assert formats.files(page) == first
    assert entries.entry.cache_info().misses == len(EVERYTHING)
