"""A page of Statuspage comes here whole: names, words, times, people. Shapes are those of its management API (OpenAPI
of July 2026) and of a public page as captured in 2022; see the description of the wire format."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conftest import START
from daylight.customers.models import Consent, ContactPoint
from daylight.incidents.models import (
    Component,
    Incident,
    IncidentTemplate,
    PageOnly,
    PostMortem,
    Promise,
    Reminder,
    Section,
    Update,
    UpdateText,
)
from daylight.incidents.words import Kind, Severity
from daylight.pages import reading
from daylight.pages.models import Page
from daylight.pages.moving import statuspage
from daylight.pages.moving.asking import Asking, NotAnswered
from daylight.pages.moving.taking import Target
from daylight.pages.moving.tests.conftest import PAGES, Elsewhere, stretches
from daylight.pages.moving.writing import Taken, take, try_out
from daylight.reach import fanout, watching
from daylight.reach.models import Delivery, Notice, SignUp, Subscriber, Subscription, WebhookEndpoint

pytestmark = pytest.mark.django_db


def move(target: Target) -> Taken:
    return take(statuspage.read(statuspage.from_saved(PAGES / "statuspage")), target, tell=lambda taken: None)


@pytest.fixture
def moved(target: Target) -> Taken:
    return move(target)


def state_of_everything() -> dict[str, Any]:
    rows = (Component, Section, Incident, Update, UpdateText, PostMortem, IncidentTemplate, Subscriber, Subscription)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in rows}


def test_everything_is_counted_and_what_cannot_be_taken_says_why(moved: Taken) -> None:
    assert dict(moved.counts) == {
        ("page", "new"): 1,
        ("section", "new"): 1,
        ("component", "new"): 2,
        ("incident", "new"): 3,
        ("template", "new"): 1,
        ("subscriber", "new"): 5,
    }
    assert [(fault.what, fault.name, fault.reason) for fault in moved.faults] == [
        ("component", "Odd", "The status 'on_fire' is unknown here."),
        ("incident", "Never told", "Nothing was said of it: it has no updates."),
        (
            "subscriber",
            "sub000000004",
            "Statuspage does not give the address of #o***s in Firm: its owner must connect it anew.",
        ),
        (
            "subscriber",
            "https://partner.example.org/",
            "Messages to 'integration_partner' cannot be sent from here: connect it anew.",
        ),
    ]


@pytest.mark.usefixtures("moved")
def test_names_of_the_world_are_kept() -> None:
    api = Component.objects.select_related("section").get(public_id="rhznvxg4v7yh")

    assert Page.main(START).public_id == "srhpyqt94yxb"
    assert (api.name, api.description, api.section and api.section.public_id) == (
        "API",
        "The API is responsible for orders.",
        "grp000000001",
    )
    assert Component.objects.get(public_id="sqm6pl84wzjc").state == "partial_outage"
    assert set(Incident.objects.values_list("public_id", flat=True)) == {"n4njzfn1mqy0", "openopenopen", "mntmntmntmnt"}


@pytest.mark.usefixtures("moved")
def test_every_word_stands_at_its_own_time() -> None:
    incident = Incident.objects.get(public_id="n4njzfn1mqy0")
    said = [
        (row.number, row.public_id, row.kind, row.stage, row.published_at, row.impacts.get().state)
        for row in incident.updates.published()
    ]

    assert said == [
        (1, "1shj4d01hc9g", "update", "investigating", at("2022-02-15T21:14:17.744"), "degraded"),
        (2, "2shj4d01hc9g", "update", "monitoring", at("2022-02-15T21:21:55.183"), "operational"),
        (3, "3shj4d01hc9g", "resolution", "resolved", at("2022-02-15T21:37:37.388"), "operational"),
    ]
    words = UpdateText.objects.get(update__public_id="2shj4d01hc9g")
    assert (words.headline, words.what) == ("Messaging issues", "Messages are late.")
    assert words.doing == "We believe we have mitigated the root cause.\nSee here (https://firm.example/x)."
    assert (incident.closed_at, incident.severity) == (at("2022-02-15T21:37:37.388"), Severity.NOTICEABLE)
    assert incident.carried.facts == {"metadata": {"jira": {"issue_id": "1"}}}


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.usefixtures("moved")
def test_a_post_mortem_a_window_and_what_goes_on() -> None:
    report = PostMortem.objects.get(incident__public_id="n4njzfn1mqy0")
    work = Incident.objects.get(public_id="mntmntmntmnt")
    late = Incident.objects.get(public_id="openopenopen")

    assert (report.public_id, report.body, report.published_at) == (
        "pm0000000001",
        "A disk was **full**.",
        at("2022-02-16T21:00:00.000"),
    )
    assert (work.kind, work.planned_from, work.planned_until) == (
        Kind.MAINTENANCE,
        at("2026-05-09T07:00:00.000"),
        at("2026-05-09T11:00:00.000"),
    )
    assert (late.closed_at, late.severity, late.occurred_at) == (None, Severity.MATERIAL, at("2026-05-04T10:30:00.000"))
    assert late.first_word_due_at is not None
    assert late.first_word_due_at > START
    assert Component.objects.get(public_id="goneagone123").retired_at == START


@pytest.mark.usefixtures("moved")
def test_people_stand_as_they_stood_and_consented_there() -> None:
    rows: Any = Subscriber.objects.with_state()
    ann = Subscriber.objects.get(address="Ann@example.org")

    assert dict(rows.values_list("address", "state")) == {
        "Ann@example.org": "active",
        "+12025550123": "active",
        "https://hooks.example.org/statuspage": "active",
        "gone@example.org": "bounced",
        "maybe@example.org": "waiting",
    }
    assert ann.created_at == at("2019-06-24T14:29:43.684")
    assert [row.about for row in Subscription.objects.filter(contact_point__channel="sms")] == ["API"]
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.format, endpoint.page_id) == ("statuspage", "srhpyqt94yxb")
    assert set(Consent.objects.values_list("given_by", flat=True)) == {"confirmed at Statuspage"}


@pytest.mark.usefixtures("moved")
def test_nobody_is_told_anything() -> None:
    for minutes in range(0, 48 * 60, 12 * 60):
        fanout.step(START + timedelta(minutes=minutes))

    assert PageOnly.objects.count() == Update.objects.count() == 5
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()
    assert not SignUp.objects.exists()
    assert not Promise.objects.exists()
    assert list(watching._public(START)) == []
    assert set(Reminder.objects.values_list("incident__public_id", flat=True)) == {"openopenopen", "mntmntmntmnt"}


def test_a_second_run_changes_nothing(moved: Taken, target: Target) -> None:
    before = state_of_everything()

    again = move(Target(page=target.page, by=target.by, at=START + timedelta(days=1), origin="Statuspage"))

    assert {verdict for _, verdict in again.counts} == {"the same"}
    assert sum(again.counts.values()) == sum(moved.counts.values())
    assert state_of_everything() == before


def test_what_was_said_since_the_last_run_is_taken(moved: Taken, target: Target) -> None:
    rows = json.loads((PAGES / "statuspage" / "incidents.json").read_text(encoding="utf-8"))
    row = next(row for row in rows if row["id"] == "openopenopen")
    row |= {"status": "resolved", "resolved_at": "2026-05-04T05:00:00.000-07:00"}
    resolved = {"id": "up0000000009", "status": "resolved", "body": "It runs.", "affected_components": None}
    row["incident_updates"].insert(0, resolved | {"display_at": "2026-05-04T05:00:00.000-07:00"})

    again = take(statuspage.read([("incident", row)]), target, tell=lambda taken: None)

    incident = Incident.objects.get(public_id="openopenopen")
    assert dict(again.counts) == {("incident", "changed"): 1}
    assert (incident.closed_at, incident.updates.count()) == (START, 2)
    assert not Reminder.objects.filter(incident=incident, due_at__isnull=False).exists()


def test_a_dry_run_counts_the_same_and_leaves_nothing(target: Target) -> None:
    before = state_of_everything()

    tried = try_out(statuspage.read(statuspage.from_saved(PAGES / "statuspage")), target, tell=lambda taken: None)

    assert tried.counts["subscriber", "new"] == 5
    assert state_of_everything() == before
    assert not ContactPoint.objects.exists()


def test_whoever_said_no_here_stays_told_nothing(moved: Taken, target: Target) -> None:
    from_here = Subscriber.objects.get(address="Ann@example.org")
    assert from_here.contact_point is not None
    from_here.contact_point.consents.update(withdrawn_at=START)
    from_here.delete()

    again = move(target)

    assert again.counts["subscriber", "new"] == 0
    assert "does not want messages" in next(each.reason for each in again.faults if "Ann" in each.name)


def test_the_page_reads_as_before(moved: Taken) -> None:
    facts = reading.read(Page.main(START), now=START, also=["n4njzfn1mqy0"])

    assert [section.name for section in facts.sections] == ["Shop"]
    assert {row.public_id for row in facts.incidents} == {"n4njzfn1mqy0", "openopenopen", "mntmntmntmnt"}


def served(elsewhere: Elsewhere, many: int = 0) -> str:
    """A management API with the saved page; `many` more incidents than one page of a list holds."""
    said = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (PAGES / "statuspage").glob("*.json")}
    root = "/v1/pages/srhpyqt94yxb"
    late = said["incidents"][1]
    more = [
        {
            **late,
            "id": f"more{number:08}",
            "incident_updates": [{**late["incident_updates"][0], "id": f"upmo{number:08}"}],
        }
        for number in range(many)
    ]
    people = {"active": said["subscribers"], "unconfirmed": said["subscribers-unconfirmed"], "quarantined": []}
    elsewhere.answers = {
        root: said["page"]["page"],
        f"{root}/components": stretches(said["components"]),
        f"{root}/component-groups": [],
        f"{root}/incidents": stretches(said["incidents"] + more),
        f"{root}/subscribers": lambda query: stretches(people[query["state"]], first=0)(query),
    }
    return root


def test_it_is_asked_page_by_page_and_no_faster_than_once_a_second(elsewhere: Elsewhere, target: Target) -> None:
    root = served(elsewhere, many=120)
    waits: list[float] = []
    elsewhere.once = {f"{root}/incidents": [(429, {"Retry-After": "7"}), (420, {})], root: [(503, {})]}
    asking = Asking(pause=waits.append, headers={"Authorization": "OAuth key"})

    raw = statuspage.from_api(asking, page="srhpyqt94yxb", base=f"{elsewhere.url}/v1")
    taken = take(statuspage.read(raw), target, tell=lambda taken: None)

    assert taken.counts["incident", "new"] == 123
    assert taken.counts["subscriber", "new"] == 5
    refused = next(fault.reason for fault in taken.faults if fault.what == "template")
    assert refused.startswith(f"There is nothing at {elsewhere.url}{root}/incident_templates?")
    assert {7.0, 60.0, 2.0} <= set(waits)
    assert waits.count(1.0) == len(elsewhere.asked) - 1
    assert {each["authorization"] for each in elsewhere.headers} == {"OAuth key"}


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"/v1/pages/x": 401}, "The key is not accepted"),
        ({}, "There is no page x for this key"),
        ({"/v1/pages/x": {"id": "x"}, "/v1/pages/x/component-groups": 500}, "run the same command again"),
    ],
)
def test_what_stops_it_is_a_sentence(elsewhere: Elsewhere, target: Target, answers: dict[str, Any], said: str) -> None:
    elsewhere.answers = answers
    asking = Asking(pause=lambda seconds: None)

    with pytest.raises(NotAnswered, match=said):
        take(
            statuspage.read(statuspage.from_api(asking, page="x", base=f"{elsewhere.url}/v1")),
            target,
            tell=lambda taken: None,
        )
