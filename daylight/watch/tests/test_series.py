"""The counts of a topic as the detector gets them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daylight.accounts.holidays import Holidays
from daylight.watch.judged import assessed
from daylight.watch.models import TopicDay
from daylight.watch.series import by_hour

UNTIL = datetime(2026, 12, 26, 23, 30, tzinfo=UTC)


def test_a_holiday_of_the_firm_is_expected_to_be_as_quiet_as_a_sunday() -> None:
    days = [(UNTIL - timedelta(days=number)).date() for number in range(100)]
    rows = [TopicDay(topic_id=1, day=day, hours=[2 if day.weekday() < 5 else 0] * 24) for day in days]
    series = by_hour(rows, until=UNTIL, zone=ZoneInfo("UTC"), days_off=Holidays(frozenset({"12-25"}))).series("D")

    expected = assessed(series).expected

    assert series.days_off == (date(2026, 12, 25),)
    assert expected[-3] == pytest.approx(48, rel=0.2)
    assert expected[-2] < 5
