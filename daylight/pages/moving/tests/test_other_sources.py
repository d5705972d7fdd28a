"""Cachet, cState and Upptime come here by the same road. Shapes: Cachet 2.4's API as its documentation shows it and the
resources of 3.x; cState's example site; Upptime's repository and what its robot writes into issues."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from daylight.incidents.models import Component, Impact, Incident, PageOnly, Update, UpdateText
from daylight.pages.moving import cachet, cstate, upptime
from daylight.pages.moving.asking import Asking
from daylight.pages.moving.moved import Moved, MovedComponent, MovedIncident, NotMoved
from daylight.pages.moving.taking import Target
from daylight.pages.moving.tests.conftest import PAGES, Elsewhere
from daylight.pages.moving.writing import take
from daylight.reach.models import Subscriber


def of_cachet() -> Iterator[Moved]:
    return cachet.read(cachet.from_saved(PAGES / "cachet" / "two.json"))


def of_cstate() -> Iterator[Moved]:
    return cstate.read(PAGES / "cstate", zone=ZoneInfo("Europe/Vilnius"))


def of_upptime() -> Iterator[Moved]:
    return upptime.read(PAGES / "upptime", *upptime.from_saved(PAGES / "upptime"))


def told(incident: MovedIncident) -> list[tuple[str, str, str]]:
    return [(f"{each.at:%d %H:%M}", each.stage, each.body) for each in incident.updates]


def by_title(found: Iterator[Moved]) -> dict[str, MovedIncident]:
    return {each.title: each for each in found if isinstance(each, MovedIncident)}


def faults(found: Iterator[Moved]) -> list[tuple[str, str]]:
    return [(each.name, each.reason) for each in found if isinstance(each, NotMoved)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("read", "counts"),
    [(of_cachet, (2, 2, 2)), (of_cstate, (3, 2, 0)), (of_upptime, (2, 3, 0))],
    ids=["cachet", "cstate", "upptime"],
)
def test_each_comes_whole_tells_nobody_and_comes_once(
    read: Callable[[], Iterator[Moved]], counts: tuple[int, int, int], target: Target
) -> None:
    def take_in() -> set[str]:
        return {verdict for _, verdict in take(read(), target, tell=lambda taken: None).counts}

    take_in()
    before = list(Incident.objects.order_by("pk").values()), list(UpdateText.objects.order_by("pk").values())

    assert (Component.objects.count(), Incident.objects.count(), Subscriber.objects.count()) == counts
    assert Update.objects.count() == PageOnly.objects.count()
    assert take_in() == {"the same"}
    assert (list(Incident.objects.order_by("pk").values()), list(UpdateText.objects.order_by("pk").values())) == before


def test_what_cachet_said() -> None:
    found = by_title(of_cachet())

    assert told(found["API is slow"]) == [
        ("01 12:00", "investigating", "We look at it."),
        ("01 12:30", "monitoring", "It looks good."),
        ("01 13:00", "resolved", "It is good."),
    ]
    work = found["Upgrade"]
    assert (told(work), work.planned_from, work.closed_at) == (
        [("20 10:00", "scheduled", "We upgrade.")],
        datetime(2016, 1, 1, 10, tzinfo=UTC),
        datetime(2016, 1, 1, 11, tzinfo=UTC),
    )
    assert list(work.names.values()) == ["Shop"]
    assert faults(of_cachet()) == [("Hidden", "It is shown to nobody there.")]


def test_cachet_3_is_asked_at_its_own_addresses(elsewhere: Elsewhere) -> None:
    moment = {"human": "1 day ago", "string": "2025-01-02 10:00:00"}
    status = {"human": "Fixed", "value": 4}
    row = {"id": "7", "type": "incidents", "attributes": {
        "id": 7, "name": "Mail", "message": "It waits.", "component_id": 3, "visible": 1, "status": status,
        "occurred": moment, "created": moment}}  # fmt: skip
    word = {"id": "1", "attributes": {"id": 1, "message": "Done.", "status": status, "created": moment}}
    part = {"id": "3", "attributes": {"id": 3, "name": "Mail", "status": {"human": "Operational", "value": 1}}}
    elsewhere.answers = {
        "/api/components": {"data": [part], "links": {"next": None}},
        "/api/incidents": lambda query: {"data": [row] if query["page"] == "1" else [], "links": {"next": "more"}},
        "/api/incidents/7/updates": {"data": [word], "links": {"next": None}},
    }

    found = list(cachet.read(cachet.from_api(Asking(pause=lambda seconds: None), elsewhere.url)))

    assert [each.name for each in found if isinstance(each, MovedComponent)] == ["Mail"]
    assert told(by_title(iter(found))["Mail"]) == [
        ("02 10:00", "investigating", "It waits."),
        ("02 10:00", "resolved", "Done."),
    ]


def test_what_cstate_said() -> None:
    found = by_title(of_cstate())

    gone = found["Connection Issues"]
    assert told(gone) == [
        ("13 12:54", "investigating", "There have been some problems."),
        ("13 13:40", "monitoring", "After hitting the ground, our crew is watching."),
    ]
    assert gone.closed_at == datetime(2018, 4, 13, 14, 30, tzinfo=UTC)
    assert (found["Still slow"].closed_at, told(found["Still slow"])) == (
        None,
        [("13 08:00", "investigating", "Pages take long.")],
    )
    assert [name for name, _ in faults(of_cstate())] == ["broken.md"]


def test_what_upptime_said() -> None:
    found = by_title(of_upptime())

    down = found["Google is down"]
    assert [each[:2] for each in told(down)] == [("01 10:00", "investigating"), ("01 10:07", "resolved")]
    assert told(down)[1][2].startswith("Google is back up in")
    assert set(down.updates[0].states.values()) == {"major_outage"}
    work = found["New disks"]
    assert (work.planned_from, list(work.names.values())) == (
        datetime(2026, 5, 9, 13, 0, 0, 220000, tzinfo=UTC),
        ["Google", "Hacker News"],
    )
    assert told(work) == [("03 09:00", "scheduled", "We fit new disks.")]
    states = {each.name: each.state for each in of_upptime() if isinstance(each, MovedComponent)}
    assert states == {"Google": "operational", "Hacker News": "degraded"}


def test_issues_of_upptime_are_asked_of_github(elsewhere: Elsewhere) -> None:
    def saved(name: str) -> Any:
        return json.loads((PAGES / "upptime" / f"{name}.json").read_text(encoding="utf-8"))

    elsewhere.answers = {
        "/repos/firm/status/issues": saved("issues"),
        "/repos/firm/status/issues/comments": saved("comments"),
    }

    found = upptime.from_api(Asking(pause=lambda seconds: None), "firm/status", base=elsewhere.url)

    assert list(upptime.read(PAGES / "upptime", *found)) == list(of_upptime())


@pytest.mark.django_db
def test_a_component_that_only_history_knows_is_retired(target: Target) -> None:
    take(of_cstate(), target, tell=lambda taken: None)

    assert Component.objects.get(name="Gone").retired_at == target.at
    assert set(Impact.objects.filter(component__name="Gone").values_list("state", flat=True)) == {"degraded"}
