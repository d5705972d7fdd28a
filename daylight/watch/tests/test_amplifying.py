"""One mention that many people read is seen, however few speak of it."""

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.accounts.tests.makers import signed_in
from daylight.listen.said import Said
from daylight.listen.tests.makers import something_said
from daylight.reach.models import Alarm
from daylight.watch.amplifying import reach_of, score_reach
from daylight.watch.models import Signal, Topic
from daylight.watch.tests.makers import calm_weeks, heard
from daylight.watch.words import SignalStage, TopicKind


def a_mention(text: str, *, reach: str, clock: HandClock) -> Said:
    return something_said(text, source="mentions", at=clock.now, address="", subject=text[:20], facts={"reach": reach})


@pytest.mark.parametrize(
    ("said", "reach"),
    [
        ("12345", 12_345),
        ("12,345", 12_345),
        ("1.234.567", 1_234_567),
        ("12 345", 12_345),
        ("12.3k", 12_300),
        ("1,2M", 1_200_000),
        ("12345.0", 12_345),
        ("", 0),
        ("many", 0),
        ("-5", 0),
        ("9" * 40, 10**10),
    ],
)
def test_how_far_it_reaches_is_read_as_services_write_it(said: str, reach: int) -> None:
    assert reach_of({"reach": said}) == reach


@pytest.mark.parametrize(
    ("lately", "usual", "is_alarm"),
    [(0, 0, False), (9_000, 0, False), (10_000, 0, True), (100_000, 40_000, False), (250_000, 40_000, True)],
)
def test_far_is_ten_thousand_people_and_far_more_than_usual(lately: int, usual: float, is_alarm: bool) -> None:
    assert (score_reach(lately, usual=usual) >= 1) is is_alarm


@pytest.mark.django_db
def test_one_mention_that_many_people_read_warns(clock: HandClock, ana: Member) -> None:
    heard(*calm_weeks(clock.now, facts={"category": "Orders"}), at=clock.now)
    heard(a_mention("My parcel of theirs came in flames.", reach="310k", clock=clock), at=clock.move(minutes=1))

    signal = Signal.objects.open().get()
    assert signal.headline == "My parcel of theirs came in flames."
    assert (signal.topic and signal.topic.kind, signal.stage, signal.reach) == (
        TopicKind.OUTSIDE,
        SignalStage.WARN,
        310_000,
    )
    assert Alarm.objects.get().subject.startswith("310,000 people may have read of")
    page = signed_in(ana).get(f"/desk/signals/{signal.public_id}/").content.decode()
    assert "310,000 people</strong> may have read of" in page
    assert "read by up to 310,000 people" in page
    assert "came in flames" in page


@pytest.mark.django_db
def test_what_reaches_as_far_as_ever_calls_nobody(clock: HandClock, ana: Member) -> None:
    usual = []
    for day in range(45):
        usual.append(a_mention(f"Part {day} of my story.", reach="4000", clock=clock))
        clock.move(days=1)
    heard(*calm_weeks(clock.now, facts={"category": "Orders"}), *usual, at=clock.now)
    heard(a_mention("Some more words.", reach="4,500", clock=clock), at=clock.now)

    assert Topic.objects.get(kind=TopicKind.OUTSIDE).days.count() == 46
    assert not Signal.objects.filter(topic__kind=TopicKind.OUTSIDE).exclude(stage=SignalStage.WATCH).exists()
