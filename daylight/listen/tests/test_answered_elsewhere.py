"""What the crew answers at a helpdesk is kept as ours and stops the reply clock."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import START
from daylight.listen import replying
from daylight.listen.models import Message
from daylight.listen.tests.makers import a_conversation, something_said, taken_in

pytestmark = pytest.mark.django_db
LATER = START + timedelta(minutes=20)
THREAD: dict[str, Any] = {"source": "zendesk", "thread_key": "1:35436"}


def test_an_answer_given_elsewhere_stops_the_reply_clock() -> None:
    conversation = a_conversation(**THREAD)
    assert conversation.answer_due_at is not None

    [answer] = taken_in(something_said("We are on it.", at=LATER, direction="out", **THREAD), at=LATER)

    assert answer.conversation.pk == conversation.pk
    assert answer.direction == Message.Direction.OUT
    assert answer.conversation.answer_due_at is None
    assert answer.conversation.last_out_at == LATER
    assert answer.conversation.messages_in == 1
    assert answer.conversation.preview == "I was charged twice."


def test_an_answer_before_the_last_words_of_the_customer_leaves_the_clock_running() -> None:
    first, second = (something_said(at=at, **THREAD) for at in (START, LATER))
    taken_in(first, second, at=LATER)
    between = START + timedelta(minutes=5)

    [answer] = taken_in(something_said("We are on it.", at=between, direction="out", **THREAD), at=LATER)

    assert answer.conversation.answer_due_at is not None


def test_a_note_among_the_crew_changes_nothing_else() -> None:
    conversation = a_conversation(**THREAD)

    [note] = taken_in(something_said("He is angry.", at=LATER, direction="note", **THREAD), at=LATER)

    assert note.direction == Message.Direction.NOTE
    assert note.conversation.answer_due_at == conversation.answer_due_at
    assert note.conversation.last_out_at is None


def test_our_own_answer_that_comes_back_is_not_kept_twice() -> None:
    conversation = a_conversation(**THREAD)
    replying.reply(conversation, "We are on it.\nAna", by=None, at=LATER)

    echo = something_said("We are on it.  \r\nAna", at=LATER + timedelta(seconds=3), direction="out", **THREAD)
    other = something_said("It is mended.", at=LATER + timedelta(hours=1), direction="out", **THREAD)
    taken = taken_in(echo, other, at=LATER + timedelta(hours=1))

    assert [message.text for message in taken] == ["It is mended."]
    assert conversation.messages.filter(direction=Message.Direction.OUT).count() == 2
