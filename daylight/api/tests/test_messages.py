"""A program hands in what customers said."""

import json

import pytest

from conftest import HandClock
from daylight.api.tests.conftest import Caller
from daylight.customers.tests.makers import a_customer
from daylight.listen import taking_in
from daylight.listen.models import Incoming, Message

pytestmark = pytest.mark.django_db


def test_messages_are_taken_once_and_become_conversations(clock: HandClock, caller: Caller) -> None:
    ada = a_customer("Ada", number="C-1")
    body = {
        "messages": [
            {"id": "1", "text": "Charged twice.", "said_at": "2026-05-04T09:00:00+02:00", "customer": "C-1"},
            {"id": "2", "text": "No water.", "facts": {"category": "water", "region": "North"}},
        ]
    }

    first, again = caller.post("/messages", body), caller.post("/messages", body)
    taking_in.step(clock.now)

    one, two = Message.objects.order_by("external_id").select_related("conversation")
    assert (first, again) == ({"accepted": 2, "known": 0}, {"accepted": 0, "known": 2})
    assert (one.conversation.customer, one.said_at.hour) == (ada, 7)
    assert two.conversation.facts == {"category": "water", "region": "North"}


@pytest.mark.parametrize(
    ("message", "where"),
    [
        ({"id": "1"}, "text"),
        ({"text": "Hello"}, "id"),
        ({"id": "1", "text": ""}, "text"),
        ({"id": "1", "text": "x", "said_at": "yesterday"}, "said_at"),
        ({"id": "1", "text": "x", "facts": {"": "x"}}, "facts"),
        ({"id": "1", "text": "x" * 200_001}, "text"),
    ],
)
def test_what_cannot_be_taken_says_where(message: dict[str, object], where: str, caller: Caller) -> None:
    answer = caller.ask("POST", "/messages", {"messages": [{"id": "0", "text": "Good"}, message]})

    assert answer.status_code == 422
    assert where in json.loads(answer.content)["faults"][0]["where"]
    assert not Incoming.objects.exists()
