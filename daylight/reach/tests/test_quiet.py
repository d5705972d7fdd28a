"""Quiet hours on the clock of the customer's wall, through the nights on which the clock is changed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daylight.reach.quiet import USUAL, Quiet

BERLIN, START = ZoneInfo("Europe/Berlin"), datetime(2020, 1, 1, tzinfo=UTC)


def at(text: str, zone: ZoneInfo = BERLIN, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "over"),
    [
        ("2026-05-04T21:59", None),
        ("2026-05-04T22:00", "2026-05-05T07:00"),
        ("2026-05-05T00:30", "2026-05-05T07:00"),
        ("2026-05-05T06:59", "2026-05-05T07:00"),
        ("2026-05-05T07:00", None),
    ],
)
def test_the_usual_night(now: str, over: str | None) -> None:
    assert USUAL.over_at(at(now), BERLIN) == (at(over) if over else None)


def test_a_rest_within_one_day() -> None:
    nap = Quiet(time(13), time(15))

    assert nap.over_at(at("2026-05-04T14:00"), BERLIN) == at("2026-05-04T15:00")
    assert nap.over_at(at("2026-05-04T23:00"), BERLIN) is None


@pytest.mark.parametrize("quiet", [Quiet(always_tell=True), Quiet(time(7), time(7))])
def test_whoever_wants_to_hear_at_any_hour_does(quiet: Quiet) -> None:
    assert quiet.over_at(at("2026-05-05T03:00"), BERLIN) is None


def test_it_is_the_customers_clock_that_counts() -> None:
    now = datetime(2026, 5, 4, 20, 0, tzinfo=UTC)

    assert USUAL.over_at(now, ZoneInfo("Europe/Berlin")) == datetime(2026, 5, 5, 5, 0, tzinfo=UTC)
    assert USUAL.over_at(now, ZoneInfo("America/New_York")) is None
    assert USUAL.over_at(now, ZoneInfo("Asia/Kathmandu")) == datetime(2026, 5, 5, 1, 15, tzinfo=UTC)


def test_the_short_night_is_an_hour_shorter_and_the_long_one_longer() -> None:
    spring, autumn = at("2026-03-28T22:00"), at("2026-10-24T22:00")

    assert USUAL.over_at(spring, BERLIN) == spring + timedelta(hours=8)
    assert USUAL.over_at(autumn, BERLIN) == autumn + timedelta(hours=10)


def test_an_end_that_the_clock_shows_twice_or_leaps_over() -> None:
    until_half_past_two = Quiet(time(22), time(2, 30))

    assert until_half_past_two.over_at(at("2026-10-25T01:00"), BERLIN) == at("2026-10-25T02:30")
    second = at("2026-10-25T02:10", fold=1)
    assert until_half_past_two.over_at(second, BERLIN) == second + timedelta(minutes=20)
    assert until_half_past_two.over_at(at("2026-03-29T01:00"), BERLIN) == at("2026-03-29T03:30")


@given(
    st.integers(0, 15 * 366 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes)),
    st.times(),
    st.times(),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)
def test_a_quiet_always_ends_within_a_long_day_and_then_is_over(
    now: datetime, starts: time, ends: time, name: str
) -> None:
    quiet, zone = Quiet(starts, ends), ZoneInfo(name)

    over = quiet.over_at(now, zone)

    assert (over is not None) == quiet.holds(now, zone)
    if over is not None:
        assert now < over <= now + timedelta(hours=50)
        assert not quiet.holds(over, zone)
