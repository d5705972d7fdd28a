"""The public API v2: its files, fields in their order, and what a reader of a Statuspage finds in them."""

import json
from datetime import timedelta
from typing import Any

import pytest

from conftest import START, HandClock
from daylight.accounts.models import Member, Organisation
from daylight.incidents.models import Incident, PostMortem, Section
from daylight.incidents.tests.makers import a_component, a_resolution, an_incident, an_update
from daylight.pages import reading
from daylight.pages.models import Page
from daylight.pages.statuspage.api import api_files as files

INCIDENT = [
    "id",
    "name",
    "status",
    "created_at",
    "updated_at",
    "monitoring_at",
    "resolved_at",
    "impact",
    "shortlink",
    "started_at",
    "page_id",
    "incident_updates",
    "components",
]
UPDATE = [
    "id",
    "status",
    "body",
    "incident_id",
    "created_at",
    "updated_at",
    "display_at",
    "affected_components",
    "deliver_notifications",
    "custom_tweet",
    "tweet_id",
]
COMPONENT = [
    "id",
    "name",
    "status",
    "created_at",
    "updated_at",
    "position",
    "description",
    "showcase",
    "start_date",
    "group_id",
    "page_id",
    "group",
    "only_show_if_degraded",
]


@pytest.fixture
def page(db: None) -> Page:
    return Page.main(START)


def served(page: Page, clock: HandClock) -> dict[str, Any]:
    made = files(reading.read(page, now=clock.now))
    return {name.removeprefix("api/v2/").removesuffix(".json"): json.loads(body) for name, body in made.items()}


def test_a_page_without_anything_is_whole(page: Page, clock: HandClock) -> None:
    said = served(page, clock)

    assert set(said) == {
        "summary", "status", "components", "incidents", "incidents/unresolved",
        "scheduled-maintenances", "scheduled-maintenances/active", "scheduled-maintenances/upcoming",
    }  # fmt: skip
    assert list(said["summary"]) == ["page", "components", "incidents", "scheduled_maintenances", "status"]
    assert said["summary"]["incidents"] == said["summary"]["scheduled_maintenances"] == []
    assert said["status"]["status"] == {"indicator": "none", "description": "All Systems Operational"}
    assert list(said["status"]["page"]) == ["id", "name", "url", "time_zone", "updated_at"]
    assert said["status"]["page"]["id"] == page.public_id


def test_an_incident_is_told_from_first_word_to_post_mortem(page: Page, clock: HandClock, ana: Member) -> None:
    shop = a_component("Shop", changed_at=START)
    incident = an_incident(lead=ana, severity="major")
    an_update(incident, impacts={"shop": "partial_outage"})
    clock.move(minutes=5)
    an_update(incident, at=clock.now, stage="monitoring", doing="We watch it.", impacts={"shop": "degraded"})

    found = served(page, clock)["incidents/unresolved"]["incidents"]

    assert [list(row) for row in found] == [INCIDENT]
    (row,) = found
    assert (row["id"], row["status"], row["impact"]) == (incident.public_id, "monitoring", "major")
    assert (row["monitoring_at"], row["resolved_at"]) == ("2026-05-04T12:05:00.000Z", None)
    assert row["shortlink"].endswith(f"/incidents/{incident.public_id}/")
    newest, first = row["incident_updates"]
    assert list(newest) == UPDATE
    assert newest["body"].startswith("We watch it.\n\nNext word by ")
    assert first["body"].startswith("Payments by card are refused.")
    assert newest["affected_components"] == [
        {"code": shop.public_id, "name": "Shop", "old_status": "partial_outage", "new_status": "degraded_performance"}
    ]
    assert [each["status"] for each in row["components"]] == ["degraded_performance"]
    assert served(page, clock)["status"]["status"]["indicator"] == "major"

    clock.move(minutes=5)
    a_resolution(incident, at=clock.now, what="A certificate had run out.")
    incident.refresh_from_db()
    report = PostMortem.objects.create(incident=incident, created_at=clock.now, changed_at=clock.now)
    report.write("We now watch certificates.", by=ana, at=clock.now)
    assert served(page, clock)["incidents"]["incidents"][0]["status"] == "resolved"
    report.publish(by=ana, at=clock.now)

    said = served(page, clock)
    (row,) = said["incidents"]["incidents"]
    assert (row["status"], row["resolved_at"]) == ("postmortem", "2026-05-04T12:10:00.000Z")
    assert [each["status"] for each in row["incident_updates"]] == [
        "postmortem",
        "resolved",
        "monitoring",
        "investigating",
    ]
    assert row["incident_updates"][1]["affected_components"][0]["new_status"] == "operational"
    assert said["incidents/unresolved"]["incidents"] == []


