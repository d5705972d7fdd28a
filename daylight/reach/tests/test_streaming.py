"""Several providers carry one channel: by weight, within limits, and without those that fail."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.core import going_first
from daylight.reach import fanout, filling, providers, sending
from daylight.reach.channels.base import Accepted, ChannelBroken, TryLater, Unanswered
from daylight.reach.channels.lines import Feed, Parcel
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.feeding import GIVE_WAY, HANDFUL
from daylight.reach.models import Alarm, Batch, Delivery, Provider
from daylight.reach.moves import State
from daylight.reach.tests.makers import HandChannel, a_published_update, a_reached_incident, customers

pytestmark = pytest.mark.django_db

Mood = Callable[[Parcel], Accepted | Exception]


def takes_all(parcel: Parcel) -> Accepted | Exception:
    return Accepted(reference=parcel.key, answer="250 ok")


class HandLine:
    """A line whose far end is the test: its mood says what becomes of each message."""

    def __init__(self, name: str, far_end: "FarEnd") -> None:
        self._name, self._far_end = name, far_end

    async def run(self, feed: Feed) -> None:
        self._far_end.opened[self._name] += 1
        trouble = self._far_end.troubles.get(self._name)
        if trouble is not None:
            raise trouble
        while await feed.more():
            parcel = feed.take()
            if parcel is not None:
                feed.begin(parcel)
                await asyncio.sleep(0)
                self._far_end.came[self._name].append(parcel.message.address)
                feed.done(parcel, self._far_end.moods.get(self._name, takes_all)(parcel))


class FarEnd(HandChannel):
    """A channel of several providers."""

    def __init__(self) -> None:
        super().__init__()
        self.came: dict[str, list[str]] = {"big": [], "small": [], "spare": []}
        self.opened: Counter[str] = Counter()
        self.troubles: dict[str, Exception] = {}
        self.moods: dict[str, Mood] = {}

    def line(self, settings: Mapping[str, Any]) -> HandLine:
        return HandLine(settings["name"], self)

    def open(self, settings: Mapping[str, Any]) -> HandChannel:
        trouble = self.troubles.get(settings["name"])
        if trouble is not None:
            raise trouble
        return self


@pytest.fixture
def far_end(monkeypatch: pytest.MonkeyPatch, tmp_path, settings) -> FarEnd:  # type: ignore[no-untyped-def]
    settings.DATA_DIR = tmp_path
    channel = FarEnd()
    monkeypatch.setitem(CHANNELS, "email", channel)
    monkeypatch.setattr(filling, "BATCH", 20)
    sending._probed_at.clear()
    return channel


def a_provider(name: str, *, weight: int = 1, **facts: Any) -> Provider:
    provider = Provider(channel="email", name=name, weight=weight, connections=2, **facts)
    provider.settings = {"name": name}
    provider.save()
    return provider


def tell(ana: Member, clock: HandClock, number: int, **facts: Any) -> None:
    a_published_update(a_reached_incident(ana, affected=customers(number)), **facts)
    while fanout.step(clock.now).handled:
        pass
    for _ in range(8):
        sending.step(clock.now, channel="email")
        clock.move(seconds=1)


def counts() -> dict[State, int]:
    return {State(state): count for state, count in Counter(Delivery.objects.values_list("state", flat=True)).items()}


def test_providers_share_the_work_by_weight(ana: Member, clock: HandClock, far_end: FarEnd) -> None:
    a_provider("big", weight=3)
    a_provider("small", weight=1)

    tell(ana, clock, 400)

    assert (len(far_end.came["big"]), len(far_end.came["small"])) == (300, 100)
    assert len({*far_end.came["big"], *far_end.came["small"]}) == 400
    assert counts() == {State.ACCEPTED: 400}
    assert set(Delivery.objects.values_list("provider__name", flat=True)) == {"big", "small"}


def test_while_others_go_first_it_carries_handfuls_and_everything(
    ana: Member, clock: HandClock, far_end: FarEnd
) -> None:
    a_provider("big")
    a_published_update(a_reached_incident(ana, affected=customers(3 * HANDFUL)))
    while fanout.step(clock.now).handled:
        pass

    began = time.monotonic()
    with going_first.first():
        sending.step(clock.now, channel="email")

    assert time.monotonic() - began >= 2 * GIVE_WAY
    assert counts() == {State.ACCEPTED: 3 * HANDFUL}


def test_one_that_stands_by_carries_only_when_no_other_can(ana: Member, clock: HandClock, far_end: FarEnd) -> None:
    a_provider("big")
    a_provider("spare", weight=0)
    tell(ana, clock, 40)
    assert far_end.came["spare"] == []

    far_end.troubles["big"] = ChannelBroken("535 wrong password")
    tell(ana, clock, 40)

    assert len(far_end.came["spare"]) == 40
    assert counts() == {State.ACCEPTED: 80}


def test_a_broken_provider_is_paused_and_the_others_go_on(ana: Member, clock: HandClock, far_end: FarEnd) -> None:
    a_provider("big", weight=3)
    a_provider("small")
    far_end.troubles["big"] = ChannelBroken("535 wrong password")

    tell(ana, clock, 100)

    assert counts() == {State.ACCEPTED: 100}
    assert [row.name for row in Provider.objects.filter(paused_at__isnull=False)] == ["big"]
    assert not providers.is_paused("email")
    assert Alarm.objects.filter(subject__contains="big").count() == 1

    del far_end.troubles["big"]
    clock.move(minutes=1)
    tell(ana, clock, 100)
    assert len(far_end.came["big"]) > 0


def test_one_that_breaks_half_way_leaves_the_rest_to_the_others(ana: Member, clock: HandClock, far_end: FarEnd) -> None:
    a_provider("big", weight=3)
    a_provider("small")

    def breaks_after_ten(parcel: Parcel) -> Accepted | Exception:
        return takes_all(parcel) if len(far_end.came["big"]) <= 10 else ChannelBroken("530 pay your bill")

    far_end.moods["big"] = breaks_after_ten
    tell(ana, clock, 100)

    assert counts() == {State.ACCEPTED: 100}
    assert len(far_end.came["small"]) >= 80


def test_one_that_takes_and_never_answers_does_little_harm(ana: Member, clock: HandClock, far_end: FarEnd) -> None:
    a_provider("big", weight=3)
    a_provider("small")
    far_end.moods["big"] = lambda _: Unanswered("it closed the connection")

    tell(ana, clock, 100)

    found = counts()
    assert found[State.IN_DOUBT] <= 7  # Five in a row, and what was on its other connection.
    assert found[State.ACCEPTED] == 100 - found[State.IN_DOUBT]
    assert Provider.objects.get(name="big").problem.startswith("It takes messages")


def test_one_that_cannot_be_reached_waits_and_breaks_nothing(ana: Member, clock: HandClock, far_end: FarEnd) -> None:
    a_provider("big")
    far_end.troubles["big"] = TryLater("no route to host")

    tell(ana, clock, 40)

    assert counts() == {State.QUEUED: 40}
    assert all(batch.problem == "no route to host" for batch in Batch.objects.all())
    assert far_end.opened["big"] <= 4 * 2  # Looked for again after the waits of the channel, not at each turn.
    assert not providers.is_paused("email")


def test_a_provider_has_as_many_connections_as_it_allows(ana: Member, clock: HandClock, far_end: FarEnd) -> None:
    a_provider("big")

    tell(ana, clock, 200)

    assert 1 <= far_end.opened["big"] <= 2 * 2  # Two at a time, and there may have been a second pass.


def test_an_exercise_opens_no_line(ana: Member, clock: HandClock, far_end: FarEnd) -> None:
    a_provider("big")
    incident = a_reached_incident(ana, affected=customers(30), is_exercise=True)
    a_published_update(incident)
    while fanout.step(clock.now).handled:
        pass
    sending.step(clock.now, channel="email")

    assert counts() == {State.SEALED: 30}
    assert not far_end.opened
