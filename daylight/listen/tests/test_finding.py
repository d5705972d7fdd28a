"""Conversations are found by the words in them."""

import pytest
from django.db import connection

from daylight.listen import finding
from daylight.listen.models import Message
from daylight.listen.tests.makers import something_said, taken_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def said() -> list[Message]:
    return taken_in(
        something_said("The Müller-Łukasz parcel came broken, order 10-4471!"),
        something_said("Where is my delivery?"),
        something_said("The delivery was broken too."),
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("parcel", [0]),
        ("MULLER", [0]),
        ("lukasz", [0]),
        ("broken", [2, 0]),
        ("broken delivery", [2]),
        ("10-4471", [0]),
        ("deli", [2, 1]),
        ("del", []),
        ("", []),
        ("' | 'x:* ! \" \x00 *", []),
    ],
)
def test_words_find_their_messages_newest_first(said: list[Message], asked: str, found: list[int]) -> None:
    assert finding.messages_with(asked) == [said[place].pk for place in found]


def test_a_whole_word_comes_before_the_beginning_of_one(said: list[Message]) -> None:
    [other] = taken_in(something_said("The deli was closed."))

    assert finding.messages_with("deli") == [other.pk]


def test_what_is_forgotten_is_found_no_more(said: list[Message]) -> None:
    Message.objects.filter(pk=said[0].pk).update(text="")
    said[2].delete()

    assert finding.messages_with("broken") == []


def test_postgres_finds_them_by_its_index(said: list[Message]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("of PostgreSQL alone")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        asked = f"EXPLAIN SELECT id FROM listen_message WHERE {finding.POSTGRES} @@ %s::tsquery"  # noqa: S608
        cursor.execute(asked, ["'broken' & '@0'"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "listen_message_words" in plan
