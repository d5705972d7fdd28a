"""What we say in a conversation."""

from datetime import timedelta

import pytest

from conftest import START
from daylight.accounts.models import Member
from daylight.listen import replying
from daylight.listen.models import Message
from daylight.listen.tests.makers import a_conversation

pytestmark = pytest.mark.django_db
LATER = START + timedelta(minutes=20)


def test_an_answer_stops_the_reply_clock(ana: Member) -> None:
    conversation = a_conversation()

    message = replying.reply(conversation, " We are on it. ", by=ana, at=LATER)

    conversation.refresh_from_db()
    assert (conversation.answer_due_at, conversation.last_out_at) == (None, LATER)
    assert (message.text, message.author, message.direction) == ("We are on it.", ana, Message.Direction.OUT)
    assert message.external_id.startswith("out-")


def test_what_is_no_answer_yet_lets_it_run() -> None:
    conversation = a_conversation()
    due = conversation.answer_due_at

    replying.say(conversation, "We have it.", by=None, at=LATER)

    conversation.refresh_from_db()
    assert (conversation.answer_due_at, conversation.last_said_at) == (due, LATER)


def test_an_answer_has_words() -> None:
    conversation = a_conversation()

    with pytest.raises(replying.NothingSaid):
        replying.reply(conversation, " \x00 ", by=None, at=LATER)
    assert conversation.messages.count() == 1
