"""Every later word on an incident reaches the conversations about it; the last asks whether it is fixed."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import START
from daylight.accounts.models import Member
from daylight.accounts.tests.makers import signed_in
from daylight.customers.models import Customer
from daylight.customers.tests.makers import a_customer
from daylight.incidents.models import Incident
from daylight.incidents.tests.makers import a_resolution, an_incident, an_update
from daylight.listen import acknowledging, following, reached
from daylight.listen.ending import fixed
from daylight.listen.models import (
    Acknowledgement,
    Conversation,
    FixedQuestion,
    Message,
    Sending,
    UpdateRound,
    UpdateTold,
)
from daylight.listen.tests.makers import a_conversation, something_said, taken_in
from daylight.reach import fanout, sending
from daylight.reach.models import Delivery

pytestmark = pytest.mark.django_db
SOON = START + timedelta(minutes=5)
LATER = START + timedelta(minutes=30)


def kim() -> Customer:
    """An affected customer with an address by mail."""
    return a_customer("Kim", email="kim@mail.example")


def about(incident: Incident, *, address: str, ana: Member) -> Conversation:
    """A conversation that a member linked, acknowledged as it should be."""
    conversation = a_conversation("Nothing works!", address=address, incident_id=incident.pk, at=START)
    acknowledging.step(START)
    Conversation.objects.filter(pk=conversation.pk).update(linked_at=START)
    conversation.refresh_from_db()
    return conversation


def go_round(at: object) -> None:
    """Everything that a round of updates does by then."""
    following.step(at)  # type: ignore[arg-type]
    UpdateRound.objects.filter(due_at__isnull=False).update(made_at=START - timedelta(hours=1), due_at=START)
    following.step(at)  # type: ignore[arg-type]


def test_every_later_update_reaches_each_conversation_once(ana: Member) -> None:
    incident = an_incident(lead=ana)
    first = about(incident, address="a@mail.example", ana=ana)
    second = about(incident, address="b@mail.example", ana=ana)
    update = an_update(incident, at=SOON)

    go_round(LATER)
    UpdateRound.objects.update(due_at=LATER, gone_through=0, finished_at=None, leased_until=None)
    following.step(LATER)

    for conversation in (first, second):
        told = conversation.updates_told.get()
        assert told.update == update
        assert told.message is not None
        assert "Payments by card are refused." in told.message.text
        assert conversation.messages.filter(text__contains="latest", direction="out").count() == 1


def test_who_had_it_by_a_delivery_to_the_same_address_is_not_told_twice(ana: Member) -> None:
    customer = kim()
    incident = an_incident(affected=[customer], lead=ana)
    conversation = about(incident, address="KIM@mail.example", ana=ana)
    an_update(incident, at=SOON)
    for _ in range(3):
        fanout.step(LATER)
        sending.step(LATER, channel="email")

    go_round(LATER)

    told = conversation.updates_told.get()
    assert told.message is None
    assert told.elsewhere == "Told by E-mail"


def test_what_we_say_leaves_by_their_own_way_once(ana: Member) -> None:
    conversation = about(an_incident(lead=ana), address="a@mail.example", ana=ana)
    acknowledging.step(LATER)
    message = conversation.messages.get(direction="out")
    assert message.sending.is_machine
    assert message.external_id.startswith("out-")
    assert str(conversation.pk) != message.external_id.removeprefix("out-")


def test_exercises_and_closed_conversations_hear_nothing(ana: Member) -> None:
    incident = an_incident(lead=ana)
    conversation = about(incident, address="a@mail.example", ana=ana)
    Conversation.objects.filter(pk=conversation.pk).update(closed_at=SOON, answer_due_at=None)
    an_update(incident, at=SOON)
    go_round(LATER)
    assert not UpdateTold.objects.exists()


def test_a_conversation_linked_after_the_round_hears_the_last_word(ana: Member) -> None:
    incident = an_incident(lead=ana)
    about(incident, address="a@mail.example", ana=ana)
    an_update(incident, at=SOON)
    go_round(LATER)
    late = a_conversation("Broken here too.", address="late@mail.example", at=LATER)
    acknowledging.step(LATER)
    Conversation.objects.filter(pk=late.pk).update(incident=incident, linked_at=LATER)

    following.step(LATER + timedelta(minutes=1))

    assert late.updates_told.get().message is not None


def asked(ana: Member) -> FixedQuestion:
    """The question that the last word of an incident asked."""
    incident = an_incident(lead=ana)
    about(incident, address="a@mail.example", ana=ana)
    a_resolution(incident, at=SOON)
    go_round(LATER)
    return FixedQuestion.objects.get()


def test_the_last_word_asks_whether_it_is_fixed(ana: Member) -> None:
    row = asked(ana)
    message = row.conversation.updates_told.get().message
    assert message is not None
    text = message.text
    assert "Is it fixed for you?" in text
    assert fixed.url_of(row) in text


def test_opening_the_page_changes_nothing_and_its_buttons_do(ana: Member, clock: object, client: Client) -> None:
    row = asked(ana)
    path = fixed.url_of(row).removeprefix("http://testserver").split("://")[-1]
    path = "/" + path.split("/", 1)[1] if not path.startswith("/") else path

    page = client.get(path)
    assert page.status_code == 200
    assert b"Yes, it is fixed" in page.content
    assert FixedQuestion.objects.filter(is_fixed__isnull=True).exists()

    assert client.post(path, {"fixed": "yes"}).status_code == 302
    row.refresh_from_db()
    assert (row.is_fixed, row.how) == (True, "link")
    assert row.conversation.closed_at is not None

    client.post(path, {"fixed": "no"})
    row.refresh_from_db()
    row.conversation.refresh_from_db()
    assert row.is_fixed is False
    assert row.conversation.closed_at is None
    assert row.conversation.answer_due_at is not None
    assert row.conversation.messages.filter(direction=Message.Direction.IN).last().text == "It is not fixed for me."


def test_a_link_that_was_altered_opens_nothing(client: Client, clock: object) -> None:
    assert client.get("/fixed/abc.def/").status_code == 404
    assert client.post("/fixed/abc.def/", {"fixed": "no"}).status_code == 404


@pytest.mark.parametrize(("words", "is_fixed"), [("Yes!", True), ("Ja, danke.", True), ("no", False), ("Nein.", False)])
def test_a_plain_answer_counts_as_well(ana: Member, words: str, is_fixed: bool) -> None:
    row = asked(ana)
    conversation = row.conversation
    given = {"address": conversation.address, "subject": conversation.subject}
    message = taken_in(something_said(words, at=LATER, **given), at=LATER)[0]
    assert message.conversation_id == conversation.pk

    row.refresh_from_db()
    conversation.refresh_from_db()
    assert (row.is_fixed, row.how) == (is_fixed, "reply")
    assert (conversation.closed_at is not None) is is_fixed
    assert (conversation.answer_due_at is None) is is_fixed


def test_the_conversation_shows_by_which_way_each_word_went_and_what_became_of_it(ana: Member) -> None:
    customer = kim()
    incident = an_incident(affected=[customer], lead=ana)
    conversation = about(incident, address="kim@mail.example", ana=ana)
    Conversation.objects.filter(pk=conversation.pk).update(customer=customer)
    state = {"state": Sending.State.SENT, "channel": "email", "sent_at": SOON, "due_at": None}
    Sending.objects.update(**state)
    an_update(incident, at=SOON, headline="Cards fail again")
    for _ in range(3):
        fanout.step(LATER)
        sending.step(LATER, channel="email")
    Delivery.objects.update(state=Delivery.State.DELIVERED)

    shown = signed_in(ana).get(reverse("listen:conversation", args=[conversation.public_id])).content.decode()

    told = shown[shown.index("<strong>Update 1</strong>") :]
    assert re.search(r"told to them by E-mail .*?12:30.*?>arrived<", told, re.DOTALL)
    assert "Cards fail again" in told
    assert "Sent by E-mail" in shown


@pytest.mark.parametrize("state", Delivery.State)
def test_every_fate_of_a_delivery_has_its_words(state: Delivery.State) -> None:
    assert (state in reached.FATES) is (state != Delivery.State.SEALED)


def test_who_was_told_stands_in_nobodys_way_and_takes_no_turn_to_write(
    ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "STRETCH", 1)
    incident = an_incident(lead=ana)
    update = an_update(incident)
    go_round(SOON)
    for name in ("a", "b", "c"):
        late = a_conversation("Nothing works!", address=f"{name}@mail.example", subject=name, at=LATER)
        Conversation.objects.filter(pk=late.pk).update(incident=incident, linked_at=LATER)
    Acknowledgement.objects.update(due_at=None)

    assert [following.step(LATER).handled for _ in range(3)] == [1, 1, 1]
    assert UpdateTold.objects.filter(update=update).count() == 3

    with CaptureQueriesContext(connection) as asked:
        assert following.step(LATER).handled == 0
    assert not [one["sql"] for one in asked if one["sql"].startswith(("SAVEPOINT", "INSERT", "UPDATE"))]


def test_what_another_process_says_in_the_same_moment_is_said_once_and_the_others_hear_it(ana: Member) -> None:
    incident = an_incident(lead=ana)
    for name in "ab":
        about(incident, address=f"{name}@mail.example", ana=ana)
    update = an_update(incident, at=SOON)
    following.step(LATER)
    UpdateRound.objects.update(due_at=None, finished_at=LATER)
    Conversation.objects.update(linked_at=LATER)
    told: list[int] = []

    def another_process(execute: Callable[..., object], sql: str, params: Sequence[int], *rest: object) -> object:
        answer = execute(sql, params, *rest)
        if 'FROM "listen_updatetold" WHERE' in sql and not told:
            told.append(params[1])
            UpdateTold.objects.create(conversation_id=told[0], update=update, elsewhere="By E-mail", told_at=LATER)
        return answer

    with connection.execute_wrapper(another_process):
        following.step(LATER)

    assert UpdateTold.objects.get(conversation=told[0]).elsewhere
    assert UpdateTold.objects.exclude(conversation=told[0]).get().message is not None
    assert Message.objects.filter(text__contains="latest", direction="out").count() == 1
