from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from daylight.core import clock, database_clock


@pytest.fixture(autouse=True)
def as_it_was():  # type: ignore[no-untyped-def]
    before = clock.correction()
    yield
    clock.correct(before)


@pytest.mark.django_db
def test_a_machine_whose_clock_is_a_minute_off_takes_the_time_of_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class FastClock(datetime):
        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def]
            return datetime.now(tz) + timedelta(minutes=1)

    monkeypatch.setattr(database_clock, "datetime", FastClock)
    monkeypatch.setattr(clock, "datetime", FastClock)

    database_clock.follow(connection)

    apart = abs(clock.now() - datetime.now(UTC))
    if connection.vendor == "postgresql":
        assert apart < timedelta(seconds=2)
    else:
        assert apart > timedelta(seconds=58)  # One machine, one clock: nothing to compare with.


@pytest.mark.django_db
def test_what_the_measurement_cannot_tell_changes_nothing() -> None:
    database_clock.follow(connection)
    first = clock.correction()
    database_clock.follow(connection)

    assert abs(clock.correction() - first) < timedelta(milliseconds=50)
    assert abs(first) < timedelta(seconds=2)
