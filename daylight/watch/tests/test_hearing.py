"""Each message is heard once, and each writer counts once."""

from datetime import timedelta

import pytest

from conftest import HandClock
from daylight.listen.models import Conversation, Message
from daylight.listen.tests.makers import something_said, taken_in
from daylight.watch import hearing
from daylight.watch.models import Heard, Memory, MessageTopic, Topic, TopicDay
from daylight.watch.tests.makers import turn
from daylight.watch.words import TopicKind

pytestmark = pytest.mark.django_db

FACTS = {"category": "Billing", "product": "Card", "region": "North"}


def writers(name: str) -> int:
    return sum(TopicDay.objects.filter(topic__name=name).values_list("writers", flat=True))


def test_a_message_counts_for_every_topic_that_follows_from_its_facets(clock: HandClock) -> None:
    taken_in(something_said("Charged twice.", facts=FACTS), at=clock.now)
    turn(clock.now)

    names = set(Topic.objects.filter(kind=TopicKind.FACETS).values_list("name", flat=True))
    assert {"Billing", "Card", "North", "Billing · Card", "Billing · Card · North"} <= names
    assert writers("Billing · Card · North") == writers("Billing") == writers("Everything") == 1
    assert MessageTopic.objects.filter(topic__kind=TopicKind.FACETS).get().topic.name == "Billing · Card · North"


def test_nothing_is_heard_twice(clock: HandClock) -> None:
    taken_in(something_said("Charged twice.", facts=FACTS), at=clock.now)
    for _ in range(3):
        turn(clock.move(minutes=1))

    assert Heard.objects.count() == 1
    assert writers("Billing") == 1


def test_one_writer_counts_once_a_day_however_often_they_write(clock: HandClock) -> None:
    flood = [
        something_said(f"Charged twice, number {n}.", address="angry@mail.example", subject=f"{n}", facts=FACTS)
        for n in range(20)
    ]
    taken_in(*flood, at=clock.now)
    turn(clock.now)

    assert writers("Billing") == 1
    assert TopicDay.objects.get(topic__name="Billing").messages == 20


def test_the_next_day_the_writer_counts_again(clock: HandClock) -> None:
    for day in range(2):
        said = something_said("Again.", at=clock.now, address="a@mail.example", subject=f"day {day}", facts=FACTS)
        taken_in(said, at=clock.now)
        turn(clock.now)
        clock.move(days=1, minutes=1)

    assert writers("Billing") == 2


def test_strangers_with_the_same_long_words_are_one(clock: HandClock) -> None:
    words = "Your service is terrible and everybody should know about it, buy elsewhere at our shop instead."
    taken_in(*(something_said(words, facts=FACTS) for _ in range(5)), at=clock.now)
    turn(clock.now)

    assert writers("Billing") == 1


def test_spam_machines_praise_and_our_own_words_do_not_count(clock: HandClock) -> None:
    taken_in(
        something_said("Win a prize.", nature="spam", facts=FACTS),
        something_said("I am on holiday.", nature="automatic", facts=FACTS),
        at=clock.now,
    )
    kind = something_said("Well done.", facts={"category": "Thanks"})
    [message] = taken_in(kind, at=clock.now)
    Conversation.objects.filter(pk=message.conversation_id).update(kind=Conversation.Kind.PRAISE)
    Message.objects.create(
        conversation=message.conversation,
        direction="out",
        source="mailbox",
        external_id="ours",
        text="Thank you.",
        said_at=clock.now,
        received_at=clock.now,
    )
    turn(clock.now)

    assert writers("Billing") == writers("Thanks") == 0


def test_a_message_that_becomes_visible_late_is_heard(clock: HandClock) -> None:
    first, second = taken_in(something_said("One."), something_said("Two."), at=clock.now)
    late = Message.objects.get(pk=first.pk)
    Message.objects.filter(pk=first.pk).delete()
    turn(clock.now)
    assert set(Heard.objects.values_list("pk", flat=True)) == {second.pk}

    late.save(force_insert=True)
    turn(clock.move(seconds=30))

    assert set(Heard.objects.values_list("pk", flat=True)) == {first.pk, second.pk}


def test_another_process_goes_on_when_the_first_one_dies(clock: HandClock) -> None:
    taken_in(something_said("Charged twice."), at=clock.now)
    turn(clock.now)
    hearing._ears.clear()  # The process is gone, its lease is not.
    taken_in(something_said("Charged twice, too."), at=clock.now)
    assert hearing.step(clock.move(minutes=1)).handled == 0

    assert hearing.step(clock.move(minutes=3)).handled == 1
    assert Heard.objects.count() == 2


def test_counting_follows_the_time_at_which_it_was_said(clock: HandClock) -> None:
    taken_in(something_said("Late news.", at=clock.now - timedelta(days=3), facts=FACTS), at=clock.now)
    turn(clock.now)

    assert TopicDay.objects.get(topic__name="Billing").day == (clock.now - timedelta(days=3)).date()


def test_what_was_learned_outlives_the_process(clock: HandClock) -> None:
    taken_in(*(something_said(f"The parcel number {n} is late again.") for n in range(4)), at=clock.now)
    turn(clock.now)
    turn(clock.move(seconds=5))
    learned = hearing._ears[0].clusters.weights.sum()
    hearing._ears.clear()
    taken_in(something_said("The parcel number 9 is late again."), at=clock.now)
    turn(clock.move(minutes=5))

    assert hearing._ears[0].clusters.weights.sum() == learned + 1


def test_a_memory_that_cannot_be_read_stops_nobody(clock: HandClock) -> None:
    Memory.objects.create(name="lately", content=b"of another release", written_at=clock.now)
    taken_in(something_said("Charged twice."), at=clock.now)
    turn(clock.now)

    assert Heard.objects.count() == 1
