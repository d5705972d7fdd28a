"""`/api/v2/subscribers.json` as programs know it; nothing on GET, and nothing told of anybody."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import HandClock
from daylight.core.limits import take
from daylight.pages.joining import doors
from daylight.pages.models import Page
from daylight.pages.tests.makers import a_component, a_told_incident
from daylight.reach import preferring, signing_up, subscribers
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Provider, SignUp, Subscriber
from daylight.reach.tests.makers import HandChannel, a_contact_point

pytestmark = pytest.mark.django_db
PATH = "/api/v2/subscribers.json"
ZOE = "zoe@home.example"


def posted(fields: dict[str, Any]) -> Any:
    return Client().post(PATH, fields)


def test_a_form_is_answered_in_both_shapes_that_clients_know(clock: HandClock) -> None:
    page = Page.main(clock.now)

    answer = posted({"subscriber[email]": "Zoe@Home.example"})

    said = answer.json()
    assert answer.status_code == 201
    assert said["subscriber"] == {
        "created_at": "2026-05-04T12:00:00.000Z",
        "skip_confirmation_notification": False,
        "quarantined_at": None,
        "id": said["subscriber"]["id"],
        "mode": "email",
        "purge_at": None,
        "email": ZOE,
    }
    assert (said["page"]["id"], said["email"], said["mode"]) == (page.public_id, ZOE, "email")
    assert said["can_select_components"] is False
    assert SignUp.objects.get().address == ZOE
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("fields", "channel", "address"),
    [
        ({"endpoint": "https://hooks.example/a"}, "webhook", "https://hooks.example/a"),
        ({"endpoint": "https://hooks.slack.com/services/T0/B0/x"}, "slack", "https://hooks.slack.com/services/T0/B0/x"),
        ({"email": ZOE}, "email", ZOE),
    ],
)
def test_json_and_endpoints(clock: HandClock, fields: dict[str, str], channel: str, address: str) -> None:
    for body in ({"subscriber": fields}, fields):
        answer = Client().post(PATH, json.dumps(body), content_type="application/json")
        assert answer.status_code == 201, answer.content
    row = SignUp.objects.latest("pk")
    assert (row.channel, row.address) == (channel, address)


def test_a_number_is_read_as_in_its_country(clock: HandClock) -> None:
    texts: Any = {"kind": "gateway", "settings": {"kind": "gateway"}}
    Provider.objects.create(channel="sms", name="Texts", **texts)

    answer = posted({"subscriber[phone_country]": "gb", "subscriber[phone_number]": "020 7946 0000"})

    assert answer.json()["subscriber"]["phone_number"] == "+442079460000"


def test_components_groups_and_one_incident(clock: HandClock) -> None:
    checkout = a_component("Checkout", section="Shop")
    assert checkout.section is not None
    incident = a_told_incident(clock.now)

    for fields in (
        {"subscriber[component_ids][]": [checkout.public_id, checkout.section.public_id]},
        {"subscriber[component_id]": checkout.public_id},
        {"subscriber[incident_id]": incident.public_id},
    ):
        assert posted({"subscriber[email]": ZOE, **fields}).status_code == 201

    assert list(SignUp.objects.order_by("pk").values_list("about", flat=True)) == [
        [f"component-{checkout.pk}", f"section-{checkout.section_id}"],
        [f"component-{checkout.pk}"],
        [f"incident-{incident.pk}"],
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"subscriber[email]": "zoe"},
        {"subscriber[endpoint]": "http://plain.example/"},
        {"subscriber[phone_number]": "+49301234567"},
        {"subscriber[email]": ZOE, "subscriber[component_ids][]": "nosuchthing1"},
        {"subscriber[email]": ZOE, "subscriber[incident_id]": "nosuchthing"},
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence(clock: HandClock, fields: dict[str, str]) -> None:
    answer = posted(fields)

    assert answer.status_code == 422
    assert answer.json()["message"].endswith(".")
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"subscriber": 3}', '{"subscriber": {"email": ["x"]}}', "\x00", "1" * 30_000]
)
def test_malformed_json_is_refused(clock: HandClock, body: str) -> None:
    assert Client().post(PATH, body, content_type="application/json").status_code == 422


@pytest.mark.parametrize("path", [PATH, f"{PATH}?subscriber[email]={ZOE}", "/api/v2/subscribers/abcdefghijkl.json"])
def test_get_changes_nothing_and_tells_nothing(clock: HandClock, path: str) -> None:
    answer = Client().get(path)

    assert answer.status_code in {200, 404}
    assert ZOE not in answer.content.decode()
    assert not SignUp.objects.exists()


def test_no_answer_tells_whom_we_know(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHANNELS, "email", HandChannel())
    preferring.unsubscribe(a_contact_point(address="stopped@home.example"), at=clock.now)
    posted({"email": "told@home.example"})
    signing_up.step(clock.now)
    subscribers.confirm(Subscriber.objects.get(), at=clock.now)
    answers, questions = set(), set()
    for name in ("nobody", "stopped", "told"):
        address = f"{name}@home.example"
        own = subscribers.Wish("status", "email", address).public_id
        for method, path in (("POST", PATH), ("DELETE", f"/api/v2/subscribers/{own}.json")):
            with CaptureQueriesContext(connection) as captured:
                answer = Client().generic(method, path, json.dumps({"email": address}), "application/json")
            said = answer.content.decode().replace(own, "ID").replace(address, "ADDRESS")
            answers.add((answer.status_code, said))
            sql = [query["sql"].partition("VALUES")[0] for query in captured]
            questions.add(tuple(one for one in sql if "bucket" not in one))

    assert len(answers) == 2
    assert len(questions) == 2


def test_only_the_address_itself_can_end_it(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = HandChannel()
    monkeypatch.setitem(CHANNELS, "email", mail)
    own = posted({"email": ZOE}).json()["subscriber"]["id"]
    signing_up.step(clock.now)
    row = Subscriber.objects.get()
    subscribers.confirm(row, at=clock.now)
    clock.move(hours=3)

    assert Client().delete(f"/api/v2/subscribers/{own}.json").status_code == 202
    signing_up.step(clock.now)

    assert subscribers.told(Subscriber.objects.get()) == {"everything"}
    assert "/preferences/" in mail.sent[-1].text
    assert Client().get(f"/api/v2/subscriptions/{own}/resend_confirmation").status_code == 405
    assert Client().post(f"/api/v2/subscriptions/{own}/resend_confirmation").status_code == 202


def test_too_many_of_a_network_are_told_when_to_come_back(clock: HandClock) -> None:
    for _ in range(doors.OF_A_NETWORK.times):
        take(doors.OF_A_NETWORK, "127.0.0.0/24", at=clock.now)

    answer = posted({"email": ZOE})

    assert (answer.status_code, answer["Retry-After"]) == (429, "61")


def test_a_browser_of_another_site_may_ask(clock: HandClock) -> None:
    answer = Client().options(PATH)

    assert (answer.status_code, answer["Access-Control-Allow-Headers"]) == (204, "Content-Type")
