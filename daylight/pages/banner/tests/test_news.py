"""What the banner says, without a browser."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from html5lib import HTMLParser

from daylight.incidents.words import ComponentState, Stage
from daylight.pages import banner
from daylight.pages.banner.news import script
from daylight.pages.banner.packing import packed
from daylight.pages.facts import ComponentFacts, ImpactFacts, IncidentFacts, PageFacts
from daylight.pages.formats.tests.makers import NOW, SITE, a_page, a_site, an_incident, ended, planned_work, said

SHOP = ComponentFacts(
    public_id="shopshopshop",
    key="shop",
    name="Online Shop",
    section="Germany",
    section_id="germanygerma",
    description="",
    position=1,
    state=ComponentState.MAJOR_OUTAGE,
    created_at=NOW,
    changed_at=NOW,
    days=(),
)


def news(*incidents: IncidentFacts, components: tuple[ComponentFacts, ...] = (SHOP,)) -> dict[str, Any]:
    facts = PageFacts(now=NOW, site=SITE, components=components, incidents=incidents)
    found: dict[str, Any] = json.loads(banner.files(facts)["banner.json"])
    return found


def test_the_script_is_under_five_thousand_bytes() -> None:
    assert len(script()) < 5000


def test_packing_leaves_strings_and_joins_nothing_that_must_be_apart() -> None:
    long = """
    // Words about it.
    const a = "two  spaces // and no comment";
    let one = typeof  a, two = `${ a } in  it`;
    return one in two;
    """

    assert packed(long) == (
        'const a="two  spaces // and no comment";let one=typeof a,two=`${ a } in  it`;return one in two;'
    )


def test_an_open_incident_with_all_the_script_needs() -> None:
    hit = ImpactFacts("shopshopshop", "shop", "Online Shop", ComponentState.MAJOR_OUTAGE)
    fine = ImpactFacts("otherother12", "other", "Other", ComponentState.OPERATIONAL)

    found = news(an_incident(said(3, promised_in=20, impacts=(hit, fine))))

    assert found["incidents"] == [
        {
            "id": "000000000007",
            "update": 3,
            "tone": "outage",
            "headline": "Card payments fail",
            "language": "en",
            "url": "https://status.northwind.example/incidents/000000000007/",
            "next": "2026-05-04T12:20:00Z",
            "until": None,
            "components": ["shop", "shopshopshop", "online shop"],
            "regions": ["germanygerma", "germany"],
        }
    ]
    assert found["words"] == {
        "close": "Close",
        "next": "Next word by {time}",
        "late": "Our update is late: we promised word by {time}.",
        "old": "No connection. This was true at {time}.",
        "looking": "We are looking into a problem.",
    }


@pytest.mark.parametrize(
    ("incident", "expected"),
    [
        (an_incident(), ["outage"]),
        (an_incident(severity=4), ["trouble"]),
        (an_incident(severity=5), []),
        (ended(), []),
        (planned_work(), []),
        (planned_work(said(stage=Stage.IN_PROGRESS), hours=-1), ["planned"]),
        (planned_work(said(stage=Stage.IN_PROGRESS), hours=-3), ["trouble"]),
    ],
)
def test_what_is_worth_a_banner(incident: IncidentFacts, expected: list[str]) -> None:
    assert [one["tone"] for one in news(incident)["incidents"]] == expected


def test_an_incident_without_words_is_acknowledged_and_leads_to_the_page() -> None:
    untold = replace(an_incident(), updates=(), first_word_due_at=NOW + timedelta(minutes=15))

    (one,) = news(untold)["incidents"]

    assert (one["headline"], one["update"], one["next"]) == (
        "We are looking into a problem.",
        0,
        "2026-05-04T12:15:00Z",
    )
    assert one["url"] == "https://status.northwind.example/"
    frame = banner.files(a_page(untold))["embed/banner.html"].decode()
    HTMLParser(strict=True).parse(frame)
    assert "We are looking into a problem." in frame


def test_planned_work_goes_at_its_planned_end_and_overdue_work_stays() -> None:
    under_way, overdue = planned_work(hours=-1), planned_work(hours=-3)

    untils = [one["until"] for page in (news(under_way), news(overdue)) for one in page["incidents"]]

    assert untils == ["2026-05-04T13:00:00Z", None]


def test_the_frame_is_valid_and_loads_itself_again() -> None:
    for page in (a_page(), a_page(an_incident(), planned_work(hours=-1))):
        frame = banner.files(page)["embed/banner.html"].decode()
        HTMLParser(strict=True).parse(frame)
        assert '<noscript><meta http-equiv="refresh"' in frame
        assert frame.count("<article") == max(1, len(page.incidents))


def test_a_private_page_has_no_banner() -> None:
    page = PageFacts(now=NOW + timedelta(0), site=a_site(is_private=True), components=(), incidents=(an_incident(),))
    assert banner.files(page) == {}
