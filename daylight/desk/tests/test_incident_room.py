"""The incident room: composed on first load, so that it works without a script; a broken panel breaks nothing else."""

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.desk import panels
from daylight.desk.panels import Panel
from daylight.incidents.models import Incident
from daylight.incidents.tests.makers import a_resolution, an_incident


@pytest.fixture
def incident(ana: Member, clock: HandClock) -> Incident:
    return an_incident(title="Checkout fails", by=ana, public=False)


def room(client: Client, member: Member, incident: Incident) -> str:
    client.force_login(member)
    answer = client.get(f"/desk/incident/{incident.public_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_head_says_what_how_bad_who_leads_and_since_when(client: Client, ana: Member, incident: Incident) -> None:
    text = room(client, ana, incident)

    assert "Checkout fails" in text
    assert "Outage, severity 1: Customers are harmed" in text
    assert "no lead yet" in text
    assert "private" in text

    incident.assign(role="lead", member=ana, by=ana, at=incident.opened_at)
    incident.make_public(by=ana, at=incident.opened_at)
    text = room(client, ana, incident)

    assert "lead <strong>Ana</strong>" in text
    assert "no lead yet" not in text
    assert "public" in text


def test_an_ended_incident_says_so(client: Client, ana: Member, incident: Incident, clock: HandClock) -> None:
    a_resolution(incident, by=ana, at=clock.now)

    assert "ended" in room(client, ana, incident)


def test_a_stranger_a_member_without_a_role_and_a_wrong_address_see_nothing(
    client: Client, ana: Member, dora: Member, incident: Incident
) -> None:
    address = f"/desk/incident/{incident.public_id}/"
    assert client.get(address).status_code == 302

    client.force_login(dora)
    assert client.get(address).status_code == 403

    client.force_login(ana)
    assert client.get("/desk/incident/nosuch/").status_code == 404


@pytest.mark.urls("daylight.desk.tests.room_of_its_own")
def test_panels_come_with_the_page_and_a_broken_one_leaves_a_hole_that_says_so(
    client: Client, ana: Member, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = (
        Panel("clock", "panels:well", "Next word", every=5),
        Panel("register", "panels:broken", "Who is affected", every=10),
        Panel("told", "panels:refused", "Told", every=3),
        Panel("timeline", "panels:late", "Timeline", every=10),
        Panel("facts", "panels:nosuch", "Not served by any room"),
    )
    monkeypatch.setattr(panels, "PANELS", chosen)

    text = room(client, ana, incident)

    assert f"well Ana GET true {incident.public_id}" in text
    assert "Show these keys" in text
    assert text.count("This part did not load.") == 2
    assert "Not served by any room" not in text


def test_an_act_that_ends_in_the_room_leads_the_whole_page_there(
    client: Client, ana: Member, incident: Incident
) -> None:
    client.force_login(ana)
    address = f"/desk/incident/{incident.public_id}/"

    answer = client.get(address, headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == address
