"""From the row in which a mail lies to the conversation in which its words stand."""

from typing import Any

import pytest
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers.tests.makers import a_customer
from daylight.listen import taking_in
from daylight.listen.models import Attachment, Conversation, Incoming, Message
from daylight.listen.models.message import OURS
from daylight.listen.sources.mailbox import reading, taking
from daylight.listen.sources.mailbox.tests.samples import QUESTION, SAMPLES, a_file, a_mail, of_parts, part
from daylight.reach.inbound import arriving
from daylight.reach.inbound.tests.makers import deliveries_that_left, key_of
from daylight.reach.models import IncomingMail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def help_address(settings: Settings) -> None:
    """Where customers write to."""
    settings.MAIL_ADDRESSES = ["help@shop.example"]


def came(clock: HandClock, *raws: bytes, sender: str = "ada@mail.example") -> list[Message]:
    """Mails that came by the wire, up to their messages."""
    arriving.keep(arriving.Arrived.by_wire("help@shop.example", sender, raw, at=clock.now) for raw in raws)
    for step in (arriving.step, taking.step, taking_in.step):
        while step(clock.now).handled:
            pass
    return list(Message.objects.select_related("conversation").order_by("pk"))


def test_a_mail_becomes_a_message_of_its_customer_and_its_row_is_gone(clock: HandClock) -> None:
    ada = a_customer("Ada", email="ada@mail.example")

    [message] = came(clock, a_mail(subject="My order"))

    conversation = message.conversation
    assert (message.text, message.external_id, message.source) == (QUESTION, "1@mail.example", "mailbox")
    assert (conversation.customer, conversation.channel) == (ada, "email")
    assert (conversation.subject, conversation.address) == ("My order", "ada@mail.example")
    assert conversation.facts["mailbox"] == "help@shop.example"
    assert not IncomingMail.objects.exists()


def test_the_same_mail_by_two_roads_is_one_message(clock: HandClock) -> None:
    by_copy = b"Received: by another.example\r\n" + a_mail()

    assert len(came(clock, a_mail(), by_copy)) == 1
    assert len(came(clock, a_mail(), sender="else@mail.example")) == 1


def test_other_words_under_the_same_name_are_another_message(clock: HandClock) -> None:
    """Some web forms give every mail of theirs the same Message-ID."""
    messages = came(clock, a_mail("one"), a_mail("two"), a_mail("three"))
    came(clock, a_mail("two", subject="again"))
    with_file = came(clock, of_parts(part(b"one"), a_file(b"x", "scan.pdf")))
    again = came(clock, of_parts(part(b"one"), a_file(b"x", "scan.pdf"), head=b"Received: by x\r\n"))

    assert [message.text for message in messages] == ["one", "two", "three"]
    assert [message.text for message in with_file] == ["one", "two", "three", "one"]
    assert again == with_file


def test_a_mail_without_a_name_is_named_by_what_it_is(clock: HandClock) -> None:
    raw = a_mail(Message_ID="")

    came(clock, raw)
    [message] = came(clock, raw, sender="again@mail.example")

    assert message.external_id.startswith("sha256-")


def test_an_answer_goes_on_with_what_it_answers(clock: HandClock) -> None:
    [first] = came(clock, a_mail())
    ours = first.conversation.messages.create(
        direction=Message.Direction.OUT,
        source="mailbox",
        external_id=f"{OURS}0123456789ab",
        text="We look.",
        said_at=clock.now,
        received_at=clock.now,
    )
    to_theirs = a_mail("And?", subject="other", Message_ID="<2@x.example>", In_Reply_To="<1@mail.example>")
    to_ours = a_mail(
        "Well?", subject="third", Message_ID="<3@x.example>", References=f"<{ours.external_id}@shop.example>"
    )

    messages = came(clock, to_theirs, to_ours)

    assert len(messages) == 4
    assert {message.conversation for message in messages} == {first.conversation}


def test_a_bounce_of_our_answer_stands_in_its_conversation(clock: HandClock) -> None:
    [first] = came(clock, a_mail())
    name = f"{OURS}0123456789abcdef01234567"
    first.conversation.messages.create(
        direction=Message.Direction.OUT,
        source="mailbox",
        external_id=name,
        text="We look.",
        said_at=clock.now,
        received_at=clock.now,
    )
    report = "Final-Recipient: rfc822; ada@mail.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    bounce = of_parts(
        part(b"No such user."),
        part(report.encode(), "message/delivery-status"),
        part(f"Message-ID: <{name}@shop.example>\r\n\r\nWe look.".encode(), "message/rfc822"),
        kind="report",
    ).replace(b"From: Ada Moss <ada@mail.example>", b"From: MAILER-DAEMON@mail.example")

    *_, last = came(clock, bounce.replace(b"<1@", b"<2@"), sender="")

    assert (last.text, last.nature) == ("No such user.", "automatic")
    assert last.conversation == first.conversation


def test_an_answer_to_a_notice_is_about_its_incident_and_from_its_customer(ana: Member, clock: HandClock) -> None:
    told, other = deliveries_that_left(ana, 2, at=clock.now)
    address = told.contact_point.address
    name = f"<{key_of(told)}@shop.example>"

    mine, forwarded, forged = came(
        clock,
        a_mail("Mine is late.", From=address, In_Reply_To=name),
        a_mail("Forwarded to me.", Message_ID="<2@x.example>", References=name),
        a_mail("Forged.", Message_ID="<3@x.example>", From="b@c.example", In_Reply_To=name.replace(".", ".9", 1)),
    )

    assert mine.conversation.incident == told.notice.incident
    assert mine.conversation.linked_by == Conversation.Linked.ANSWER
    assert (mine.conversation.customer, mine.conversation.confidence) == (told.customer, 100)
    assert (forwarded.conversation.incident, forwarded.conversation.customer) == (told.notice.incident, None)
    assert (forged.conversation.incident, forged.conversation.customer) == (None, None)
    assert other.customer != told.customer


