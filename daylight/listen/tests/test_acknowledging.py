"""The first answer to a conversation, at once and once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import START
from daylight.accounts.models import Member, Organisation
from daylight.core.due import LeaseLost, finish_all
from daylight.customers.models import Customer
from daylight.customers.tests.makers import a_customer
from daylight.incidents.tests.makers import an_incident, an_update
from daylight.listen import acknowledging, suggesting
from daylight.listen.models import Acknowledgement, Conversation, IncidentSuggestion, Message, UpdateTold
from daylight.listen.tests.makers import a_conversation, something_said, taken_in

pytestmark = pytest.mark.django_db
LATER = START + timedelta(minutes=30)


def said_by_us(conversation: Conversation) -> list[str]:
    """What went out of ourselves."""
    return list(conversation.messages.filter(direction=Message.Direction.OUT).values_list("text", flat=True))


def the_organisation(**facts: str) -> None:
    """The firm, with these facts."""
    Organisation.get()
    Organisation.objects.update(**facts)


def the_customer(address: str = "kim@mail.example") -> Customer:
    """A customer with one address by mail."""
    return a_customer("Kim", email=address)


def test_without_an_incident_it_says_when_a_person_answers(db: None) -> None:
    the_organisation(reach_a_person="+44 20 5550 199")
    conversation = a_conversation("I was charged twice.")

    acknowledging.step(START)

    (text,) = said_by_us(conversation)
    assert "We have your message." in text
    assert "14:00" in text, "two hours for a complaint"
    assert "+44 20 5550 199" in text
    conversation.refresh_from_db()
    assert conversation.answer_due_at is not None, "a word of ours by itself is no answer"


def test_about_an_open_incident_it_carries_the_last_word_and_the_next(ana: Member) -> None:
    customer = the_customer()
    incident = an_incident(affected=[customer], lead=ana)
    update = an_update(incident)

    conversation = a_conversation("Nothing works!", address="kim@mail.example", at=LATER)
    acknowledging.step(LATER)

    (text,) = said_by_us(conversation)
    assert conversation.incident == incident
    assert "we know of this" in text
    assert "Payments by card are refused." in text
    assert "13:00" in text
    assert conversation.updates_told.get().update == update


def test_it_speaks_the_writers_language(ana: Member) -> None:
    conversation = a_conversation("Mir wurde heute Morgen leider doppelt abgebucht.")
    acknowledging.step(START)
    assert "Ein Mensch liest sie" in said_by_us(conversation)[0]


def test_a_writer_has_one_in_hours_whatever_they_open(db: None) -> None:
    for number in range(5):
        when = START + timedelta(minutes=2 * number)
        a_conversation("I was charged twice.", address="loud@mail.example", subject=f"Complaint {number}", at=when)
    acknowledging.step(LATER)

    assert Message.objects.filter(direction=Message.Direction.OUT).count() == 1
    assert Acknowledgement.objects.filter(withheld="This writer had one a short while ago.").count() == 4

    the_next_day = START + timedelta(hours=5)
    a_conversation("And again.", address="loud@mail.example", subject="Once more", at=the_next_day)
    acknowledging.step(the_next_day)
    assert Message.objects.filter(direction=Message.Direction.OUT).count() == 2


def test_a_machine_that_changes_its_address_has_one(db: None) -> None:
    for number in range(3):
        a_conversation(f"Ticket {number} is open.", address=f"Help+{number}@robot.example", subject=f"{number}")
    acknowledging.step(START)
    assert Message.objects.filter(direction=Message.Direction.OUT).count() == 1


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"nature": "automatic"}, None),
        ({"nature": "spam"}, None),
        ({"is_past": True}, None),
        ({"address": "", "channel": ""}, "There is no address to answer to."),
        ({"address": "help@firm.example"}, "It came from an address of our own."),
    ],
)
def test_machines_and_ourselves_get_none(given: dict[str, Any], why: str | None) -> None:
    the_organisation(reply_to="help@firm.example")
    conversation = a_conversation("I am out of office.", **given)
    acknowledging.step(START)
    assert said_by_us(conversation) == []
    assert list(Acknowledgement.objects.values_list("withheld", flat=True)) == ([why] if why else [])


def test_the_same_turn_again_says_nothing_twice(db: None) -> None:
    conversation = a_conversation()
    acknowledging.step(START)
    Acknowledgement.objects.update(due_at=START, leased_until=None)
    acknowledging.step(LATER)
    assert len(said_by_us(conversation)) == 1


def test_spam_is_marked_and_kept(db: None) -> None:
    text = "Dear business owner, we can rank your website first on Google. Click here to unsubscribe."
    message = taken_in(something_said(text, subject="SEO services"))[0]
    assert message.nature == message.conversation.nature == Conversation.Nature.SPAM
    assert message.conversation.answer_due_at is None


def test_a_suggestion_is_accepted_or_dismissed(ana: Member) -> None:
    incident = an_incident(lead=ana)
    an_update(incident)
    first = a_conversation("Payments are refused, what a mess.")
    second = a_conversation("Card payments are refused by your lady.")
    rows = list(IncidentSuggestion.objects.order_by("pk"))
    assert [row.conversation for row in rows] == [first, second]

    suggesting.accept(rows[0], by=ana, at=LATER)
    suggesting.dismiss(rows[1], by=ana, at=LATER)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.incident, first.linked_by, first.linked_why) == (incident, "person", rows[0].why)
    assert second.incident is None
    assert list(IncidentSuggestion.objects.order_by("pk").values_list("is_right", flat=True)) == [True, False]


def test_nothing_is_matched_to_an_incident_that_ended_or_is_an_exercise(ana: Member) -> None:
    customer = the_customer()
    ended = an_incident(affected=[customer], lead=ana)
    ended.resolve(by=ana, at=START, summary="Over.")
    an_incident(title="Rehearsal", affected=[customer], lead=ana, is_exercise=True)

    conversation = a_conversation("Nothing works!", address="kim@mail.example", at=LATER)

    assert conversation.incident is None
    assert not IncidentSuggestion.objects.exists()


def test_many_are_told_in_the_statements_of_one(ana: Member, django_assert_max_num_queries: Any) -> None:
    customer = the_customer()
    incident = an_incident(affected=[customer], lead=ana)
    an_update(incident)
    a_conversation("Nothing works!", address="kim@mail.example", at=LATER)
    for number in range(30):
        a_conversation("I was charged twice.", address=f"w{number}@mail.example", subject=f"{number}", at=LATER)

    with django_assert_max_num_queries(50):
        assert acknowledging.step(LATER).handled == 31

    assert Acknowledgement.objects.filter(said__sending__isnull=False, said_at=LATER, due_at=None).count() == 31
    assert Conversation.objects.filter(last_out_at=LATER, last_said_at=LATER).count() == 31


def test_of_rows_in_hand_all_are_finished_or_none(db: None) -> None:
    lost = a_conversation("I was charged twice.", address="a@mail.example")
    a_conversation("I was charged twice.", address="b@mail.example", subject="Other")
    rows = Acknowledgement.objects.all().claim(START, lease=timedelta(minutes=2), limit=10)
    Acknowledgement.objects.filter(conversation=lost).update(lease=uuid.uuid4())

    with pytest.raises(LeaseLost):
        finish_all(rows)
    assert Acknowledgement.objects.waiting().count() == 2

    finish_all([row for row in rows if row.conversation_id != lost.pk])
    assert Acknowledgement.objects.waiting().get().conversation == lost


@pytest.mark.parametrize("is_here", [True, False])
def test_an_update_that_stands_in_the_conversation_is_not_said_again_one_that_came_elsewhere_is(
    ana: Member, is_here: bool
) -> None:
    customer = the_customer()
    update = an_update(an_incident(affected=[customer], lead=ana))
    conversation = a_conversation("Nothing works!", address="kim@mail.example", at=LATER)
    told = {"message": conversation.messages.get()} if is_here else {"elsewhere": "Told by E-mail"}
    UpdateTold.objects.create(conversation=conversation, update=update, told_at=LATER, **told)

    acknowledging.step(LATER)

    (text,) = said_by_us(conversation)
    assert ("We have your message." in text) is is_here
    assert ("Payments by card are refused." in text) is not is_here


def test_whether_we_said_something_is_asked_when_nobody_else_can_say_it(db: None) -> None:
    a_conversation("I was charged twice.")

    with CaptureQueriesContext(connection) as asked:
        acknowledging.step(START)

    statements = [one["sql"] for one in asked]
    holds = "FOR NO KEY UPDATE" if connection.vendor == "postgresql" else "ORDER BY 1 ASC"
    held = next(n for n, sql in enumerate(statements) if 'FROM "listen_conversation"' in sql and sql.endswith(holds))
    read = next(n for n, sql in enumerate(statements) if 'FROM "listen_message"' in sql and "'out'" in sql)
    assert held < read
