"""A program asks for the proof: words, times, one customer, one message."""

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.api.tests.conftest import Caller
from daylight.reach import told_times
from daylight.reach.models import Delivery
from daylight.reach.tests.makers import a_reached_incident, customers
from daylight.reach.tests.test_told_times import an_incident_told_twice

pytestmark = pytest.mark.django_db


def test_the_proof_of_an_incident(ana: Member, clock: HandClock, caller: Caller) -> None:
    incident, _ = an_incident_told_twice(ana)
    clock.move(hours=1)

    proof = caller.get(f"/incidents/{incident.public_id}/proof")

    assert [(update["number"], update["told"], update["affected"]) for update in proof["updates"]] == [
        (1, 3, 4),
        (2, 2, 4),
    ]
    assert proof["updates"][0]["texts"][0]["words"]["headline"] == "Checkout fails for card payments"
    assert len(proof["updates"][0]["texts"][0]["sha256"]) == 64
    assert proof["told_times"]["after_publishing"]["median"] == 120
    assert proof["told_times"]["never"] == 1
    assert proof["told_times"]["by_update"]["2"]["count"] == 2


def test_times_that_are_being_counted_are_null(
    ana: Member, clock: HandClock, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told_times, "AT_ONCE", 1)
    incident, _ = an_incident_told_twice(ana)

    assert caller.get(f"/incidents/{incident.public_id}/proof")["told_times"] is None


def test_how_one_customer_heard(ana: Member, clock: HandClock, caller: Caller) -> None:
    incident, affected = an_incident_told_twice(ana)
    clock.move(hours=1)

    first = caller.get(f"/incidents/{incident.public_id}/customers/{affected[0].pk}/proof")
    never = caller.get(f"/incidents/{incident.public_id}/customers/{affected[-1].pk}/proof")

    assert (first["after_publishing"], first["between"], first["in_the_dark"]) == (60, [40 * 60], 12 * 60)
    assert [word["update"] for word in first["words"]] == [1, 2]
    assert (never["first_told_at"], never["after_publishing"], never["in_the_dark"]) == (None, None, 3600)


def test_a_customer_outside_the_register_is_not_found(ana: Member, clock: HandClock, caller: Caller) -> None:
    incident = a_reached_incident(ana, affected=customers(1))
    [other] = customers(1)

    refused = caller.ask("GET", f"/incidents/{incident.public_id}/customers/{other.pk}/proof")

    assert refused.status_code == 404


def test_the_exact_message_of_a_delivery(ana: Member, clock: HandClock, caller: Caller) -> None:
    an_incident_told_twice(ana)
    row = Delivery.objects.order_by("pk")[0]

    message = caller.get(f"/deliveries/{row.pk}/message")

    assert message["subject"] == "Checkout fails for card payments"
    assert "Card payments fail at the last step." in message["text"]
    assert message["message"].startswith("To: ")
    assert (len(message["sha256"]), message["may_differ"]) == (64, False)


def test_the_ledger_is_paged_and_narrowed_by_state_and_customer(ana: Member, clock: HandClock, caller: Caller) -> None:
    incident, affected = an_incident_told_twice(ana, 7)
    ledger = f"/incidents/{incident.public_id}/deliveries"

    first = caller.get(f"{ledger}?limit=9")
    rest = caller.get(f"{ledger}?limit=9&cursor={first['next']}")
    told = caller.get(f"{ledger}?state=accepted&limit=3")
    more = caller.get(f"{ledger}?state=accepted&limit=9&cursor={told['next']}")

    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (9, 5, None)
    assert len({row["id"] for row in first["items"] + rest["items"]}) == 14
    assert {row["state"] for row in told["items"] + more["items"]} == {"accepted"}
    assert len(told["items"] + more["items"]) == 8
    assert [row["update"] for row in caller.get(f"{ledger}?customer_id={affected[0].pk}")["items"]] == [1, 2]
