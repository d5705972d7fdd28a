"""A program reads the inbox, answers, and says what a conversation is about, in the name of a member."""

import json
from datetime import timedelta

import pytest

from conftest import START, HandClock
from daylight.accounts.models import Member
from daylight.api.tests.conftest import Caller
from daylight.customers.tests.makers import a_customer
from daylight.incidents.tests.makers import an_incident
from daylight.listen.models import Conversation, Sending
from daylight.listen.tests.makers import a_conversation

pytestmark = pytest.mark.django_db


def names(caller: Caller, query: str = "") -> list[str]:
    return [row["id"] for row in caller.get(f"/conversations{query}")["items"]]


def test_conversations_are_listed_by_what_is_asked_for(clock: HandClock, caller: Caller) -> None:
    ada, incident = a_customer("Ada", number="C-1"), an_incident()
    old = a_conversation(customer_key="C-1", source="zendesk")
    done = a_conversation("It works.")
    new = a_conversation("No water.", at=START + timedelta(hours=5))
    Conversation.objects.filter(pk=new.pk).update(incident=incident)
    caller.ask("POST", f"/conversations/{done.public_id}/close", {"because": "They say it works."})
    clock.move(hours=6)
    everything = [old.public_id, done.public_id, new.public_id]

    assert names(caller) == everything
    assert names(caller, "?state=open") == [old.public_id, new.public_id]
    assert names(caller, "?state=closed") == [done.public_id]
    assert names(caller, "?state=overdue") == [old.public_id]
    assert names(caller, f"?incident={incident.public_id}") == [new.public_id]
    assert names(caller, f"?customer_id={ada.pk}") == names(caller, "?source=zendesk") == [old.public_id]
    assert names(caller, "?since=2026-05-04T16:00:00Z") == [new.public_id]
    first = caller.get("/conversations?limit=2")
    assert [row["id"] for row in caller.get(f"/conversations?limit=2&cursor={first['next']}")["items"]] == everything[
        2:
    ]


def test_a_conversation_comes_with_what_was_said(clock: HandClock, caller: Caller) -> None:
    a_customer("Ada", number="C-1")
    row = a_conversation(customer_key="C-1", facts={"category": "billing"}, subject="Twice")

    whole = caller.get(f"/conversations/{row.public_id}")

    assert (whole["subject"], whole["facts"], whole["confidence"]) == ("Twice", {"category": "billing"}, 100)
    assert whole["recognised_why"] == "Customer number C-1."
    assert [(one["direction"], one["text"]) for one in whole["messages"]] == [("in", "I was charged twice.")]
    assert caller.get(f"/conversations/{row.public_id}/messages")["items"] == whole["messages"]


def test_a_reply_leaves_once_and_stops_the_reply_clock(clock: HandClock, caller: Caller, ana: Member) -> None:
    row = a_conversation()
    url, body = f"/conversations/{row.public_id}/replies", {"text": "You get it back today."}

    answers = [caller.ask("POST", url, body, **{"Idempotency-Key": "r-1"}) for _ in range(2)]
    note = caller.post(f"/conversations/{row.public_id}/notes", {"text": "He is right."})

    assert [answer.status_code for answer in answers] == [201, 201]
    assert json.loads(answers[0].content)["author"] == ana.name
    assert Sending.objects.count() == 1
    assert (note["direction"], note["author"]) == ("note", ana.name)
    assert caller.get(f"/conversations/{row.public_id}")["answer_due_at"] is None


def test_a_conversation_is_taken_in_hand_by_one(clock: HandClock, caller: Caller, ana: Member, bela: Member) -> None:
    mine, theirs, done = (a_conversation(f"Number {number}") for number in range(3))
    Conversation.objects.filter(pk=theirs.pk).update(claimed_by=bela, claimed_at=START)
    Conversation.objects.filter(pk=done.pk).update(closed_at=START, answer_due_at=None)

    claimed = caller.post(f"/conversations/{mine.public_id}/claim", {})
    refused = [caller.ask("POST", f"/conversations/{row.public_id}/claim") for row in (theirs, done)]

    assert claimed["claimed_by"] == ana.email
    assert [answer.status_code for answer in refused] == [409, 409]


def test_a_program_says_whose_it_is_and_what_it_is_about(clock: HandClock, caller: Caller) -> None:
    ada, incident, row = a_customer("Ada"), an_incident(), a_conversation()
    url = f"/conversations/{row.public_id}/link"

    linked = caller.post(url, {"incident": incident.public_id, "customer_id": ada.pk})
    loosened = caller.post(url, {"incident": None})
    unknown = [
        caller.ask("POST", url, body).status_code for body in ({"incident": "nothere"}, {"customer_id": 999_999})
    ]

    assert (linked["incident"], linked["customer_id"], linked["confidence"]) == (incident.public_id, ada.pk, 100)
    assert (loosened["incident"], loosened["customer_id"]) == (None, ada.pk)
    assert unknown == [404, 422]


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", "x" * 20_001])
def test_an_answer_without_words_or_with_too_many_is_refused(text: str, caller: Caller) -> None:
    row = a_conversation()

    for what in ("replies", "notes"):
        assert caller.ask("POST", f"/conversations/{row.public_id}/{what}", {"text": text}).status_code == 422
    assert row.messages.count() == 1
