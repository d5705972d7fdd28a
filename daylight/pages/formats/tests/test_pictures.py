"""Badge, picture, oEmbed and announcement."""

import json
from io import BytesIO

import pytest
from html5lib import HTMLParser
from lxml import etree
from PIL import Image

from daylight.pages import formats
from daylight.pages.facts import IncidentFacts
from daylight.pages.formats import linked_data, share_image
from daylight.pages.formats.badge import COLOURS, badge
from daylight.pages.formats.share_image import Card, drawn, fitted, wrapped
from daylight.pages.formats.tests.makers import NOW, a_page, a_site, an_incident, ended, planned_work, said
from daylight.pages.headline import Tone

SVG = "{http://www.w3.org/2000/svg}"
LONG = "Zahlungen mit Kreditkarten schlagen für Kundinnen und Kunden in Österreich und der Schweiz häufig fehl, " * 3


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("incident", "says"),
    [(an_incident(), "not working"), (an_incident(severity=3), "some trouble"), (ended(), "everything works")],
)
def test_the_badge_says_in_words_how_it_is(incident: IncidentFacts, says: str) -> None:
    root = etree.fromstring(formats.files(a_page(incident))["badge.svg"])

    assert (root.findtext(f"{SVG}title"), root.get("role")) == (f"Northwind: {says}", "img")
    assert [text.text for text in root.findall(f"{SVG}text")] == ["status", says]
    assert not [name for part in root.iter() for name in part.attrib if name in {"href", "style", "class"}]


@pytest.mark.parametrize("tone", Tone)
def test_the_badge_can_be_read_by_weak_eyes(tone: Tone) -> None:
    assert 1.05 / (luminance(COLOURS[tone]) + 0.05) >= 4.5
    assert COLOURS[tone].encode() in badge("status", "so", "Firm", tone)


@pytest.mark.parametrize("headline", ["Everything works.", LONG, "Rinderkennzeichnungsfleischetikettierungsüberwachung",
                                      "", "无法付款", "لا يعمل الدفع"])  # fmt: skip
def test_a_picture_is_drawn_of_any_headline(headline: str) -> None:
    image = Image.open(BytesIO(drawn(Card("Northwind", headline, "status.northwind.example", Tone.OUTAGE))))

    assert (image.format, image.size) == ("PNG", (1200, 630))


def test_a_headline_is_broken_between_words_only() -> None:
    size, lines = fitted(LONG, 1000)

    assert max(share_image.SIZES) > size > min(share_image.SIZES)
    assert " ".join(lines).split() == LONG.split()
    _, cut = fitted(LONG * 9, 1000)
    assert cut[-1].endswith(" …")
    assert set(" ".join(cut).removesuffix(" …").split()) <= set(LONG.split())
    assert list(wrapped("one enormousword two", lambda line: len(line) <= 8)) == ["one", "enormousword", "two"]
    assert fitted("Everything works.", 1000) == (max(share_image.SIZES), ["Everything works."])


def test_a_picture_is_drawn_once() -> None:
    drawn.cache_clear()
    for _ in range(3):
        formats.incident_files(a_site(), an_incident(), NOW)

    assert drawn.cache_info().misses == 1


def test_oembed_proposes_a_frame_and_a_picture() -> None:
    page = json.loads(formats.files(a_page(an_incident()))["oembed.json"])
    files = formats.incident_files(a_site(), an_incident(said(headline='"Odd" <b>words</b>')), NOW)
    incident = json.loads(files["oembed.json"])

    assert (page["version"], page["type"], page["provider_name"]) == ("1.0", "rich", "Northwind Traders")
    assert 'src="https://status.northwind.example/embed/banner.html"' in page["html"]
    assert page["thumbnail_url"] == "https://status.northwind.example/share.png"
    assert "<b>" not in incident["html"]
    assert 'src="https://status.northwind.example/incidents/000000000007/embed.html"' in incident["html"]
    HTMLParser(strict=True).parseFragment(incident["html"])


def test_the_frame_of_an_incident_is_valid_and_says_when_we_speak_next() -> None:
    for incident in (an_incident(), planned_work(), ended()):
        files = formats.incident_files(a_site(), incident, NOW)
        frame = files["embed.html"].decode()
        HTMLParser(strict=True).parse(frame)
        assert incident.headline in frame
        assert ("Next word by" in frame) == (incident.promise is not None)


def test_an_announcement_is_data_and_cannot_end_its_element() -> None:
    block = linked_data.incident_data(a_site(), an_incident(said(what="</script><script>alert(1)</script>")))

    assert block.count("<") == 2
    said_there = json.loads(block.removeprefix('<script type="application/ld+json">').removesuffix("</script>"))
    assert said_there["@type"] == "SpecialAnnouncement"
    assert (said_there["datePosted"], said_there["name"]) == ("2026-05-04T11:50:00Z", "Card payments fail")
    assert "</script>" in said_there["text"]
    assert linked_data.page_data(a_page(ended())) == ""
    assert linked_data.page_data(a_page(an_incident(), planned_work())).count("SpecialAnnouncement") == 2
