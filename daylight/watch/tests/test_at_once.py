"""Many at once are heard at night as they are in the morning, and what was as loud before alarms nobody."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from conftest import HandClock
from daylight.accounts.models import Member, Organisation
from daylight.watch.at_once import weigh
from daylight.watch.detection.bursts import COMPARED, TIMES, burst
from daylight.watch.judged import Judged
from daylight.watch.models import Signal
from daylight.watch.series import Counts, Hours
from daylight.watch.tests.makers import a_surge, calm_weeks, heard
from daylight.watch.words import SignalStage

UNTIL = datetime(2026, 11, 22, 23, 40, tzinfo=UTC)
DAYS = 70


def quiet(*, then: int, earlier: int = 1, days_ago: int = 7) -> Counts:
    """Ten weeks with one writer at noon, so many together some days ago, and so many in the last hour."""
    hours = np.zeros(DAYS * 24, np.int64)
    hours[12::24] = 1
    hours[-days_ago * 24] = earlier
    hours[-1] = then
    return hours


def weighed(counts: Counts, *, customers: int = 0, score: float = 0.3, taught: bool = True) -> Judged:
    """What bursts make of a topic that its days judged to be calm."""
    start = UNTIL - timedelta(hours=len(counts))
    excluded = np.zeros(len(counts), bool)
    excluded[: -2 * 24] = not taught
    by_days = Judged(score, score, start, 1, 1.0, 0.0, 3.0, per_day=1.0)
    return weigh(by_days, Hours(counts, start, excluded, UNTIL), customers=customers)


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata"])
@pytest.mark.parametrize("hour", [0, 7, 15, 23])
def test_twelve_within_two_hours_are_an_alarm_at_any_time_of_the_day(
    clock: HandClock, ana: Member, hour: int, zone: str
) -> None:
    Organisation.get()
    Organisation.objects.update(time_zone=zone)
    now = clock.now = datetime(2026, 11, 22, hour, 45, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    heard(*calm_weeks(now, facts={"category": "Orders"}), at=now)
    heard(*a_surge(now, facts={"category": "Orders"}), at=now)

    assert Signal.objects.open().filter(stage=SignalStage.WARN).exists()


def test_what_was_seen_and_what_is_usual_are_told() -> None:
    found = weighed(quiet(then=12, earlier=3))

    assert (found.score, found.observed, found.high) == (1.0, 12, 3)
    assert found.expected == pytest.approx(4 / 24, rel=0.2)
    assert UNTIL - found.since == timedelta(hours=4)


def test_it_takes_twice_what_was_the_most_of_eight_weeks() -> None:
    assert weighed(quiet(then=19, earlier=10)).score < 1 <= weighed(quiet(then=10 * TIMES, earlier=10)).score
    assert burst(quiet(then=12, earlier=30, days_ago=COMPARED + 2)).most == 1


def test_what_somebody_called_known_is_not_compared_with() -> None:
    assert weighed(quiet(then=12, earlier=30), taught=False).score == 1


@pytest.mark.parametrize(
    ("customers", "then", "alarms"), [(0, 11, False), (0, 12, True), (30, 6, True), (30, 5, False)]
)
def test_how_many_are_many_follows_from_how_many_customers_there_are(customers: int, then: int, alarms: int) -> None:
    assert (weighed(quiet(then=then), customers=customers).score >= 1) == alarms


def test_louder_days_speak_for_themselves() -> None:
    assert weighed(quiet(then=12), score=1.4).score == 1.4


def test_the_first_hours_of_all_are_compared_with_nothing() -> None:
    assert burst(np.array([2, 3])) == burst(np.array([0, 0, 2, 3]))
