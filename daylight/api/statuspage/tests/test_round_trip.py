"""What our own /v1/ and /api/v2/ serve comes into an empty installation as the same page."""

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.api.statuspage.tests.conftest import Program
from daylight.incidents.models import Component, Incident, IncidentTemplate, Section, Update
from daylight.pages import reading
from daylight.pages.models import Page
from daylight.pages.moving import statuspage
from daylight.pages.moving.taking import Target
from daylight.pages.moving.writing import Taken, take
from daylight.pages.statuspage import api
from daylight.reach.models import Subscriber

pytestmark = pytest.mark.django_db

LISTS = {
    "components": "components",
    "component_groups": "component-groups",
    "incidents": "incidents",
    "incident_templates": "incident_templates",
    "subscribers": "subscribers?state=all",
}
PUBLIC = ("components", "incidents", "scheduled-maintenances")


@pytest.fixture
def told(program: Program, clock: HandClock) -> Program:
    """A page with a past, something that goes on, work to come, and somebody who wants to hear of it."""
    shop = program("POST", "{page}/components", {"component": {"name": "Shop"}}, status=201)["id"]
    mail = program("POST", "{page}/components", {"component": {"name": "Mail"}}, status=201)["id"]
    program("POST", "{page}/component-groups", {"component_group": {"name": "Web", "components": [shop]}}, status=201)
    past = program("POST", "{page}/incidents", said("Slow", {shop: "partial_outage"}), status=201)["id"]
    clock.move(minutes=20)
    program("PATCH", f"{{page}}/incidents/{past}", {"incident": {"status": "monitoring", "body": "It is mended."}})
    clock.move(minutes=20)
    program("PATCH", f"{{page}}/incidents/{past}", {"incident": {"status": "resolved", "body": "It was a disk."}})
    clock.move(minutes=5)
    program("PUT", f"{{page}}/incidents/{past}/postmortem", {"postmortem": {"body_draft": "The disk was full."}})
    program("PUT", f"{{page}}/incidents/{past}/postmortem/publish", {})
    program("POST", "{page}/incidents", said("No mail", {mail: "major_outage"}), status=201)
    clock.move(minutes=5)
    window = {"scheduled_for": "2026-05-09T10:00:00Z", "scheduled_until": "2026-05-09T12:00:00Z"}
    program("POST", "{page}/incidents", said("New disks", {shop: "under_maintenance"}, **window), status=201)
    template = {"name": "Disk", "title": "A disk", "body": "We look.", "component_ids": [shop]}
    program("POST", "{page}/incident_templates", {"template": template}, status=201)
    person = {"email": "ann@example.org", "skip_confirmation_notification": True, "component_ids": [mail]}
    program("POST", "{page}/subscribers", {"subscriber": person}, status=201)
    return program


def said(name: str, components: dict[str, str], **more: str) -> dict[str, Any]:
    return {"incident": {"name": name, "body": f"{name} since ten.", "components": components, **more}}


def everything(program: Program) -> dict[str, Any]:
    return {name: program("GET", f"{{page}}/{path}") for name, path in LISTS.items()}


def an_empty_installation() -> None:
    for model in (IncidentTemplate, Subscriber):
        model.objects.all().delete()
    for incident in Incident.objects.all():
        incident.promises.all().delete()
        Update.objects.filter(incident=incident).delete()
        incident.delete()
    for rows in (Component, Section):
        rows.objects.all().delete()


def move(folder: Path, ana: Member, clock: HandClock) -> Taken:
    target = Target(page=Page.main(clock.now), by=ana, at=clock.now, origin="Daylight")
    return take(statuspage.read(statuspage.from_saved(folder)), target, tell=lambda taken: None)


def public(clock: HandClock) -> dict[str, Any]:
    files = api.api_files(reading.read(Page.main(clock.now), now=clock.now))
    return {name: quiet(json.loads(files[f"api/v2/{name}.json"])) for name in PUBLIC}


def test_the_management_api_comes_back_as_the_same_page(
    told: Program, ana: Member, clock: HandClock, tmp_path: Path
) -> None:
    before = everything(told)
    (tmp_path / "all.json").write_text(json.dumps(before), encoding="utf-8")
    an_empty_installation()

    taken = move(tmp_path, ana, clock)

    assert taken.faults == []
    after = everything(told)
    for name in LISTS:
        assert quiet(after[name]) == quiet(before[name]), name


def quiet(rows: Any) -> Any:
    """What was moved is told to nobody, and says so: that is the one difference."""
    return json.loads(json.dumps(rows).replace('"deliver_notifications": true', '"deliver_notifications": false'))


@pytest.mark.usefixtures("told")
def test_the_public_api_comes_back_as_the_same_page(ana: Member, clock: HandClock, tmp_path: Path) -> None:
    before = public(clock)
    for name, answer in before.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(answer), encoding="utf-8")
    an_empty_installation()

    taken = move(tmp_path, ana, clock)

    assert taken.faults == []
    assert public(clock) == before
