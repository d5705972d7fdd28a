"""How those who speak of a topic sound, against what is usual."""

from datetime import datetime, timedelta

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.accounts.tests.makers import signed_in
from daylight.listen.tests.makers import something_said
from daylight.watch import tone
from daylight.watch.models import Topic, TopicDay
from daylight.watch.tests.makers import heard
from daylight.watch.tone import Tone


def counted(topic: Topic, at: datetime, *, days_ago: int, writers: int, upset: int) -> None:
    day = (at - timedelta(days=days_ago)).date()
    TopicDay.objects.create(topic=topic, day=day, hours=[writers, *[0] * 23], writers=writers, upset=upset)


def a_topic(at: datetime, *, kind: str = "facets", key: str = "billing") -> Topic:
    return Topic.objects.create(kind=kind, key=key, name="Billing", first_said_at=at, last_said_at=at)


@pytest.mark.parametrize(
    ("upset", "customers", "usual", "is_worse"),
    [(14, 20, 3.0, True), (4, 20, 3.0, False), (5, 5, 0.2, True), (1, 5, 0.0, False), (14, 20, None, False)],
)
def test_the_tone_is_worse_where_chance_would_hardly_have_it(
    upset: int, customers: int, usual: float | None, is_worse: bool
) -> None:
    assert Tone(upset, customers, usual).is_worse is is_worse


@pytest.mark.django_db
def test_each_upset_customer_counts_once_for_the_topic(clock: HandClock) -> None:
    facts = {"category": "Billing"}
    heard(
        something_said("This is outrageous, I am furious!!!", address="a@mail.example", facts=facts),
        something_said("Furious, and still nobody answers!!!", address="a@mail.example", subject="2", facts=facts),
        something_said("Where do I find the invoice?", address="b@mail.example", facts=facts),
        at=clock.now,
    )

    day = TopicDay.objects.get(topic__name="Billing")
    assert (day.writers, day.upset) == (2, 1)


@pytest.mark.django_db
def test_a_surge_is_compared_with_the_weeks_before(clock: HandClock) -> None:
    topic = a_topic(clock.now)
    counted(topic, clock.now, days_ago=10, writers=40, upset=6)
    counted(topic, clock.now, days_ago=0, writers=20, upset=14)

    assert tone.of(topic, since=clock.now, until=clock.now) == Tone(14, 20, 3.0)


@pytest.mark.django_db
def test_a_young_topic_is_compared_with_everything_and_few_say_nothing(clock: HandClock) -> None:
    topic, everything = a_topic(clock.now), a_topic(clock.now, kind="everything", key="everything")
    counted(topic, clock.now, days_ago=0, writers=4, upset=4)
    assert tone.of(topic, since=clock.now, until=clock.now) is None

    counted(topic, clock.now, days_ago=1, writers=4, upset=2)
    since = clock.now - timedelta(days=1)
    assert tone.of(topic, since=since, until=clock.now) == Tone(6, 8, None)
    counted(everything, clock.now, days_ago=5, writers=40, upset=10)
    assert tone.of(topic, since=since, until=clock.now) == Tone(6, 8, 2.0)


def test_the_page_of_a_topic_says_how_people_sound(ana: Member, clock: HandClock) -> None:
    topic = a_topic(clock.now)
    counted(topic, clock.now, days_ago=10, writers=40, upset=6)
    counted(topic, clock.now, days_ago=1, writers=20, upset=14)

    page = signed_in(ana).get(f"/desk/signals/topics/{topic.public_id}/").content.decode()
    assert "More upset than usual</strong>: 14 of 20 sound upset, usually 3 of 20" in page