def test_sections_are_groups(page: Page, clock: HandClock) -> None:
    web = Section.objects.named("Web")
    alone = a_component("Phone", description="Calls")
    shop, till = (a_component(name, section=web) for name in ("Shop", "Till"))

    first, group, *parts = served(page, clock)["components"]["components"]

    assert list(first) == COMPONENT
    assert list(group) == [*COMPONENT, "components"]
    assert (first["id"], first["description"], first["group"], first["group_id"]) == (
        alone.public_id,
        "Calls",
        False,
        None,
    )
    assert (group["name"], group["group"], group["components"]) == ("Web", True, [shop.public_id, till.public_id])
    assert [part["group_id"] for part in parts] == [group["id"], group["id"]]
    assert group["description"] is None


def test_planned_work_stands_apart(page: Page, clock: HandClock, ana: Member) -> None:
    window: dict[str, Any] = {"planned_from": START + timedelta(hours=2), "planned_until": START + timedelta(hours=3)}
    work = an_incident(kind="maintenance", severity="slight", lead=ana, title="New database", **window)
    an_update(work, stage="scheduled", impacts={})

    said = served(page, clock)

    (row,) = said["scheduled-maintenances/upcoming"]["scheduled_maintenances"]
    assert list(row) == [*INCIDENT, "scheduled_for", "scheduled_until"]
    assert (row["status"], row["impact"]) == ("scheduled", "maintenance")
    assert (row["scheduled_for"], row["scheduled_until"]) == ("2026-05-04T14:00:00.000Z", "2026-05-04T15:00:00.000Z")
    assert said["summary"]["scheduled_maintenances"] == [row]
    assert said["summary"]["incidents"] == said["incidents"]["incidents"] == []
    assert said["status"]["status"]["indicator"] == "none"
    clock.move(hours=2)
    an_update(work, at=clock.now, stage="in_progress", doing="We move the data.")
    said = served(page, clock)
    assert len(said["scheduled-maintenances/active"]["scheduled_maintenances"]) == 1
    assert said["scheduled-maintenances/upcoming"]["scheduled_maintenances"] == []
    assert said["status"]["status"]["indicator"] == "maintenance"


def test_the_fifty_most_recent_are_told_however_old(page: Page, clock: HandClock, ana: Member) -> None:
    for number in range(52):
        incident = an_incident(lead=ana, title=f"Number {number}", at=clock.now)
        a_resolution(incident, at=clock.now, headline=f"Number {number}")
        clock.move(minutes=1)
    clock.move(days=400)

    names = [row["name"] for row in served(page, clock)["incidents"]["incidents"]]

    assert (len(names), names[0], names[-1]) == (50, "Number 51", "Number 2")


def test_nothing_that_is_not_public_is_told(page: Page, clock: HandClock, ana: Member) -> None:
    an_update(an_incident(lead=ana, public=False))
    an_update(an_incident(lead=ana, is_exercise=True))
    an_incident(lead=ana, title="Nobody has spoken yet")
    a_component("Vault", is_public=False)

    said = served(page, clock)

    assert Incident.objects.count() == 3
    assert said["incidents"]["incidents"] == said["components"]["components"] == []


def test_unchanged_facts_make_the_same_bytes(page: Page, clock: HandClock, ana: Member) -> None:
    a_component("Shop")
    an_update(an_incident(lead=ana))
    before = files(reading.read(page, now=clock.now))
    clock.move(minutes=3)

    assert files(reading.read(page, now=clock.now)) == before


def test_times_are_those_of_the_page(page: Page, clock: HandClock, ana: Member) -> None:
    organisation = Organisation.get()
    organisation.time_zone = "America/Tijuana"
    organisation.save()
    an_update(an_incident(lead=ana))

    (row,) = served(page, clock)["incidents"]["incidents"]

    assert row["created_at"] == "2026-05-04T05:00:00.000-07:00"
