"""What a lead does on the screens: answers, says when, writes down what is done; bad input keeps what was typed."""

from typing import Any

import pytest
from django.test import Client

from conftest import START, HandClock
from daylight.accounts.models import Member, Organisation
from daylight.incidents.models import Incident
from daylight.incidents.tests.makers import an_incident
from daylight.incidents.words import Kind
from daylight.regimes import answering
from daylight.regimes.models import RegimeClock
from daylight.regimes.playing import STORIES
from daylight.regimes.tests.makers import a_breach, the_clock


@pytest.fixture
def desk(client: Client, ana: Member, clock: HandClock) -> Client:
    client.force_login(ana)
    return client


def page(incident: Incident) -> str:
    return f"/desk/regimes/incident/{incident.public_id}/"


def test_answers_start_clocks_and_the_room_shows_them(desk: Client, ana: Member) -> None:
    incident = an_incident(kind=Kind.DATA_BREACH, lead=ana)
    assert "Do you hold personal data" in desk.get(page(incident)).content.decode()

    sent = {"act": "answers", "target": "", "answers--eu_people": "yes", "answers--personal_data": "yes"}
    assert desk.post(page(incident), sent).status_code == 302

    shown = desk.get(page(incident)).content.decode()
    assert "Notify the data protection authority" in shown
    assert "have counsel confirm" in shown
    assert "Notify the data protection authority" in desk.get(f"/desk/incident/{incident.public_id}/").content.decode()


def test_done_without_a_proof_says_so_at_the_place_and_keeps_the_time(desk: Client, ana: Member) -> None:
    incident = a_breach(lead=ana)
    key = the_clock(incident, "authority").pk
    sent = {"act": "done", "target": key, f"done-{key}-done_at": "2026-05-04T11:30", f"done-{key}-proof": ""}

    answer = desk.post(page(incident), sent)

    assert answer.status_code == 422
    shown = answer.content.decode()
    assert 'value="2026-05-04T11:30"' in shown
    assert "<details open><summary>It is done" in shown
    assert the_clock(incident, "authority").met_at is None

    desk.post(page(incident), sent | {f"done-{key}-proof": "Receipt 77"})
    assert "Receipt 77" in desk.get(page(incident)).content.decode()


def test_a_time_that_moves_needs_its_reason(desk: Client, ana: Member) -> None:
    incident = a_breach(lead=ana)
    sent = {"act": "when", "target": ":aware", "when-:aware-when": "2026-05-04T09:00"}

    assert desk.post(page(incident), sent).status_code == 422
    assert desk.post(page(incident), sent | {"when-:aware-because": "The guard knew."}).status_code == 302


@pytest.mark.parametrize(
    ("act", "target"),
    [
        ("done", "999999"),
        ("done", "x"),
        ("done", "9" * 40),
        ("drop", "-1"),
        ("places", "²"),
        ("when", "eu-gdpr-33:nothing"),
        ("when", "nothing"),
        ("when", "nothing:aware"),
        ("when", "us-sec-8k:aware"),
        ("when", "x" * 100 + ":aware"),
        ("when", "\x00:aware"),
        ("nothing", ""),
    ],
)
def test_what_is_not_there_is_not_found(desk: Client, ana: Member, act: str, target: str) -> None:
    assert desk.post(page(a_breach(lead=ana)), {"act": act, "target": target}).status_code == 404


def test_exempt_take_back_drop_and_add(desk: Client, ana: Member) -> None:
    incident = a_breach(lead=ana)
    key, regime = the_clock(incident, "authority").pk, incident.regimes.get().pk

    def post(act: str, target: Any, **said: str) -> int:
        named = {f"{act}-{target}-{name}": value for name, value in said.items()}
        return desk.post(page(incident), {"act": act, "target": target, **named}).status_code

    assert post("exempt", key, exemption="Another reason", because="No names in it.") == 302
    assert "No names in it." in desk.get(page(incident)).content.decode()
    assert post("take-back", key, because="") == 422
    assert post("take-back", key, because="There were.") == 302
    assert post("drop", regime, because="Not ours.") == 302
    assert post("add", "", pack="us-sec-8k") == 302
    assert [row.pack for row in incident.regimes.standing()] == ["us-sec-8k"]
    assert post("when", "us-sec-8k:classified", when="2026-05-04T10:00") == 302
    assert the_clock(incident, "filing").owed_by is not None


def test_states_are_chosen_on_the_page(desk: Client, ana: Member) -> None:
    incident = a_breach(lead=ana, answers={"us_people": True, "us_residents": True})
    assert "Not started: say where they live" in desk.get(page(incident)).content.decode()
    regime = incident.regimes.get(pack="us-state-breach")

    name = f"places-{regime.pk}-places"
    assert desk.post(page(incident), {"act": "places", "target": regime.pk, name: ["atlantis"]}).status_code == 422
    assert desk.post(page(incident), {"act": "places", "target": regime.pk, name: ["tx", "ny"]}).status_code == 302
    assert RegimeClock.objects.of(incident).count() == 2


def test_readers_see_and_do_nothing_and_strangers_see_nothing(client: Client, bela: Member, dora: Member) -> None:
    incident = a_breach()
    client.force_login(bela)
    assert "It is done" not in client.get(page(incident)).content.decode()
    assert client.post(page(incident), {"act": "answers", "target": ""}).status_code == 403
    assert client.post("/desk/regimes/", {"eu_people": "yes"}).status_code == 403

    client.force_login(dora)
    assert client.get(page(incident)).status_code == 403


def test_every_pack_has_its_page_and_a_faded_one_says_so(desk: Client, clock: HandClock) -> None:
    clock.move(days=600)
    listed = desk.get("/desk/regimes/").content.decode()
    shown = desk.get("/desk/regimes/packs/us-state-breach/").content.decode()

    assert listed.count("faded") == 16
    assert "over twelve months" in shown
    assert "Texas" in shown
    assert desk.get("/desk/regimes/packs/no-such-pack/").status_code == 404


def test_the_firm_answers_once(desk: Client, ana: Member) -> None:
    desk.post("/desk/regimes/", {"eu_people": "yes", "us_people": "no", "utility": ""})

    asked = [question.id for question in answering.questions_about(an_incident(kind=Kind.DATA_BREACH, lead=ana))]
    assert "california_residents" not in asked
    assert "ruled out by your answers" in desk.get("/desk/regimes/").content.decode()


@pytest.mark.parametrize("story", STORIES)
def test_each_exercise_can_be_played_in_the_demonstration_alone(desk: Client, story: str) -> None:
    assert desk.post("/desk/regimes/play/", {"story": story}).status_code == 404
    Organisation.get()
    Organisation.objects.update(is_demo=True)

    answer = desk.post("/desk/regimes/play/", {"story": story})

    assert answer.status_code == 302
    incident = Incident.objects.get()
    assert incident.is_exercise
    assert RegimeClock.objects.of(incident).filter(owed_by__gt=START).exists()
    assert desk.get(answer["Location"]).status_code == 200
    assert desk.post("/desk/regimes/play/", {"story": "no-such-story"}).status_code == 404
