"""A program walks the whole road: customers, orders, an incident, its register, an update, a correction, the end."""

import json
from datetime import timedelta
from typing import Any

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.api.tests.conftest import Caller
from daylight.api.v1 import door
from daylight.core.limits import Limit
from daylight.core.models import RememberedAnswer
from daylight.incidents import loops, sending_off
from daylight.incidents.failures import DraftChanged
from daylight.incidents.models import Incident, RaisedFinding, Update
from daylight.reach import fanout

pytestmark = pytest.mark.django_db


def words(**changes: str) -> dict[str, Any]:
    said = {
        "headline": "Card payments fail",
        "what": "Payments by card fail in the shop.",
        "who": "Everybody who pays by card since 12:00.",
        "doing": "We are moving payments to our second provider.",
        "meanwhile": "Pay by invoice; no order is lost.",
    }
    return {"en": said | changes}


def draft(clock: HandClock, **changes: Any) -> dict[str, Any]:
    by = (clock.now + timedelta(minutes=30)).isoformat()
    return {"stage": "investigating", "texts": words(), "next_update_by": by} | changes


@pytest.fixture
def incident(caller: Caller) -> dict[str, Any]:
    body = {"kind": "outage", "severity": 2, "title": "Checkout fails", "lead": "ana@firm.example"}
    declared: dict[str, Any] = caller.post("/incidents", body)
    return declared


def let_go(clock: HandClock) -> None:
    """Ten seconds pass, and the worker turns once."""
    now = clock.move(seconds=10)
    for loop in loops.LOOPS:
        loop.step(now)


def test_an_order_is_found_and_its_customer_stands_in_the_register(caller: Caller, incident: dict[str, Any]) -> None:
    point = {"channel": "email", "address": "Zoe@Example.org"}
    zoe = caller.post("/customers", {"external_id": "C-1", "name": "Zoë", "contact_points": [point]})
    caller.post("/customers", {"external_id": "C-2", "name": "Yusuf"})
    order = {"reference": "10-1", "customer_external_id": "C-1", "promised_on": "2026-05-04"}
    caller.post("/commitments", order | {"attributes": {"warehouse": "North"}})

    assert [found["name"] for found in caller.get("/customers?search=10-1")["items"]] == ["Zoë"]
    parameters = {"attributes": {"warehouse": "North"}, "promised_from": "2026-05-03", "promised_until": "2026-05-05"}
    register = f"/incidents/{incident['id']}/register"
    rule = caller.post(
        f"{register}/rules", {"kind": "commitments", "parameters": parameters, "reason": "Your order ships from North"}
    )
    assert rule["finds"] == 1
    assert caller.post(f"{register}/versions", None)["total"] == 1
    [affected] = caller.get(register)["items"]
    assert affected["customer_id"] == zoe["id"]
    assert affected["reason"] == "Your order ships from North"


def test_an_update_leaves_after_ten_seconds_and_may_be_taken_back(
    caller: Caller, incident: dict[str, Any], clock: HandClock
) -> None:
    update = caller.post(f"/incidents/{incident['id']}/updates", draft(clock))
    leaving = caller.post(f"/updates/{update['id']}/publication", None)
    assert leaving["state"] == "leaving"

    back = caller.ask("DELETE", f"/updates/{update['id']}/publication")
    assert json.loads(back.content)["state"] == "draft"

    caller.post(f"/updates/{update['id']}/publication", None)
    let_go(clock)
    published = caller.get(f"/updates/{update['id']}")
    assert (published["state"], published["number"]) == ("published", 1)
    assert caller.get(f"/incidents/{incident['id']}")["promise"]["state"] == "open"
    assert caller.ask("DELETE", f"/updates/{update['id']}/publication").status_code == 409


def test_progress_says_how_many_of_the_affected_have_the_latest_word(
    caller: Caller, incident: dict[str, Any], clock: HandClock
) -> None:
    point = {"channel": "email", "address": "zoe@example.org"}
    caller.post("/customers", {"external_id": "C-1", "name": "Zoë", "contact_points": [point]})
    caller.post("/customers", {"external_id": "C-2", "name": "Yusuf"})
    register = f"/incidents/{incident['id']}/register"
    caller.post(f"{register}/rules", {"kind": "everyone", "parameters": {}, "reason": "You are our customer."})
    caller.post(f"{register}/versions", None)
    before = caller.get(f"/incidents/{incident['id']}/progress")
    assert (before["update"], before["told"], before["is_settled"]) == (None, 0, False)

    update = caller.post(f"/incidents/{incident['id']}/updates", draft(clock))
    caller.post(f"/updates/{update['id']}/publication", None)
    let_go(clock)
    for _ in range(3):
        fanout.step(clock.now)

    after = caller.get(f"/incidents/{incident['id']}/progress")
    assert {name: after[name] for name in ("update", "affected", "told", "on_the_way", "unreachable")} == {
        "update": 1,
        "affected": 2,
        "told": 0,
        "on_the_way": 1,
        "unreachable": 1,
    }


