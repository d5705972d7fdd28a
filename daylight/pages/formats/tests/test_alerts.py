"""Alerts as consoles for emergencies take them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from daylight.incidents.words import Kind, Stage
from daylight.pages import formats
from daylight.pages.facts import IncidentFacts
from daylight.pages.formats import alerts
from daylight.pages.formats.tests.makers import NOW, a_page, a_site, an_incident, ended, planned_work, said

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "cap-1.2.xsd"))
SPACE = {"cap": alerts.CAP, "atom": "http://www.w3.org/2005/Atom"}


def alert(incident: IncidentFacts) -> Any:
    """The alert of an incident, which must be valid."""
    (body,) = formats.alerts.incident_alert(a_site(), incident, NOW).values()
    root = etree.fromstring(body)
    SCHEMA.assertValid(root)
    return root


def values(root: Any, *names: str) -> list[str]:
    return [root.findtext(f".//cap:{name}", namespaces=SPACE) for name in names]


def test_the_first_word_is_an_alert_that_expires_when_we_speak_next() -> None:
    root = alert(an_incident(said(promised_in=20, meanwhile="Pay by bank transfer.", who="Whoever pays by card")))

    assert values(root, "identifier", "sender", "sent", "status", "msgType", "scope") == [
        "status.northwind.example.000000000007.1",
        "status.northwind.example",
        "2026-05-04T11:50:00-00:00",
        "Actual",
        "Alert",
        "Public",
    ]
    assert values(root, "responseType", "urgency", "severity", "certainty") == [
        "Execute",
        "Immediate",
        "Moderate",
        "Observed",
    ]
    assert values(root, "expires", "instruction", "areaDesc", "senderName") == [
        "2026-05-04T12:20:00-00:00",
        "Pay by bank transfer.",
        "Whoever pays by card",
        "Northwind Traders",
    ]


def test_later_words_refer_to_the_earlier_and_the_last_cancels() -> None:
    update = alert(an_incident(said(3), said(2, minutes_ago=20), said(1, minutes_ago=30)))
    end = alert(ended())

    assert values(update, "msgType", "references") == [
        "Update",
        "status.northwind.example,status.northwind.example.000000000007.1,2026-05-04T11:30:00-00:00 "
        "status.northwind.example,status.northwind.example.000000000007.2,2026-05-04T11:40:00-00:00",
    ]
    assert values(end, "msgType", "responseType", "urgency", "expires") == ["Cancel", "AllClear", "Past", None]


@pytest.mark.parametrize(
    ("incident", "expected"),
    [
        (planned_work(), ["Prepare", "Future", "Moderate", "Likely"]),
        (planned_work(hours=0.5), ["Prepare", "Expected", "Moderate", "Likely"]),
        (planned_work(hours=-0.5), ["Monitor", "Immediate", "Moderate", "Observed"]),
        (planned_work(kind=Kind.FORESEEN_TROUBLE), ["Prepare", "Future", "Moderate", "Possible"]),
        (an_incident(severity=1), ["Monitor", "Immediate", "Severe", "Observed"]),
        (an_incident(severity=5), ["Monitor", "Immediate", "Minor", "Observed"]),
    ],
)
def test_what_the_words_of_the_protocol_mean_here(incident: IncidentFacts, expected: list[str]) -> None:
    assert values(alert(incident), "responseType", "urgency", "severity", "certainty") == expected


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_category(kind: Kind) -> None:
    assert values(alert(an_incident(kind=kind)), "category")[0] in {"Infra", "Transport", "Safety", "Security", "Other"}


def test_each_language_has_a_block() -> None:
    german = said(language="de", headline="Kartenzahlung gestört").words

    root = alert(an_incident(said(other_words=(german,))))

    languages = root.findall(".//cap:language", SPACE)
    assert [language.text for language in languages] == ["en", "de"]


def test_the_index_leads_to_the_alerts_that_stand_and_those_lifted_lately() -> None:
    over = ended(number=3, closed_at=NOW - timedelta(days=8))

    index = etree.fromstring(formats.files(a_page(an_incident(), ended(), over))["alerts.atom"])

    links = index.findall("atom:entry/atom:link", SPACE)
    assert {link.get("type") for link in links} == {"application/cap+xml"}
    folder = "https://status.northwind.example/incidents"
    assert [link.get("href") for link in links] == [f"{folder}/{number:012x}/alert.xml" for number in (7, 6)]
    assert Stage.RESOLVED not in etree.tostring(index, encoding="unicode")
