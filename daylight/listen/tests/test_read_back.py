"""“So you say that …”: sent with links to say yes or no behind, and the answer stands in the thread."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from conftest import HandClock, a_member
from daylight.accounts.models import Member
from daylight.accounts.roles import Role
from daylight.accounts.tests.makers import signed_in
from daylight.incidents.tests.makers import an_incident
from daylight.listen.models import Conversation, FixedQuestion, Message, ReadBack
from daylight.listen.tests.makers import a_conversation, something_said, taken_in

pytestmark = pytest.mark.django_db
PAGE = re.compile(r"https?://[^/\s]+(/understood/\S+)")


@pytest.fixture
def agent(clock: HandClock) -> Member:
    return a_member("Efe", Role.AGENT)


@pytest.fixture
def conversation(clock: HandClock) -> Conversation:
    return a_conversation("It broke, I think.", subject="Broken", language="en")


@pytest.fixture
def asked(agent: Member, conversation: Conversation) -> list[str]:
    """The two addresses in what was sent, for yes and for no."""
    address = reverse("listen:act", args=[conversation.public_id, "read-back"])
    signed_in(agent).post(address, {"back-text": "The lamp broke.", "sends": "yes"})
    return PAGE.findall(conversation.messages.get(direction=Message.Direction.OUT).text)


def shown_to(agent: Member, conversation: Conversation) -> str:
    return signed_in(agent).get(reverse("listen:conversation", args=[conversation.public_id])).content.decode()


def test_it_is_sent_in_their_language_with_two_links_and_stops_the_clock(
    asked: list[str], conversation: Conversation
) -> None:
    conversation.refresh_from_db()
    row = ReadBack.objects.get()

    assert conversation.answer_due_at is None
    assert (row.text, row.message) == ("The lamp broke.", conversation.messages.get(direction=Message.Direction.OUT))
    assert asked[1] == f"{asked[0]}?no"


def test_opening_a_link_says_nothing_so_that_scanners_do_not_either(asked: list[str]) -> None:
    for address in asked:
        answer = Client().get(address)
        assert answer.status_code == 200
        assert "The lamp broke." in answer.content.decode()
        assert Client().head(address).status_code == 200

    assert ReadBack.objects.get().is_right is None


def test_yes_is_confirmed_in_the_thread(asked: list[str], agent: Member, conversation: Conversation) -> None:
    after = Client().post(asked[0], {"right": "yes"}, follow=True).content.decode()

    conversation.refresh_from_db()
    assert "We go on from there." in after
    assert ReadBack.objects.get().is_right is True
    assert conversation.answer_due_at is None
    assert ">confirmed<" in shown_to(agent, conversation)


@pytest.mark.parametrize(
    ("words", "stands"), [("The lamp is whole, its box broke.",) * 2, ("", "That is not what I meant.")]
)
def test_no_stands_in_the_thread_and_asks_for_a_person(
    asked: list[str], agent: Member, conversation: Conversation, words: str, stands: str
) -> None:
    after = Client().post(asked[1], {"right": "no", "words": words}, follow=True).content.decode()

    conversation.refresh_from_db()
    assert "A person reads it and answers you." in after
    assert conversation.messages.filter(direction=Message.Direction.IN).latest("pk").text == stands
    assert conversation.answer_due_at is not None
    assert "it is something else" in shown_to(agent, conversation)


def test_what_they_said_last_counts(asked: list[str], conversation: Conversation, clock: HandClock) -> None:
    Client().post(asked[0], {"right": "yes"})
    clock.move(minutes=1)
    Client().post(asked[0], {"right": "no", "words": "Wait, no."})

    assert ReadBack.objects.get().their_words == "Wait, no."
    assert conversation.messages.filter(text="Wait, no.").count() == 1


@pytest.mark.parametrize(("words", "is_right"), [("Yes!", True), ("Nein.", False), ("Yes, but the box too.", None)])
def test_a_plain_answer_counts_as_well(
    asked: list[str], conversation: Conversation, clock: HandClock, words: str, is_right: bool | None
) -> None:
    taken_in(something_said(words, address=conversation.address, subject="Re: Broken"), at=clock.now)

    assert ReadBack.objects.get().is_right is is_right


def test_a_plain_answer_to_the_last_question_is_none_to_this(
    asked: list[str], conversation: Conversation, clock: HandClock
) -> None:
    later = clock.now + timedelta(minutes=1)
    FixedQuestion.objects.create(conversation=conversation, incident=an_incident(), asked_at=later)
    taken_in(something_said("yes", address=conversation.address, subject="Re: Broken"), at=later)

    assert ReadBack.objects.get().is_right is None


@pytest.mark.parametrize("token", ["x", "1.forged", "%00", "9" * 200])
def test_any_other_link_leads_nowhere(asked: list[str], token: str) -> None:
    for answer in (Client().get(f"/understood/{token}/"), Client().post(f"/understood/{token}/", {"right": "yes"})):
        assert answer.status_code == 404
    assert ReadBack.objects.get().is_right is None


def test_an_odd_answer_changes_nothing(asked: list[str]) -> None:
    assert Client().post(asked[0], {"right": "perhaps"}).status_code == 200
    assert ReadBack.objects.get().is_right is None


def test_what_was_read_on_the_phone_is_not_sent(agent: Member, conversation: Conversation) -> None:
    address = reverse("listen:act", args=[conversation.public_id, "read-back"])
    signed_in(agent).post(address, {"back-text": "The lamp broke."})

    assert not conversation.messages.filter(direction=Message.Direction.OUT).exists()
    assert "on the phone" in shown_to(agent, conversation)
