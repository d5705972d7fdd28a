"""One conversation: taken, understood, answered, passed on, ended; by posts alone, as without a script."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from conftest import HandClock, a_member
from daylight.accounts.models import AuditEntry, Member
from daylight.accounts.roles import Role
from daylight.accounts.tests.makers import signed_in
from daylight.customers.tests.makers import a_customer
from daylight.incidents.tests.makers import an_incident, an_update
from daylight.listen.models import Attachment, Conversation, Draft, Message, QuestionCard, Queue
from daylight.listen.tests.makers import a_conversation, something_said, taken_in
from daylight.reach.models import Alarm

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(clock: HandClock) -> Member:
    return a_member("Efe", Role.AGENT)


@pytest.fixture
def client(agent: Member) -> Client:
    return signed_in(agent)


@pytest.fixture
def conversation(clock: HandClock) -> Conversation:
    return a_conversation("I was charged twice and cannot pay my rent.", subject="Charged twice")


def act(client: Client, conversation: Conversation, name: str, **given: Any) -> HttpResponse:
    return client.post(reverse("listen:act", args=[conversation.public_id, name]), given, follow=True)  # type: ignore[return-value]


def a_card(text: str, **more: Any) -> QuestionCard:
    given = {"shortcut": "when", "question": "When is it mended?", "changed_at": Conversation.objects.get().last_in_at}
    return QuestionCard.objects.create(text=text, **(given | more))


def test_an_answer_keeps_the_effect_and_stops_the_clock(
    client: Client, agent: Member, conversation: Conversation
) -> None:
    act(client, conversation, "draft", text="Half a")
    answer = act(client, conversation, "reply", effect="cannot pay the rent", text="You can pay your rent today.")

    conversation.refresh_from_db()
    assert "on its way" in answer.content.decode()
    assert (conversation.effect, conversation.claimed_by) == ("cannot pay the rent", agent)
    assert (conversation.answer_due_at, conversation.owed_since, conversation.warn_at) == (None, None, None)
    assert conversation.messages.get(direction=Message.Direction.OUT).text == "You can pay your rent today."
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("effect", "text", "asks"),
    [
        ("", "Sorry.", "Say what it means for them"),
        ("the landlord waits", "We are sorry.", "You wrote down: the landlord waits"),
        ("cannot pay the rent", "About the rent: you should have called.", "looking for whose fault"),
        ("cannot pay the rent", "About the rent: we will update you shortly.", "Without a time people wait"),
    ],
)
def test_an_answer_is_asked_about_before_it_goes(
    client: Client, conversation: Conversation, effect: str, text: str, asks: str
) -> None:
    answer = act(client, conversation, "reply", effect=effect, text=text)

    assert answer.status_code == 422
    assert asks in answer.content.decode()
    assert text in answer.content.decode()
    assert Draft.objects.get().text == text
    assert not conversation.messages.filter(direction=Message.Direction.OUT).exists()


def test_whoever_answers_knows_more_than_a_list_of_words(client: Client, conversation: Conversation) -> None:
    act(client, conversation, "reply", effect="cannot pay the rent", text="We are sorry.", as_it_is="yes")

    assert conversation.messages.filter(direction=Message.Direction.OUT).count() == 1


def test_a_card_is_filled_from_the_latest_update_and_counted(
    client: Client, ana: Member, conversation: Conversation
) -> None:
    incident = an_incident(by=ana)
    an_update(incident, by=ana, doing="We are paying it back.")
    Conversation.objects.update(incident=incident, customer=a_customer("Zoë Adler"))
    card = a_card("{{ customer.greeting }} {{ update.doing }}")

    shown = act(client, conversation, "insert-card", card=card.public_id, text="First.", effect="no rent")
    words = Draft.objects.get().text
    act(client, conversation, "reply", effect="no rent", text=words, as_it_is="yes")

    card.refresh_from_db()
    assert shown.status_code == 200
    assert words == "First.\n\nHello Zoë Adler, We are paying it back."
    assert (card.used, card.uses.get().incident) == (1, incident)


def test_a_card_that_speaks_of_an_update_waits_for_one(client: Client, conversation: Conversation) -> None:
    card = a_card("{{ update.doing }}")

    answer = act(client, conversation, "insert-card", card=card.public_id, text="Kept.")

    assert "linked to no incident" in answer.content.decode()


def test_a_card_without_facts_needs_no_incident(client: Client, conversation: Conversation) -> None:
    card = a_card("{{ customer.greeting }} we call you from {{ organisation.name }}.")

    act(client, conversation, "insert-card", card=card.public_id, text="")

    assert Draft.objects.get().text == "Hello, we call you from Our company."


def test_two_take_it_and_one_has_it(client: Client, agent: Member, ana: Member, conversation: Conversation) -> None:
    act(signed_in(ana), conversation, "claim")
    answer = act(client, conversation, "claim")

    conversation.refresh_from_db()
    assert conversation.claimed_by == ana
    assert "in the hands of Ana" in answer.content.decode()
    act(signed_in(ana), conversation, "release")
    conversation.refresh_from_db()
    assert conversation.claimed_by is None


def test_it_is_handed_over_with_a_word_and_whoever_gets_it_is_told(
    client: Client, ana: Member, conversation: Conversation
) -> None:
    act(client, conversation, "hand-over", **{"over-to": f"m{ana.pk}", "over-word": "You know the bank."})

    conversation.refresh_from_db()
    assert conversation.claimed_by == ana
    assert "You know the bank." in Alarm.objects.get(member=ana).text
    assert "You know the bank." in client.get(f"/desk/inbox/conversation/{conversation.public_id}/").content.decode()


def test_a_queue_takes_it_from_the_hand(client: Client, conversation: Conversation) -> None:
    billing = Queue.objects.create(name="Billing")
    act(client, conversation, "claim")
    act(client, conversation, "hand-over", **{"over-to": f"q{billing.pk}"})

    conversation.refresh_from_db()
    assert (conversation.queue, conversation.claimed_by) == (billing, None)
    assert "Charged twice" in client.get(f"/desk/inbox/?queue={billing.pk}").content.decode()


def test_another_voice_goes_back_to_everybody_marked(client: Client, ana: Member, conversation: Conversation) -> None:
    act(client, conversation, "claim")
    listed = act(client, conversation, "relieve")

    conversation.refresh_from_db()
    assert conversation.claimed_by is None
    assert "another voice, please" in listed.content.decode()
    assert Alarm.objects.filter(member=ana).count() == 1


def test_the_customer_is_corrected_and_the_correction_undone(client: Client, conversation: Conversation) -> None:
    right, before = a_customer("Zoë Adler"), conversation.confidence
    found = client.get(f"/desk/inbox/conversation/{conversation.public_id}/?who=adler").content.decode()
    act(client, conversation, "customer", customer=str(right.pk))

    conversation.refresh_from_db()
    assert "It is Zoë Adler" in found
    assert (conversation.customer, conversation.confidence, conversation.recognised_why) == (right, 100, "Efe said so.")
    act(client, conversation, "undo-customer")
    conversation.refresh_from_db()
    assert (conversation.customer, conversation.confidence) == (None, before)


def test_it_is_linked_to_an_incident_and_the_clock_counts_anew(
    client: Client, ana: Member, conversation: Conversation
) -> None:
    due = conversation.answer_due_at
    act(client, conversation, "link", **{"link-incident": an_incident(by=ana, severity=1).pk})

    conversation.refresh_from_db()
    assert due is not None
    assert conversation.answer_due_at is not None
    assert conversation.answer_due_at < due
    assert conversation.linked_why == "Efe said so."


def test_what_we_understood_is_read_back_and_put_right(client: Client, conversation: Conversation) -> None:
    act(client, conversation, "read-back", **{"back-text": "you paid twice", "sends": "yes"})
    sent = conversation.messages.get(direction=Message.Direction.OUT)
    act(client, conversation, "read-back-answered", **{"said-is_right": "no", "said-their_words": "three times"})

    row = conversation.read_backs.get()
    assert "you paid twice" in sent.text
    assert "Is that so?" in sent.text
    assert (row.is_right, row.their_words) == (False, "three times")
    again = act(client, conversation, "read-back-answered", **{"said-is_right": "yes"})
    assert "written down already" in again.content.decode()


def test_an_idea_is_heard_and_thanked_for_in_person(client: Client, agent: Member, conversation: Conversation) -> None:
    act(client, conversation, "about", **{"about-kind": "idea", "about-language": "de"})
    page = client.get(f"/desk/inbox/conversation/{conversation.public_id}/").content.decode()
    act(client, conversation, "heard", **{"heard-done": "Passed on to purchasing.", "heard-thanks": "Danke, Efe"})

    conversation.refresh_from_db()
    assert "danke, dass Sie uns das gesagt haben" in page
    assert (conversation.heard.read_by, conversation.heard.done) == (agent, "Passed on to purchasing.")
    assert conversation.messages.get(direction=Message.Direction.OUT).text == "Danke, Efe"


def test_a_note_stays_among_us_and_does_not_answer(client: Client, conversation: Conversation) -> None:
    act(client, conversation, "note", **{"note-text": "Their bank is slow."})

    conversation.refresh_from_db()
    assert conversation.messages.get(direction=Message.Direction.NOTE).text == "Their bank is slow."
    assert conversation.answer_due_at is not None


def test_it_is_closed_with_a_reason_and_opened_again(client: Client, conversation: Conversation) -> None:
    act(client, conversation, "close", **{"close-because": "They solved it."})
    conversation.refresh_from_db()
    assert (conversation.is_open, conversation.answer_due_at) == (False, None)
    assert "They solved it." in client.get(f"/desk/inbox/conversation/{conversation.public_id}/").content.decode()

    act(client, conversation, "reopen")
    conversation.refresh_from_db()
    assert conversation.is_open
    assert conversation.answer_due_at is not None


def test_spam_owes_nothing_and_comes_back_when_it_was_none(client: Client, conversation: Conversation) -> None:
    act(client, conversation, "spam")
    conversation.refresh_from_db()
    assert (conversation.nature, conversation.answer_due_at) == ("spam", None)
    assert not Message.objects.heard().exists()

    act(client, conversation, "not-spam")
    conversation.refresh_from_db()
    assert conversation.answer_due_at is not None
    assert Message.objects.heard().count() == 1


def test_a_file_comes_as_a_download_and_is_never_shown(client: Client, conversation: Conversation) -> None:
    file = Attachment.keep(
        name="bill <b>.html", content_type="text/html", pieces=[b"<script>"], message=conversation.messages.get()
    )

    answer = client.get(reverse("listen:file", args=[file.pk]))

    assert b"".join(answer.streaming_content) == b"<script>"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert Client().get(reverse("listen:file", args=[file.pk])).status_code == 302


def test_words_of_customers_are_never_taken_for_markup(client: Client) -> None:
    [message] = taken_in(something_said("<script>alert(1)</script>", subject="<b>x</b>", name="<i>y</i>"))

    page = client.get(f"/desk/inbox/conversation/{message.conversation.public_id}/").content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<b>x" not in page
    assert "<i>y" not in page


def test_who_may_only_read_sees_no_button(bela: Member, conversation: Conversation) -> None:
    page = signed_in(bela).get(f"/desk/inbox/conversation/{conversation.public_id}/").content.decode()

    assert "I was charged twice" in page
    assert "Send the answer" not in page
    assert act(signed_in(bela), conversation, "claim").status_code == 403


def test_every_act_is_on_the_record_without_the_words(client: Client, conversation: Conversation) -> None:
    for name, given in (("claim", {}), ("reply", {"effect_not_known": "on", "text": "A secret word"}), ("release", {})):
        act(client, conversation, name, **given)

    acts = list(AuditEntry.objects.filter(subject=conversation.public_id).values_list("act", flat=True))
    assert acts == ["conversation.claim", "conversation.reply", "conversation.release"]
    assert not AuditEntry.objects.filter(details__icontains="secret").exists()


@pytest.mark.parametrize("name", ["reply", "note", "hand-over", "about", "link", "read-back", "heard", "close"])
def test_nonsense_is_answered_at_its_place(client: Client, conversation: Conversation, name: str) -> None:
    answer = act(client, conversation, name, **{"about-kind": "x", "link-incident": "no", "over-to": "m0"})

    assert answer.status_code == 422


def test_an_unknown_act_is_not_found(client: Client, conversation: Conversation) -> None:
    assert act(client, conversation, "explode").status_code == 404
    assert act(client, conversation, "customer", customer="99999999999999999999").status_code == 404
