"""Mentions are read from feeds and services: where, by whom, when, how far they reach, with a link that is safe."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daylight.listen.sources.base import CannotFetch
from daylight.listen.sources.mentions import reading
from daylight.reach.channels.inbound import InboundRequest, NotGenuine, NotUnderstood

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parent.parent / "fixtures"


def posted(body: Any, *, key: str = "s3") -> InboundRequest:
    url = "https://d.example/listen/1.x/"
    return InboundRequest("POST", url, {}, json.dumps(body).encode(), NOW, parameters=(("key", key),))


def test_a_feed_lists_mentions_oldest_first_and_old_ones_are_history() -> None:
    old, new = reading.entries((SAMPLES / "alert.atom").read_bytes(), now=NOW)

    assert new.text == "Our Shop checkout is down\n\nCards are charged twice since noon."
    assert new.said_at == NOW - timedelta(minutes=30)
    assert new.facts == {"where": "Alert - Our Shop", "link": "https://forum.example/t/77"}
    assert (new.name, new.is_past) == ("ada_l", False)
    assert (old.is_past, "link" in old.facts) == (True, False)


@pytest.mark.parametrize("body", [b"", b"<html><body>No feed</body></html>", b"\xff\xfe", b"{}"])
def test_what_is_no_feed_is_said_so(body: bytes) -> None:
    with pytest.raises(CannotFetch):
        reading.entries(body, now=NOW)


def test_an_entity_bomb_in_a_feed_is_not_blown_up() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "' + b"x" * 1000 + b'">'
    for number in range(1, 9):
        last = "a" if number == 1 else f"a{number - 1}"
        bomb += f'<!ENTITY a{number} "{f"&{last};" * 10}">'.encode()
    bomb += b"]><rss version='2.0'><channel><title>&a8;</title><item><title>&a8;</title></item></channel></rss>"

    assert [one.text for one in reading.entries(bomb, now=NOW)] == ["&a8;"]


def test_reviews_come_as_trustpilot_tells_of_them() -> None:
    body = json.loads((SAMPLES / "trustpilot.json").read_text("utf-8"))

    [said] = reading.read(posted(body), {"secret": "s3"}).said

    assert (said.text, said.name) == ("Charged twice\n\nNobody answers.", "Ada L.")
    assert said.facts == {"where": "trustpilot.com", "link": "https://www.trustpilot.com/reviews/5f1a2b", "rating": "1"}


@pytest.mark.parametrize(
    "body",
    [
        {"title": "Down again", "description": "Oh no", "original_url": "https://x.example/1", "source_name": "X",
         "published_at": "2026-05-04T11:00:00Z", "followers": 12000, "author": {"name": "ada"}},
        {"mentions": [{"text": "Down again\n\nOh no", "link": "https://x.example/1", "where": "X", "reach": "12000",
                       "author": "ada", "said_at": 1777892400}]},
    ],
)  # fmt: skip
def test_services_name_the_same_things_differently(body: Any) -> None:
    [said] = reading.read(posted(body), {"secret": "s3"}).said

    assert (said.external_id, said.text, said.name) == ("https://x.example/1", "Down again\n\nOh no", "ada")
    assert said.facts == {"where": "X", "link": "https://x.example/1", "reach": "12000"}
    assert said.said_at == datetime(2026, 5, 4, 11, 0, tzinfo=UTC)


def test_a_mention_needs_the_key_and_words() -> None:
    with pytest.raises(NotGenuine):
        reading.read(posted({"text": "x"}, key="wrong"), {"secret": "s3"})
    with pytest.raises(NotUnderstood):
        reading.read(posted([{"link": "https://x.example"}]), {"secret": "s3"})


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "//x.example", "https://", "https://[", ""]
)
def test_no_other_link_than_one_of_the_web_is_kept(link: str) -> None:
    assert reading.safe(link) == ""
