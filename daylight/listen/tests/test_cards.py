"""Question cards: checked, kept with every version, brought from a file, counted."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import START, HandClock, a_member
from daylight.accounts.models import AuditEntry, Member
from daylight.accounts.roles import Role
from daylight.accounts.tests.makers import signed_in
from daylight.incidents.tests.makers import an_incident, an_update
from daylight.listen import answering_many, card_files, cards
from daylight.listen.models import BulkAnswer, Conversation, Message, QuestionCard
from daylight.listen.tests.makers import a_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(clock: HandClock) -> Member:
    return a_member("Efe", Role.AGENT)


def test_whoever_answers_may_change_a_card_and_the_change_is_traced(agent: Member) -> None:
    client = signed_in(agent)
    given = {"question": "When?", "shortcut": "when", "text": "{{ update.next }}", "purpose": "answer"}
    client.post("/desk/inbox/cards/new/", given)
    card = QuestionCard.objects.get()
    client.post(f"/desk/inbox/cards/{card.public_id}/", given | {"text": "Soon. {{ update.next }}"})
    client.post(f"/desk/inbox/cards/{card.public_id}/put-away/")

    card.refresh_from_db()
    assert [version.text for version in card.versions.all()] == ["Soon. {{ update.next }}", "{{ update.next }}"]
    assert card.retired_at is not None
    assert list(AuditEntry.objects.order_by("number").values_list("act", flat=True)) == [
        "card.make",
        "card.change",
        "card.put_away",
    ]
    assert "Soon." in client.get(f"/desk/inbox/cards/{card.public_id}/").content.decode()


@pytest.mark.parametrize("text", ["{{ update.doing", "{% if %}", "{{ nobody.knows }}", "{{ customer.name | explode }}"])
def test_a_card_that_cannot_be_filled_is_not_kept(agent: Member, text: str) -> None:
    given = {"question": "When?", "shortcut": "when", "text": text, "purpose": "answer"}
    answer = signed_in(agent).post("/desk/inbox/cards/new/", given)

    assert answer.status_code == 422
    assert not QuestionCard.objects.exists()


def test_macros_come_along_from_a_file(agent: Member) -> None:
    content = (
        "Title;Body;Shortcut\r\n"
        "Rückgabe?;So geht es: {{ customer.greeting }};rueckgabe\r\n"
        ";leer;x\r\nWrong;{{ oops;y\r\nWie lange?;Drei Tage.;\r\n"
    ).encode("cp1252")

    first = card_files.bring(content, by=agent, at=START)
    again = card_files.bring(content.replace(b"Drei", b"Vier"), by=agent, at=START)

    assert (first.new, first.changed, [line for line, _ in first.left_out]) == (2, 0, [3, 4])
    assert (again.new, again.changed) == (0, 1)
    assert QuestionCard.objects.get(shortcut="wie-lange").text == "Vier Tage."


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"a,b\n1,2\n", b"\xff\xfe\x00"])
def test_a_file_that_is_none_is_answered_in_a_sentence(agent: Member, content: bytes) -> None:
    file = SimpleUploadedFile("cards.csv", content)
    answer = signed_in(agent).post("/desk/inbox/cards/bring/", {"file": file})

    assert answer.status_code == 422
    assert not QuestionCard.objects.exists()


def test_all_conversations_of_an_incident_are_answered_each_in_its_words(
    agent: Member, ana: Member, clock: HandClock
) -> None:
    incident = an_incident(by=ana)
    an_update(incident, by=ana, doing="We mend it.")
    for name in ("Zoë", "Max"):
        a_conversation(name=name)
    a_conversation(name="Closed")
    Conversation.objects.update(incident=incident)
    Conversation.objects.filter(writer="Closed").update(closed_at=START, answer_due_at=None)
    given = {"incident": incident.public_id, "text": "{{ customer.greeting }} {{ update.doing }}"}
    client = signed_in(agent)

    preview = client.post("/desk/inbox/answer/", given | {"look": "yes"}).content.decode()
    client.post("/desk/inbox/answer/", given | {"send": "yes", "closes": "on"})
    while answering_many.step(clock.now).handled:
        pass

    told = Message.objects.filter(direction=Message.Direction.OUT).order_by("pk")
    assert "Hello Max, We mend it." in preview
    assert [message.text for message in told] == ["Hello Zoë, We mend it.", "Hello Max, We mend it."]
    assert BulkAnswer.objects.get().answered == 2
    assert not Conversation.objects.open().exists()


def test_chosen_ones_are_answered_and_nobody_twice(
    agent: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering_many, "STRETCH", 2)
    chosen = [a_conversation() for _ in range(5)]
    answering_many.answer("We read it.", by=agent, at=clock.now, chosen=chosen[:4])
    while answering_many.step(clock.now).handled:
        pass

    answered = Message.objects.filter(direction=Message.Direction.OUT).values_list("conversation_id", flat=True)
    assert sorted(answered) == [one.pk for one in chosen[:4]]


def test_an_answer_that_speaks_of_no_update_yet_is_refused(agent: Member, ana: Member) -> None:
    incident = an_incident(by=ana)
    Conversation.objects.filter(pk=a_conversation().pk).update(incident=incident)
    given = {"incident": incident.public_id, "text": "{{ update.doing }}", "send": "yes"}

    answer = signed_in(agent).post("/desk/inbox/answer/", given)

    assert answer.status_code == 422
    assert "none was published yet" in answer.content.decode()


def test_a_question_asked_often_belongs_into_an_update(agent: Member, ana: Member, clock: HandClock) -> None:
    incident = an_incident(by=ana)
    card = QuestionCard(shortcut="when", question="When is it mended?", text="Soon.")
    cards.save(card, by=agent, at=START)
    chosen = [a_conversation() for _ in range(cards.ASKED_OFTEN)]
    Conversation.objects.update(incident=incident)
    answering_many.answer("Soon.", by=agent, at=START, incident=incident, card=card)
    answering_many.step(START)

    [repeat] = cards.repeats(START)
    assert (repeat.card, repeat.incident, repeat.times) == (card, incident, len(chosen))
    assert "was asked 5 times: make it an update" in signed_in(ana).get("/desk/").content.decode()
    incident.resolve(by=ana, at=START, summary="Done.")
    assert cards.repeats(START) == []
