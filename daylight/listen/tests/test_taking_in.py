"""What comes in is kept once, as a message of the right conversation of the right customer."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import START, HandClock
from daylight.customers.tests.makers import a_commitment, a_contact_point, a_customer
from daylight.listen import accepting, taking_in
from daylight.listen.models import Attachment, Conversation, Incoming, Message
from daylight.listen.said import SaidFile
from daylight.listen.tests.makers import a_conversation, something_said, taken_in
from daylight.listen.threads import MOST_OPEN

pytestmark = pytest.mark.django_db

By = Conversation.Recognised


def test_what_comes_twice_is_kept_once(clock: HandClock) -> None:
    said = something_said()

    first = accepting.accept([said, said], at=clock.now)
    again_unread = accepting.accept([said], at=clock.now)
    taking_in.step(clock.now)
    again_read = accepting.accept([said], at=clock.now)
    taking_in.step(clock.now)

    assert (first, again_unread, again_read) == (1, 0, 0)
    assert Message.objects.count() == Conversation.objects.count() == 1
    assert not Incoming.objects.exists()


def test_a_row_left_by_a_worker_that_died_makes_no_second_message(clock: HandClock) -> None:
    [message] = taken_in(something_said())
    Incoming.objects.create(
        source=message.source,
        external_id=message.external_id,
        said=something_said(external_id=message.external_id).written(),
        received_at=clock.now,
        due_at=clock.now,
    )

    taking_in.step(clock.now)

    assert Message.objects.get() == message
    assert not Incoming.objects.exists()


def test_one_that_cannot_be_read_is_put_off_and_the_others_go_on(clock: HandClock) -> None:
    accepting.accept([something_said(external_id="bad"), something_said(external_id="good")], at=clock.now)
    Incoming.objects.filter(external_id="bad").update(said={"source": "mailbox"})

    taking_in.step(clock.now)

    assert Message.objects.get().external_id == "good"
    assert "said_at" in Incoming.objects.get().problem


@pytest.mark.parametrize(
    ("said", "by", "confidence"),
    [
        ({"address": "ada@mail.example"}, By.ADDRESS, 95),
        ({"address": "ADA@mail.example"}, By.ADDRESS, 95),
        ({"address": "x@mail.example", "customer_key": "C-1"}, By.KEY, 100),
        ({"address": "x@mail.example", "text": "Where is order 10-4471?"}, By.REFERENCE, 70),
        ({"address": "x@mail.example", "references": ("10-4471",), "text": "Where?"}, By.REFERENCE, 70),
        ({"address": "ada@mail.example", "text": "My order #10-4471 is late."}, By.ADDRESS, 99),
        ({"channel": "sms", "address": "+44 20 7946 0018"}, By.ADDRESS, 95),
    ],
)
def test_a_customer_is_recognised_with_how_and_how_surely(
    said: dict[str, Any], by: Conversation.Recognised, confidence: int, clock: HandClock
) -> None:
    ada = a_customer("Ada", number="C-1", email="ada@mail.example", phone="+442079460018")
    a_commitment(ada, reference="10-4471")

    conversation = a_conversation(**said)

    assert (conversation.customer, conversation.recognised_by, conversation.confidence) == (ada, by, confidence)
    assert conversation.recognised_why


def test_a_link_of_theirs_is_proof(clock: HandClock) -> None:
    ada = a_customer("Ada")

    conversation = a_conversation(customer_id=ada.pk, address="elsewhere@mail.example")

    assert (conversation.customer, conversation.recognised_by, conversation.confidence) == (ada, By.LINK, 100)


def test_an_address_that_two_share_is_a_guess_that_their_order_settles(clock: HandClock) -> None:
    first, second = a_customer(email="office@firm.example"), a_customer(email=None)
    a_contact_point(second, address="office@firm.example")
    a_commitment(second, reference="10-99")

    unsure = a_conversation("It is broken.", address="office@firm.example")
    settled = a_conversation("Order 10-99 is broken.", address="office@firm.example", subject="Another matter")

    assert (unsure.customer, unsure.confidence) == (first, 45)
    assert (settled.customer, settled.confidence) == (second, 99)


def test_nobody_is_recognised_by_numbers_that_are_nobodys(clock: HandClock) -> None:
    a_commitment(reference="77")
    a_commitment(reference="77", kind="shipment")

    conversation = a_conversation("See https://shop.example/77 and write to 77@mail.example; order 77.")

    assert (conversation.customer, conversation.recognised_by, conversation.confidence) == (None, By.NOT, 0)


def test_an_answer_goes_on_with_the_conversation_it_answers(clock: HandClock) -> None:
    first = something_said(external_id="<1@mail.example>", subject="Charged twice")
    answer = something_said(
        "Any news?",
        external_id="<2@mail.example>",
        thread=("<lost@mail.example>", "<1@mail.example>"),
        address="b@c.example",
    )

    together = taken_in(first, answer)
    later = taken_in(something_said("Hello?", external_id="<3@mail.example>", thread=("<2@mail.example>",)))

    assert {message.conversation_id for message in together + later} == {together[0].conversation_id}
    conversation = Conversation.objects.get()
    assert (conversation.messages_in, conversation.preview) == (3, "Hello?")


def test_the_same_writer_goes_on_with_the_same_subject_and_begins_another(clock: HandClock) -> None:
    mine: dict[str, Any] = {"address": "ada@mail.example"}

    begun = a_conversation(subject="Charged twice", **mine)
    goes_on = a_conversation(subject="Re: AW: charged  twice", **mine)
    another = a_conversation(subject="A lamp is broken", at=START + timedelta(hours=1), **mine)
    much_later = a_conversation(subject="Charged twice", at=START + timedelta(days=30), **mine)

    assert goes_on == begun
    assert len({begun.pk, another.pk, much_later.pk}) == 3


def test_the_far_ends_own_thread_is_one_conversation(clock: HandClock) -> None:
    both = taken_in(
        something_said(source="api", thread_key="ticket-7"), something_said(source="api", thread_key="ticket-7")
    )

    assert both[0].conversation == both[1].conversation


def test_words_start_the_reply_clock_and_open_a_closed_conversation(clock: HandClock) -> None:
    conversation = a_conversation(external_id="1")
    Conversation.objects.update(answer_due_at=None, closed_at=clock.now)

    machine = taken_in(something_said("I am away.", nature="automatic", thread=("1",)))
    still_closed = Conversation.objects.get()
    person = taken_in(something_said("It is still broken.", thread=("1",)))
    opened = Conversation.objects.get()

    assert conversation.answer_due_at is not None
    assert machine[0].conversation == person[0].conversation
    assert still_closed.closed_at is not None
    assert opened.is_open
    assert opened.answer_due_at is not None


def test_files_come_along_in_pieces_and_whole(clock: HandClock) -> None:
    content = bytes(range(256)) * 5_000
    pieces = (content[start : start + 1000] for start in range(0, len(content), 1000))

    [message] = taken_in(something_said(files=(SaidFile("bill.pdf", "application/pdf", pieces),)))

    file = Attachment.objects.get()
    assert (file.message, file.incoming, file.size, file.name) == (message, None, len(content), "bill.pdf")
    assert b"".join(file.pieces()) == content
    assert file.parts.count() == 3


def test_what_no_database_keeps_is_left_out(clock: HandClock) -> None:
    taken_in(something_said("a\x00b \ud800 c", subject="\x00", external_id="x" * 500, facts={"a": "\x00"}))

    message = Message.objects.get()
    assert message.text == "ab ? c"
    assert message.external_id.startswith("sha256-")


def test_nobody_speaks_in_the_future(clock: HandClock) -> None:
    [message] = taken_in(something_said(said_at=clock.now + timedelta(days=2)))

    assert message.said_at == clock.now


def test_a_stretch_costs_the_same_few_questions_however_many_come(
    clock: HandClock, django_assert_max_num_queries: object
) -> None:
    accepting.accept([something_said(f"Order 10-{n}") for n in range(200)], at=clock.now)

    with django_assert_max_num_queries(45):  # type: ignore[operator]
        taking_in.step(clock.now)

    assert Message.objects.count() == 200


def by_loud(subject: str, *, minutes: float = 0) -> Conversation:
    """What the same writer says so many minutes later: the conversation it is in."""
    at = START + timedelta(minutes=minutes)
    return a_conversation(f"About {subject}.", address="loud@mail.example", subject=subject, at=at)


def test_what_one_writer_says_in_a_row_is_one_matter_and_what_they_forward_is_others(db: None) -> None:
    first = by_loud("parcel")
    assert by_loud("invoice", minutes=0.5) == first
    assert by_loud("Fwd: a complaint", minutes=0.6) != first
    assert by_loud("cellar", minutes=30) != first


def test_words_do_not_go_where_spam_lies(db: None) -> None:
    spam = a_conversation("Buy!", address="loud@mail.example", subject="Buy", nature="spam")
    assert by_loud("parcel", minutes=0.5) != spam


def test_beyond_measure_all_that_one_writer_says_goes_on_in_the_newest(db: None) -> None:
    held = {by_loud(f"Fwd: matter {number}", minutes=2 * number).pk for number in range(MOST_OPEN)}
    assert len(held) == MOST_OPEN
    assert by_loud("Fwd: another", minutes=999).pk == max(held)
