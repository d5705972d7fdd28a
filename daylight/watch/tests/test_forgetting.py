"""What is dropped in time, and what stays."""

from datetime import datetime, timedelta

import pytest

from conftest import HandClock
from daylight.listen.tests.makers import something_said, taken_in
from daylight.watch import forgetting, hearing
from daylight.watch.models import Heard, MessageTopic, Reading, Signal, Topic, TopicDay
from daylight.watch.tests.makers import turn

pytestmark = pytest.mark.django_db


def said_on(at: datetime, day: int) -> None:
    said = something_said("Charged twice.", at=at, subject=f"{day}", facts={"category": "Billing"})
    taken_in(said, at=at)
    turn(at)


def places() -> int:
    return MessageTopic.objects.filter(topic__name="Billing").count()


def forget(clock: HandClock) -> None:
    Reading.objects.update(floor=10**9)
    while forgetting.step(clock.now).handled:
        pass


def test_which_message_was_about_what_is_dropped_by_age_and_what_was_counted_stays(clock: HandClock) -> None:
    for day in (0, 60, 30):
        said_on(clock.move(days=day), day)
    assert places() == 3

    clock.move(days=10)
    said_on(clock.now, 100)
    forget(clock)

    assert places() == 3
    assert Heard.objects.count() == 1
    assert sum(TopicDay.objects.filter(topic__name="Billing").values_list("writers", flat=True)) == 4


def test_it_goes_a_stretch_at_a_time(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    for day in range(5):
        said_on(clock.move(days=1), day)
    said_on(clock.move(days=200), 200)
    Reading.objects.update(floor=0)

    stretches = list(iter(lambda: forgetting.step(clock.now).handled, 0))

    assert set(stretches) <= {1, 2}
    assert len(stretches) >= 3
    assert places() == 1


def test_what_an_open_signal_is_made_of_stays(clock: HandClock) -> None:
    said_on(clock.now, 0)
    topic, at = Topic.objects.get(name="Billing"), clock.now - timedelta(hours=1)
    times = {"opened_at": at, "noticed_at": at, "last_seen_at": at, "since": at}
    signal = Signal.objects.create(topic=topic, headline="Billing", stage="watch", gravest="watch", **times)
    Topic.objects.update(due_at=None)
    said = something_said("Hello.", at=clock.move(days=100), facts={"category": "Other things"})
    taken_in(said, at=clock.now)
    hearing.step(clock.now)
    forget(clock)
    assert places() == 1

    signal.end(outcome="faded", at=clock.now)
    forget(clock)
    assert places() == 0