def test_a_fact_once_told_changes_only_by_a_correction(
    caller: Caller, incident: dict[str, Any], clock: HandClock
) -> None:
    first = caller.post(f"/incidents/{incident['id']}/updates", draft(clock))
    caller.post(f"/updates/{first['id']}/publication", None)
    let_go(clock)

    changed = draft(clock, texts=words(who="Only customers of Visa."))
    silent = caller.post(f"/incidents/{incident['id']}/updates", changed)
    refused = caller.ask("POST", f"/updates/{silent['id']}/publication")
    assert refused.status_code == 422
    assert [fault["where"] for fault in json.loads(refused.content)["faults"]] == ["who"]

    caller.ask("PUT", f"/updates/{silent['id']}", changed | {"correction": True})
    said = caller.post(f"/updates/{silent['id']}/publication", None)
    assert (said["kind"], said["corrects"]) == ("correction", 1)


def test_resolving_ends_the_promise(caller: Caller, incident: dict[str, Any], clock: HandClock) -> None:
    update = caller.post(f"/incidents/{incident['id']}/updates", draft(clock, stage="resolved", next_update_by=None))
    caller.post(f"/updates/{update['id']}/publication", None)
    let_go(clock)

    after = caller.get(f"/incidents/{incident['id']}")
    assert (after["is_open"], after["promise"]) == (False, None)
    quiet = {"summary": "Over.", "untold_because": "Nobody noticed."}
    again = caller.ask("POST", f"/incidents/{incident['id']}/resolution", quiet)
    assert again.status_code == 409
    untold = caller.ask("POST", f"/incidents/{incident['id']}/resolution", {"summary": "Over."})
    assert [fault["where"] for fault in json.loads(untold.content)["faults"]] == ["untold_because"]
    blank = caller.ask("POST", f"/incidents/{incident['id']}/resolution", quiet | {"untold_because": "  "})
    assert blank.status_code == 422


def test_the_same_request_twice_is_done_once(caller: Caller) -> None:
    body = {"kind": "outage", "severity": 2, "title": "Checkout fails"}
    first = caller.post("/incidents", body, **{"Idempotency-Key": "a"})
    second = caller.ask("POST", "/incidents", body, **{"Idempotency-Key": "a"})

    assert json.loads(second.content) == first
    assert second["Idempotency-Replayed"] == "true"
    assert Incident.objects.count() == 1
    other = caller.ask("POST", "/incidents", body | {"title": "Other"}, **{"Idempotency-Key": "a"})
    assert other.status_code == 422
    caller.post("/incidents", body, **{"Idempotency-Key": "b"})
    assert Incident.objects.count() == 2


def test_a_key_is_free_again_after_a_day(caller: Caller, clock: HandClock) -> None:
    body = {"kind": "outage", "severity": 2, "title": "Checkout fails"}
    caller.post("/incidents", body, **{"Idempotency-Key": "a"})
    caller.post("/incidents", body, **{"Idempotency-Key": "b"})

    clock.move(hours=25)
    caller.post("/incidents", body, **{"Idempotency-Key": "a"})

    assert Incident.objects.count() == 3
    assert sorted(RememberedAnswer.objects.values_list("key", flat=True)) == ["a", "b"]


def test_a_refused_request_gives_its_idempotency_key_back(caller: Caller) -> None:
    assert caller.ask("POST", "/customers", {"name": ""}, **{"Idempotency-Key": "a"}).status_code == 422
    assert caller.post("/customers", {"name": "Zoë"}, **{"Idempotency-Key": "a"})["name"] == "Zoë"


def test_pages_of_a_list_neither_repeat_nor_skip(caller: Caller) -> None:
    made = [caller.post("/customers", {"name": f"Customer {n}"})["id"] for n in range(7)]

    seen, cursor = [], ""
    while cursor is not None:
        page = caller.get(f"/customers?limit=3&cursor={cursor}")
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert seen == made


def test_severity_changes_with_a_reason_and_public_is_for_ever(caller: Caller, incident: dict[str, Any]) -> None:
    path = f"/incidents/{incident['id']}"
    assert caller.ask("PATCH", path, {"severity": 1}).status_code == 422
    worse = json.loads(caller.ask("PATCH", path, {"severity": 1, "reason": "All payments fail"}).content)
    assert worse["severity"] == 1
    assert caller.ask("PATCH", path, {"public": False}).status_code == 409


def test_two_customers_never_share_an_external_id(caller: Caller) -> None:
    caller.post("/customers", {"external_id": "C-1", "name": "Zoë"})
    again = caller.ask("POST", "/customers", {"external_id": "C-1", "name": "Yusuf"})
    assert again.status_code == 409
    assert "C-1" in json.loads(again.content)["detail"]


