"""Whatever is sent to /v1/, the answer is a sentence in the form of Statuspage and no fault of ours."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import examples_of
from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.api.statuspage import door, urls
from daylight.api.statuspage.door import ROUTES
from daylight.api.statuspage.tests.conftest import Program
from daylight.core import limits
from daylight.incidents.models import Component, Incident
from daylight.incidents.tests.makers import a_component, an_incident, an_update

assert urls.CALLS, "importing the addresses fills the routes"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
LONG = "x" * 100_000


def ask(program: Program, method: str, path: str, body: bytes, kind: str = JSON) -> Any:
    """The answer, whatever it is."""
    address = f"/v1/{path.replace('{page}', f'pages/{program.page}')}"
    headers = {"Authorization": f"OAuth {program.token}"}
    return program.client.generic(method, address, body, content_type=kind, headers=headers)


MALFORMED: list[tuple[str, str, bytes, str]] = [
    ("POST", "{page}/incidents", b"", JSON),
    ("POST", "{page}/incidents", b"{", JSON),
    ("POST", "{page}/incidents", b"\xff\xfe\x00", JSON),
    ("POST", "{page}/incidents", b"null", JSON),
    ("POST", "{page}/incidents", b"[]", JSON),
    ("POST", "{page}/incidents", b"[" * 20_000, JSON),
    ("POST", "{page}/incidents", b'{"incident": []}', JSON),
    ("POST", "{page}/incidents", b'{"incident": {"name": ""}}', JSON),
    ("POST", "{page}/incidents", b'{"incident": {"name": {"a": 1}}}', JSON),
    ("POST", "{page}/incidents", b'{"incident": {"name": "a\\u0000b"}}', JSON),
    ("POST", "{page}/incidents", b'{"incident": {"name": "\\ud800"}}', JSON),
    ("POST", "{page}/incidents", json.dumps({"name": LONG}).encode(), JSON),
    ("POST", "{page}/incidents", json.dumps({"name": "a", "body": LONG}).encode(), JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "status": "lost"}', JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "status": "scheduled"}', JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "status": "postmortem"}', JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "components": {"nothing": "operational"}}', JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "components": ["x"]}', JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "component_ids": {"a": {"b": 1}}}', JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "impact_override": "huge"}', JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "metadata": "text"}', JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "metadata": {"a": "\\u0000"}}', JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "scheduled_for": "tomorrow"}', JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "scheduled_until": "2027-01-01T00:00:00Z"}', JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "next_update_by": "2020-01-01T00:00:00Z"}', JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "backfilled": true, "backfill_date": "2099-01-01"}', JSON),
    ("POST", "{page}/incidents", b'{"name": "a", "backfilled": "perhaps"}', JSON),
    ("POST", "{page}/incidents", b"incident[name]=a&incident[name][b]=c", FORM),
    ("POST", "{page}/incidents", b"a[b][c][d][e][f][g]=h", FORM),
    ("POST", "{page}/incidents", b"incident[name]=%00", FORM),
    ("POST", "{page}/incidents", b"--x", "multipart/form-data; boundary=y"),
    ("POST", "{page}/incidents", b"x", "multipart/form-data"),
    ("GET", "{page}/incidents?limit=many", b"", JSON),
    ("GET", "{page}/incidents?page=-1", b"", JSON),
    ("GET", "{page}/incidents?q=%00", b"", JSON),
    ("GET", "{page}/incidents/none", b"", JSON),
    ("GET", "{page}/incidents/%00", b"", JSON),
    ("DELETE", "{page}/incidents/none", b"", JSON),
    ("GET", "pages/none", b"", JSON),
    ("GET", "pages/none/metrics", b"", JSON),
    ("GET", "nothing/here", b"", JSON),
    ("PUT", "pages", b"", JSON),
    ("PATCH", "{page}", b'{"page": {"css_greens": "#00ff00"}}', JSON),
    ("PATCH", "{page}", b'{"page": {"time_zone": "Mars/Olympus"}}', JSON),
    ("PATCH", "{page}", b'{"page": {"notifications_from_email": "nobody"}}', JSON),
    ("PATCH", "{page}/status_embed_config", b'{"position": "middle"}', JSON),
    ("PATCH", "{page}/status_embed_config", b'{"incident_text_color": "red"}', JSON),
    ("POST", "{page}/components", b'{"component": {"status": "lost", "name": "a"}}', JSON),
    ("POST", "{page}/components", b'{"component": {"group_id": "none", "name": "a"}}', JSON),
    ("POST", "{page}/component-groups", b'{"component_group": {"name": "a"}}', JSON),
    ("POST", "{page}/component-groups", b'{"component_group": {"name": "a", "components": ["none"]}}', JSON),
    ("GET", "{page}/components/none/uptime", b"", JSON),
    ("POST", "{page}/subscribers", b"{}", JSON),
    ("POST", "{page}/subscribers", b'{"subscriber": {"email": "nobody"}}', JSON),
    ("POST", "{page}/subscribers", b'{"subscriber": {"endpoint": "javascript:alert(1)"}}', JSON),
    ("POST", "{page}/subscribers", b'{"subscriber": {"phone_number": "12", "phone_country": "zz"}}', JSON),
    ("POST", "{page}/subscribers", b'{"subscriber": {"email": "a@b.example", "component_ids": ["none"]}}', JSON),
    ("POST", "{page}/subscribers/unsubscribe", b"{}", JSON),
    ("GET", "{page}/subscribers?state=lost", b"", JSON),
    ("GET", "{page}/subscribers?page=99999999999999", b"", JSON),
    ("POST", "{page}/incident_templates", b'{"template": {"name": "a"}}', JSON),
    ("GET", "organizations/none/users", b"", JSON),
    ("POST", "{page}/metrics/data", b"{}", JSON),
    ("POST", "{page}/page_access_users", b"{}", JSON),
]


@pytest.mark.parametrize(("method", "path", "body", "kind"), MALFORMED)
def test_a_sentence_says_what_is_wrong(program: Program, method: str, path: str, body: bytes, kind: str) -> None:
    answer = ask(program, method, path, body, kind)

    assert 400 <= answer.status_code < 500, answer.content
    said = json.loads(answer.content)
    assert set(said) == {"message", "error"}
    assert said["message"] == said["error"]
    assert said["message"].endswith((".", "blank."))
    assert not Incident.objects.exists()
    assert not Component.objects.exists()


WORDS = st.sampled_from(
    [
        "",
        "a",
        "x" * 300,
        "\x00",
        "2026-05-04T12:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "true",
        "-1",
        "é",
        "resolved",
        "all",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=4,
)
FIELDS = [
    "name",
    "status",
    "body",
    "message",
    "component_ids",
    "components",
    "impact_override",
    "metadata",
    "scheduled_for",
    "scheduled_until",
    "backfilled",
    "backfill_date",
    "deliver_notifications",
    "next_update_by",
    "reminder_intervals",
    "description",
    "group_id",
    "email",
    "endpoint",
    "phone_number",
    "phone_country",
    "skip_confirmation_notification",
    "subscribers",
    "type",
    "state",
    "position",
    "time_zone",
    "body_draft",
    "title",
    "update_status",
    "display_at",
    "pages",
    "first_name",
    "notifications_from_email",
    "page_description",
]
BODIES = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6)
QUERIES = st.dictionaries(
    st.sampled_from(
        ["q", "limit", "page", "per_page", "state", "type", "sort_field", "sort_direction", "start", "end"]
    ),
    WORDS,
    max_size=3,
)


@settings(max_examples=examples_of(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(route=st.sampled_from(ROUTES), body=BODIES, query=QUERIES, envelope=st.booleans())
def test_no_call_makes_us_fail(
    world: tuple[Program, dict[str, str]], route: Any, body: dict[str, Any], query: dict[str, str], envelope: bool
) -> None:
    program, names = world
    path = route.path
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    path = path.replace("{one}", "x").replace("{two}", "y")
    container = {"incidents": "incident", "components": "component", "subscribers": "subscriber"}
    word = container.get(path.split("/")[2] if path.count("/") > 1 else "", "page")
    sent = json.dumps({word: body} if envelope else body).encode()
    address = f"/v1/{path}"
    answer = program.client.generic(
        route.method,
        address,
        sent,
        content_type=JSON,
        query_params=query,
        headers={"Authorization": f"OAuth {program.token}"},
    )

    assert answer.status_code < 500, (route.method, address, sent, query, answer.content)


@pytest.fixture
def world(program: Program, ana: Member) -> tuple[Program, dict[str, str]]:
    """A program in a firm with a component and an incident, and what stands for the names in addresses."""
    part = a_component("Shop")
    incident = an_incident(lead=ana)
    update = an_update(incident, impacts={"shop": "degraded"})
    names = {"page": program.page, "component": part.public_id, "incident": incident.public_id}
    return program, names | {"update": update.public_id, "organization": program.page, "user": f"{ana.pk:012}"}


def test_a_stranger_is_told_to_bring_a_key(program: Program) -> None:
    for headers in ({}, {"Authorization": "OAuth wrong"}, {"Authorization": "Basic abc"}):
        answer = Client().get(f"/v1/pages/{program.page}", headers=headers)
        assert (answer.status_code, set(answer.json())) == (401, {"message", "error"})
    good = Client().get(f"/v1/pages/{program.page}.json?api_key={program.token}")
    assert good.json()["id"] == program.page
    assert Client().get("/v1/pages", headers={"Authorization": f"Bearer {program.token}"}).status_code == 200


def test_a_key_may_do_what_its_scopes_say(program_of: Callable[..., Program]) -> None:
    reader = program_of(Act.READ)

    assert reader("GET", "{page}/incidents") == []
    said = reader("POST", "{page}/incidents", {"name": "a"}, status=403)
    assert "updates.publish" in said["message"]
    writer = program_of(Act.READ, Act.PUBLISH_UPDATE)
    assert "incidents.open" in writer("POST", "{page}/incidents", {"name": "a"}, status=403)["message"]
    assert "customers.read" in reader("GET", "{page}/subscribers", status=403)["message"]


def test_a_key_that_asks_too_often_is_told_to_wait(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "ALLOWANCE", limits.Limit("api", times=2, per=timedelta(minutes=1)))
    for _ in range(2):
        program("GET", "{page}/incidents")

    answer = ask(program, "GET", "{page}/incidents", b"")

    assert (answer.status_code, set(answer.json())) == (429, {"message", "error"})
    assert int(answer["Retry-After"]) >= 1


def test_a_form_says_the_same_as_json(program: Program) -> None:
    shop = a_component("Shop")
    form = f"incident[name]=It+fails&incident[body]=We+look&incident[component_ids][]={shop.public_id}"
    form += f"&incident[components][{shop.public_id}]=major_outage&incident[deliver_notifications]=false"

    answer = ask(program, "POST", "{page}/incidents.json", form.encode(), FORM)

    said = answer.json()
    assert (answer.status_code, said["name"], said["incident_updates"][0]["body"]) == (201, "It fails", "We look")
    assert said["components"][0]["status"] == "major_outage"
    assert said["incident_updates"][0]["deliver_notifications"] is False
