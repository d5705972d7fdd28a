"""Whatever is sent, the answer is a problem document with a sentence and a 4xx."""

import json
from typing import Any

import pytest

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.api.tests.conftest import Caller

CUSTOMER = {"name": "Zoë Brandt"}
INJECTED = "a@b.example\r\nBcc: c@d.example"
LONG = "x" * 100_000
INCIDENT = {"kind": "outage", "severity": 2, "title": "Checkout fails"}

MALFORMED: list[tuple[str, str, Any]] = [
    ("POST", "/customers", b""),
    ("POST", "/customers", b"{"),
    ("POST", "/customers", b"\xff\xfe\x00"),
    ("POST", "/customers", b"null"),
    ("POST", "/customers", b"[]"),
    ("POST", "/customers", b'"name"'),
    ("POST", "/customers", b"[" * 20_000),
    ("POST", "/customers", {}),
    ("POST", "/customers", {"name": ""}),
    ("POST", "/customers", {"name": "   "}),
    ("POST", "/customers", {"name": None}),
    ("POST", "/customers", {"name": 7}),
    ("POST", "/customers", {"name": LONG}),
    ("POST", "/customers", {"name": "a\x00b"}),
    ("POST", "/customers", b'{"name": "\\ud800"}'),
    ("POST", "/customers", CUSTOMER | {"external_id": ""}),
    ("POST", "/customers", CUSTOMER | {"attributes": []}),
    ("POST", "/customers", CUSTOMER | {"attributes": {"a": {"deep": 1}}}),
    ("POST", "/customers", CUSTOMER | {"attributes": {"a": "\x00"}}),
    ("POST", "/customers", b'{"name": "Zo", "attributes": {"a": NaN}}'),
    ("POST", "/customers", CUSTOMER | {"attributes": {str(n): n for n in range(51)}}),
    ("POST", "/customers", CUSTOMER | {"contact_points": [{"channel": "pigeon", "address": "roof"}]}),
    ("POST", "/customers", CUSTOMER | {"contact_points": [{"channel": "email", "address": "nobody"}]}),
    (
        "POST",
        "/customers",
        CUSTOMER | {"contact_points": [{"channel": "email", "address": INJECTED}]},
    ),
    ("POST", "/customers", CUSTOMER | {"contact_points": [{"channel": "webhook", "address": "javascript:alert(1)"}]}),
    ("POST", "/customers", CUSTOMER | {"contact_points": "a@b.example"}),
    ("POST", "/customers", CUSTOMER | {"time_zone": "Mars/Olympus"}),
    ("POST", "/customers", CUSTOMER | {"language": "not a language"}),
    ("GET", "/customers?limit=0", None),
    ("GET", "/customers?limit=201", None),
    ("GET", "/customers?limit=many", None),
    ("GET", "/customers?limit=99999999999999999999", None),
    ("GET", "/customers?cursor=rubbish", None),
    ("GET", "/customers?cursor=YWZ0ZXI6LTE", None),
    ("GET", "/customers?search=%00", None),
    ("GET", "/customers/0", None),
    ("GET", "/customers/abc", None),
    ("GET", "/customers/99999999999999999999999", None),
    ("GET", "/customers/9223372036854775807", None),
    ("PUT", "/customers/77", CUSTOMER),
    ("PATCH", "/customers/1", CUSTOMER),
    ("POST", "/commitments", {"reference": "10-1"}),
    ("POST", "/commitments", {"reference": "10-1", "customer_id": 1, "customer_external_id": "C1"}),
    ("POST", "/commitments", {"reference": "10-1", "customer_id": 404}),
    ("POST", "/commitments", {"reference": "10-1", "customer_id": 404, "promised_on": "31.12.2026"}),
    ("POST", "/commitments", {"reference": "10-1", "customer_id": 404, "promised_at": "2026-05-03T10:00:00"}),
    ("POST", "/commitments", {"reference": "10-1", "customer_id": 404, "promised_at": "0001-01-01T00:00:00+14:00"}),
    ("POST", "/commitments", {"reference": "10-1", "customer_id": 404, "state": "lost"}),
    ("GET", "/commitments?promised_from=tomorrow", None),
    ("GET", "/commitments?promised_from=9999-12-31", None),
    ("POST", "/incidents", {"kind": "oops", "severity": 2, "title": "Checkout fails"}),
    ("POST", "/incidents", INCIDENT | {"severity": 0}),
    ("POST", "/incidents", INCIDENT | {"severity": "bad"}),
    ("POST", "/incidents", INCIDENT | {"title": ""}),
    ("POST", "/incidents", INCIDENT | {"title": LONG}),
    ("POST", "/incidents", INCIDENT | {"lead": "nobody@nowhere.example"}),
    ("POST", "/incidents", INCIDENT | {"occurred_at": "yesterday"}),
    ("GET", "/incidents/none", None),
    ("GET", "/incidents/%00", None),
    ("GET", "/incidents/none/register", None),
    ("POST", "/incidents/none/register/rules", {"kind": "everyone", "reason": "all"}),
    ("POST", "/incidents/none/updates", {}),
    ("GET", "/incidents/none/deliveries?state=lost", None),
    ("GET", "/updates/1", None),
    ("POST", "/updates/1/publication", None),
    ("DELETE", "/updates/1/publication", None),
    ("POST", "/updates/1/approval", {"yes": "perhaps"}),
    ("GET", "/deliveries/1", None),
    ("POST", "/components", {"key": "Not A Key", "name": "Shop"}),
    ("GET", "/nothing/here", None),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "body"), MALFORMED)
def test_a_malformed_call_is_answered_with_a_sentence(caller: Caller, method: str, path: str, body: Any) -> None:
    answer = caller.ask(method, path, body)

    assert 400 <= answer.status_code < 500, answer.content
    problem = json.loads(answer.content)
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    assert problem["detail"].endswith(".")
    assert all(fault["says"] for fault in problem["faults"])


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", "Bearer \xff"])
def test_a_stranger_is_told_how_to_come_in(client: Any, header: str) -> None:
    answer = client.get("/api/v1/customers", headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert "API key" in answer.json()["detail"]


@pytest.mark.django_db
def test_a_key_does_no_more_than_its_scopes(a_caller: Any, ana: Member) -> None:
    reader = a_caller(ana, Act.READ)

    assert reader.ask("GET", "/incidents").status_code == 200
    refused = reader.ask("POST", "/customers", CUSTOMER)
    assert refused.status_code == 403
    assert "customers.write" in json.loads(refused.content)["detail"]
