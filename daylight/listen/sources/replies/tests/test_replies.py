"""What readers write back becomes a conversation, once, with the incident that they were told of."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from conftest import HandClock
from daylight.customers.tests.makers import a_contact_point, a_customer
from daylight.incidents.tests.makers import an_incident
from daylight.listen import taking_in
from daylight.listen.models import Conversation, Incoming, Message
from daylight.listen.sources.replies import taking
from daylight.reach.models import Reply

pytestmark = pytest.mark.django_db

NUMBER = "+447700900111"


def a_reply(text: str = "It still fails.", *, at: datetime, **more: Any) -> Reply:
    given: dict[str, Any] = {"channel": "sms", "address": NUMBER, "meaning": Reply.Meaning.WORDS} | more
    name = given.pop("message_id", f"m-{Reply.objects.count()}")
    return Reply.objects.create(text=text, said_at=at, received_at=at, message_id=name, **given)


def test_words_are_taken_once_and_commands_never(clock: HandClock) -> None:
    reply = a_reply(at=clock.now)
    a_reply("STOP", at=clock.now, meaning=Reply.Meaning.STOP)

    taken = [taking.step(clock.now).handled for _ in range(2)]
    taking_in.step(clock.now)

    assert taken == [1, 0]
    message = Message.objects.get()
    assert (message.text, message.source, message.external_id) == ("It still fails.", "sms", f"reply-{reply.pk}")
    assert message.conversation.address == NUMBER


def test_who_dies_before_the_mark_doubles_nothing(clock: HandClock) -> None:
    a_reply(at=clock.now)
    taking.step(clock.now)
    Reply.objects.update(handed_on_at=None)

    taking.step(clock.now)
    taking_in.step(clock.now)

    assert Message.objects.count() == 1


def test_texts_of_one_writer_are_one_conversation_linked_to_what_they_answered(clock: HandClock) -> None:
    incident = an_incident()
    a_reply("Still broken", at=clock.now, incident=incident)
    a_reply("Hello?", at=clock.move(minutes=5), incident=incident)

    taking.step(clock.now)
    taking_in.step(clock.now)

    conversation = Conversation.objects.get()
    assert conversation.messages_in == 2
    assert (conversation.incident, conversation.linked_by) == (incident, Conversation.Linked.ANSWER)


def test_on_their_page_they_are_known_and_each_incident_is_a_conversation(clock: HandClock) -> None:
    ada = a_customer("Ada")
    point = a_contact_point(ada, address="ada@mail.example")
    first, second = an_incident(), an_incident()
    for incident in (first, first, second):
        a_reply(at=clock.now, channel="page", address=point.address, contact_point=point, incident=incident)

    taking.step(clock.now)
    taking_in.step(clock.now)

    found = Conversation.objects.order_by("pk")
    assert [(one.customer, one.incident, one.channel, one.messages_in) for one in found] == [
        (ada, first, "email", 2),
        (ada, second, "email", 1),
    ]
    assert found[0].recognised_by == Conversation.Recognised.LINK


def test_what_was_said_long_before_an_upgrade_is_kept_and_owes_nothing(clock: HandClock) -> None:
    long_ago = clock.now - timedelta(days=90)
    a_reply(at=long_ago)
    a_reply("", at=long_ago)

    taking.step(clock.now)
    taking_in.step(clock.now)

    conversation = Conversation.objects.get()
    assert (conversation.first_said_at, conversation.closed_at) == (long_ago, long_ago)
    assert conversation.answer_due_at is None
    assert not Incoming.objects.exists()
    assert taking.oldest_due(clock.now) is None