def test_files_are_kept_and_the_mail_as_it_came_where_something_was_cut(clock: HandClock) -> None:
    with_files = of_parts(part(QUESTION.encode()), a_file(b"x" * 700_000, "scan.pdf"), a_file(b"y", "note.txt"))

    [message] = came(clock, with_files)
    whole = {file.name: b"".join(file.pieces()) for file in Attachment.objects.filter(message=message)}
    assert whole == {"scan.pdf": b"x" * 700_000, "note.txt": b"y"}

    reply = SAMPLES["reply"].replace(b"<1@mail.example>", b"<2@mail.example>")
    *_, message = came(clock, reply)
    [file] = Attachment.objects.filter(message=message)
    assert (message.text, file.name) == (QUESTION, "the whole mail.eml")
    assert b"".join(file.pieces()) == reply


def test_of_a_large_mail_all_words_are_kept(clock: HandClock) -> None:
    words = f"{QUESTION}\n\nOn 4 May 2026 10:00, Shop <a@b.example> wrote:\n> We are late."
    raw = of_parts(part(words.encode()), a_file(b"x" * 1_200_000, "scan.pdf"))

    [message] = came(clock, raw)

    files = {file.name: b"".join(file.pieces()) for file in Attachment.objects.filter(message=message)}
    assert message.text == QUESTION
    assert files["all its words.txt"].decode() == words
    assert set(files) == {"scan.pdf", "all its words.txt"}


@pytest.mark.parametrize(
    ("raw", "nature"),
    [
        (a_mail("I am away.", subject="Out of Office", Auto_Submitted="auto-replied"), "automatic"),
        (a_mail("I am away.", subject="Abwesenheitsnotiz: Ihre Mail"), "automatic"),
        (a_mail("Cheap watches", X_Spam_Flag="YES"), "spam"),
        (a_mail("Thank you for your help, but my parcel has not been delivered."), "words"),
        (a_mail("Mail delivery failed, said your site.", subject="It could not be delivered"), "words"),
    ],
)
def test_only_a_persons_words_count(raw: bytes, nature: str, clock: HandClock) -> None:
    [message] = came(clock, raw)

    assert message.nature == message.conversation.nature == nature
    assert (message.conversation.answer_due_at is not None) is (nature == "words")


@pytest.mark.parametrize("raw", [b"", b"\x00", b"\r\n\r\n", b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x--"])
def test_what_says_nothing_is_kept_aside_for_the_crew(raw: bytes, clock: HandClock) -> None:
    assert came(clock, raw) == []

    assert IncomingMail.objects.kept_aside().get().kept_because == "There are no words in it, and no files."


def test_a_mail_of_files_alone_says_so(clock: HandClock) -> None:
    [message] = came(clock, of_parts(a_file(b"x", "scan.pdf")))

    assert message.text == "There are only files in this mail."


def test_what_we_fail_to_take_waits_alone_and_is_kept_aside_in_the_end(
    clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = reading.read

    def trips(pieces: Any, **given: Any) -> Any:
        mail = real(pieces, **given)
        if mail.text == "bad":
            raise RuntimeError("out of paper")
        return mail

    monkeypatch.setattr("daylight.listen.sources.mailbox.taking.read", trips)
    messages = came(clock, a_mail("bad", Message_ID="<b@x.example>"), a_mail("good", Message_ID="<g@x.example>"))
    for _ in range(taking.TRIES + 1):
        taking.step(clock.move(hours=1))

    assert [message.text for message in messages] == ["good"]
    assert "out of paper" in IncomingMail.objects.kept_aside().get().kept_because


def test_a_worker_that_dies_after_acceptance_leaves_neither_a_second_row_nor_none(
    clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is accepted and the row that goes are one transaction: here it breaks between the two."""

    def dies(*given: object) -> None:
        raise RuntimeError("the worker died here")

    arriving.keep([arriving.Arrived.by_wire("help@shop.example", "a@b.example", a_mail(), at=clock.now)])
    arriving.step(clock.now)
    monkeypatch.setattr(type(IncomingMail.objects.all()), "forget", dies)
    taking.step(clock.now)
    assert not Incoming.objects.exists()

    monkeypatch.undo()
    taking.step(clock.move(hours=1))
    assert Incoming.objects.count() == 1
    assert not IncomingMail.objects.exists()


def test_a_flood_of_one_writer_is_one_conversation_and_leaves_others_theirs(clock: HandClock) -> None:
    flood = [a_mail(f"bomb {n}", subject=f"subject {n}", Message_ID=f"<{n}@flood.example>") for n in range(60)]
    other = a_mail("My parcel is late.", From="zoe@mail.example", Message_ID="<z@mail.example>")

    messages = came(clock, *flood, other)

    assert len(messages) == 61
    assert Conversation.objects.filter(address="ada@mail.example").count() == 1
    assert Conversation.objects.get(address="zoe@mail.example").messages_in == 1


def test_every_sample_comes_through_with_its_words(clock: HandClock) -> None:
    raws = [raw.replace(b"<1@", b"<%d@" % number) for number, raw in enumerate(SAMPLES.values())]

    messages = came(clock, *raws)

    assert len(messages) == len(SAMPLES)
    assert all(message.text for message in messages)