def test_too_many_requests_are_told_when_to_come_back(
    a_caller: Any, ana: Member, monkeypatch: pytest.MonkeyPatch, clock: HandClock
) -> None:
    monkeypatch.setattr(door, "ALLOWANCE", Limit("api", times=2, per=timedelta(minutes=1)))
    reader = a_caller(ana, Act.READ)
    statuses = [reader.ask("GET", "/incidents").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert int(reader.ask("GET", "/incidents")["Retry-After"]) > 0


def test_the_description_is_openapi_3_1_and_lists_every_room(client: Any) -> None:
    description = client.get("/api/v1/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    tags = {tag for path in description["paths"].values() for op in path.values() for tag in op["tags"]}
    assert tags >= {"customers", "commitments", "incidents", "register", "updates", "deliveries", "components"}


def test_words_that_keep_people_in_the_dark_go_only_with_a_reason(
    caller: Caller, incident: dict[str, Any], clock: HandClock
) -> None:
    dark = draft(clock, texts=words(who="Everybody who pays by card since 09:00."))  # On record it began at 12:00.
    update = caller.post(f"/incidents/{incident['id']}/updates", dark)
    checked = caller.get(f"/updates/{update['id']}/remarks")
    [error] = [remark for remark in checked["remarks"] if remark["severity"] == "error"]
    assert (error["rule"], error["language"], error["part"], error["kept"]) == ("CND-703", "en", "who", None)
    assert dark["texts"]["en"]["who"][error["start"] : error["end"]] == error["phrase"]
    assert {part: checked["parts"][part] for part in ("who", "what")} == {"who": "look", "what": "said"}

    refused = caller.ask("POST", f"/updates/{update['id']}/publication")
    assert refused.status_code == 422
    [fault] = json.loads(refused.content)["faults"]
    assert fault == {"where": "texts.en.who", "says": f"{error['reason']} {error['suggestion']}"}
    assert caller.get(f"/updates/{update['id']}")["state"] == "draft"

    leaving = caller.post(f"/updates/{update['id']}/publication", {"because": "Counsel asks for these very words."})
    assert leaving["state"] == "leaving"
    kept = RaisedFinding.objects.get(rule="CND-703")
    assert (kept.reason, str(kept.kept_by)) == ("Counsel asks for these very words.", "Ana")


def test_what_is_missing_comes_before_what_could_be_better(
    caller: Caller, incident: dict[str, Any], clock: HandClock
) -> None:
    both = draft(clock, texts=words(what="Payments by card fail since 09:00.", who=""))
    update = caller.post(f"/incidents/{incident['id']}/updates", both)

    refused = caller.ask("POST", f"/updates/{update['id']}/publication", {"because": "It is so."})

    assert [fault["where"] for fault in json.loads(refused.content)["faults"]] == ["who"]
    assert not RaisedFinding.objects.exists()


def test_what_has_left_or_is_over_is_refused_in_a_sentence_and_leaves_no_finding(
    caller: Caller, incident: dict[str, Any], clock: HandClock, ana: Member
) -> None:
    update = caller.post(f"/incidents/{incident['id']}/updates", draft(clock))
    address = f"/updates/{update['id']}"
    caller.post(f"{address}/publication", None)
    assert caller.ask("POST", f"{address}/publication").status_code == 409
    let_go(clock)
    assert caller.ask("POST", f"{address}/publication").status_code == 409
    assert caller.ask("GET", f"{address}/remarks").status_code == 409

    dark = draft(clock, texts=words(who="Everybody who pays by card since 09:00."), correction=True)
    left = caller.post(f"/incidents/{incident['id']}/updates", dark)
    because = "x" * 300
    caller.post(f"/incidents/{incident['id']}/resolution", {"summary": "Over.", "untold_because": because})
    assert caller.ask("POST", f"/updates/{left['id']}/publication").status_code == 409
    assert not RaisedFinding.objects.exists()


@pytest.mark.parametrize(("length", "status"), [(400, 200), (401, 422)])
def test_a_reason_is_as_long_as_in_the_composer(
    caller: Caller, incident: dict[str, Any], clock: HandClock, length: int, status: int
) -> None:
    dark = draft(clock, texts=words(who="Everybody who pays by card since 09:00."))
    update = caller.post(f"/incidents/{incident['id']}/updates", dark)
    assert caller.ask("POST", f"/updates/{update['id']}/publication", {"because": "x" * length}).status_code == status


def test_no_other_words_leave_than_those_that_were_read(
    caller: Caller, incident: dict[str, Any], clock: HandClock, ana: Member
) -> None:
    made = caller.post(f"/incidents/{incident['id']}/updates", draft(clock))
    read = Update.objects.get(pk=made["id"])
    caller.ask("PUT", f"/updates/{made['id']}", draft(clock, texts=words(what="Payments by card fail everywhere.")))

    with pytest.raises(DraftChanged):
        sending_off.send_off(read, because="", by=ana, at=clock.now)
