"""What we say reaches the customer by their own way, in their thread, once."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from pytest_django import Settings

from conftest import START, HandClock
from daylight.accounts.models import Member, Organisation
from daylight.customers.tests.makers import a_customer
from daylight.listen import answering, replying
from daylight.listen.models import Conversation, Sending
from daylight.listen.sources.mailbox.tests import samples
from daylight.listen.tests.makers import a_conversation, something_said, taken_in
from daylight.reach.channels.base import MessageRejected
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.tests.mail_server import MailServer, serving

pytestmark = pytest.mark.django_db

State = Sending.State


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    """A mail server that is connected."""
    with serving() as (server, port):
        settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
        Organisation.get()
        Organisation.objects.update(name="Lamps", sender_email="hello@lamps.example", reply_to="care@lamps.example")
        yield server


def _read(server: MailServer) -> list[EmailMessage]:
    mails = [message_from_bytes(raw, policy=policy.default) for _, _, raw in server.taken]
    return [mail for mail in mails if isinstance(mail, EmailMessage)]


def test_an_answer_arrives_in_the_customers_thread(ana: Member, clock: HandClock, server: MailServer) -> None:
    conversation = a_conversation(
        external_id="1@mail.example", address="ada@mail.example", subject="Charged twice", name="Ada"
    )

    message = replying.reply(conversation, "We give it back today.\n\nPromised.", by=ana, at=clock.now)
    answering.step(clock.now)

    [mail] = _read(server)
    assert server.taken[0][1] == ["ada@mail.example"]
    assert (mail["Subject"], mail["In-Reply-To"]) == ("Re: Charged twice", "<1@mail.example>")
    assert mail["Reply-To"].addresses[0].addr_spec == "care@lamps.example"
    assert "Auto-Submitted" not in mail
    part = mail.get_body(("plain",))
    assert part is not None
    assert part.get_content().splitlines() == ["We give it back today.", "", "Promised.", "", "Ana, Lamps"]
    assert Sending.objects.get(message=message).state == State.SENT

    again = taken_in(something_said("Thanks", thread=(message.external_id,), source="mailbox"))
    assert again[0].conversation == conversation


def test_an_answer_by_mail_to_an_answer_finds_a_conversation_that_began_elsewhere(
    ana: Member, clock: HandClock
) -> None:
    conversation = a_conversation(source="api")
    message = replying.reply(conversation, "Yes.", by=ana, at=clock.now)

    [further] = taken_in(something_said("And now?", source="mailbox", thread=(message.external_id,)))

    assert further.conversation == conversation


def test_the_third_mail_names_those_before_it(ana: Member, clock: HandClock, server: MailServer) -> None:
    conversation = a_conversation(external_id="1@mail.example")
    first = replying.reply(conversation, "One.", by=ana, at=clock.move(minutes=1))
    replying.reply(conversation, "Two.", by=None, at=clock.move(minutes=1))
    answering.step(clock.now)

    second = _read(server)[1]
    assert second["References"].split() == ["<1@mail.example>", f"<{first.external_id}@lamps.example>"]
    assert second["Auto-Submitted"] == "auto-replied"
    assert samples.reading(server.taken[1][2]).nature.name == "automatic", "another installation does not answer it"


def test_a_server_that_is_away_is_tried_again_and_given_up_after_a_day(
    ana: Member, clock: HandClock, settings: Settings
) -> None:
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    sending = replying.reply(a_conversation(), "Yes.", by=ana, at=clock.now).sending

    answering.step(clock.now)
    sending.refresh_from_db()
    waiting = (sending.state, sending.due_at, bool(sending.problem))
    answering.step(clock.move(days=1, minutes=1))
    sending.refresh_from_db()

    assert waiting == (State.QUEUED, START + timedelta(seconds=5), True)
    assert sending.state == State.FAILED
    assert sending.failure.startswith("Nobody could carry it for a day")


def test_what_a_worker_began_before_it_died_is_not_sent_twice(
    ana: Member, clock: HandClock, server: MailServer
) -> None:
    sending = replying.reply(a_conversation(), "Yes.", by=ana, at=clock.now).sending
    Sending.objects.update(begun_at=clock.now)

    answering.step(clock.move(minutes=10))
    sending.refresh_from_db()
    in_doubt, sent = sending.state, len(server.taken)
    answering.send_again(sending, at=clock.now)
    answering.step(clock.now)
    sending.refresh_from_db()

    assert (in_doubt, sent) == (State.IN_DOUBT, 0)
    assert (sending.state, len(server.taken)) == (State.SENT, 1)


def test_an_answer_goes_to_the_customers_first_way_where_their_words_came_from_none(
    ana: Member, clock: HandClock, server: MailServer
) -> None:
    ada = a_customer("Ada", number="C-1", email="ada@mail.example")
    known = a_conversation(source="api", channel="", address="", customer_key="C-1")
    nobody = a_conversation(source="api", channel="", address="")

    for conversation in (known, nobody):
        replying.reply(conversation, "Yes.", by=ana, at=clock.now)
    answering.step(clock.now)

    assert known.customer == ada
    assert [to for _, to, _ in server.taken] == [["ada@mail.example"]]
    assert [row.state for row in Sending.objects.order_by("pk")] == [State.SENT, State.BY_HAND]


def test_a_thousand_answers_go_by_few_connections(clock: HandClock, server: MailServer) -> None:
    for number in range(30):
        replying.reply(a_conversation(subject=f"Matter {number}"), "Yes.", by=None, at=clock.now)

    answering.step(clock.now)

    assert len(server.taken) == 30
    assert not Sending.objects.exclude(state=State.SENT).exists()


def test_a_text_message_is_never_cut_short(clock: HandClock) -> None:
    conversation = a_conversation(channel="sms", address="+442079460018")
    way = answering.way_to(conversation)
    assert way is not None

    whole = answering.compose(conversation.messages.create(**_out("word " * 200)), way, Organisation.get())
    with pytest.raises(MessageRejected, match="Shorten it"):
        answering.compose(conversation.messages.create(**_out("word " * 2_000)), way, Organisation.get())

    assert whole.text.count("word") == 200


def _out(text: str) -> dict[str, object]:
    return {
        "direction": "out", "source": "mailbox", "external_id": f"out-{len(text)}", "text": text,
        "said_at": START, "received_at": START,
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_every_channel_carries_an_answer(name: str, clock: HandClock) -> None:
    conversation = a_conversation()
    Conversation.objects.update(channel=name, address="somewhere")
    conversation.refresh_from_db()
    message = conversation.messages.create(**_out("It is mended."))
    way = answering.way_to(conversation)
    assert way is not None

    composed = answering.compose(message, way, Organisation.get())

    assert "It is mended." in composed.text
