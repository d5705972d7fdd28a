"""The first week of a firm: never silent, and no cry of wolf, whatever its size."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from daylight.watch.series import Counts
from daylight.watch.young import Beginning, judge_young

BEGAN = datetime(2026, 5, 4, 7, tzinfo=UTC)
DAY = np.array([1, 1, 1, 1, 1, 2, 4, 8, 12, 14, 14, 13, 12, 13, 13, 12, 10, 9, 8, 7, 6, 4, 3, 2]) / 171
WEEK = (1.2, 1.1, 1.0, 1.0, 1.0, 0.5, 0.4)
HOURS = 7 * 24


def a_week(rng: np.random.Generator, *, a_day: float, topics: int) -> Counts:
    """The first week of a firm: topics of all sizes, hour by hour, in clumps."""
    shares = rng.dirichlet(np.full(topics, 0.6))
    clock = np.array([DAY[(BEGAN.hour + hour) % 24] for hour in range(HOURS)])
    days = np.array([WEEK[(BEGAN + timedelta(hours=hour)).weekday()] for hour in range(HOURS)])
    mean = np.outer(shares, clock * days) * a_day
    return rng.poisson(rng.gamma(20, mean / 20))


def scores(week: Counts, topic: int, *, customers: int = 0) -> list[float]:
    """Hour by hour, as they would have been seen."""
    every = week.sum(axis=0)
    found = []
    for hour in range(1, HOURS + 1):
        firm = Beginning(BEGAN, every[:hour], customers)
        now = BEGAN + timedelta(hours=hour - 1, minutes=59)
        found.append(judge_young(week[topic, :hour], firm, now, is_whole=False).score)
    return found


@pytest.mark.parametrize(("a_day", "topics", "customers"), [(20, 5, 300), (200, 12, 0), (2_000, 30, 50_000)])
def test_an_ordinary_first_week_calls_nobody_whatever_the_size(a_day: float, topics: int, customers: int) -> None:
    rng = np.random.default_rng(7)
    firms = [a_week(rng, a_day=a_day, topics=topics) for _ in range(2)]

    loudest = [max(scores(week, topic, customers=customers)) for week in firms for topic in range(topics)]

    assert sum(score >= 1 for score in loudest) <= 1


@pytest.mark.parametrize(("a_day", "extra"), [(20, 12), (200, 20), (2_000, 150)])
@pytest.mark.parametrize("day", [1, 3, 5])
def test_a_surge_in_the_first_week_is_an_alarm(a_day: float, extra: int, day: int) -> None:
    week = a_week(np.random.default_rng(11), a_day=a_day, topics=12)
    topic = int(np.argsort(week.sum(axis=1))[6])
    at = day * 24 + 4
    week[topic, at : at + 2] += extra // 2

    assert max(scores(week, topic)[at : at + 2]) >= 1


def test_a_firm_whose_first_words_are_all_about_one_thing_is_warned() -> None:
    trouble = np.array([12])

    judged = judge_young(trouble, Beginning(BEGAN, trouble), BEGAN, is_whole=False)

    assert judged.score >= 1
    assert judged.is_young


def test_many_of_a_thing_among_many_first_words_are_shown_and_call_nobody() -> None:
    judged = judge_young(np.array([30]), Beginning(BEGAN, np.array([45])), BEGAN, is_whole=False)

    assert 0.85 <= judged.score < 1


@pytest.mark.parametrize(("customers", "many"), [(0, 12), (30, 6), (1_000, 12), (100_000, 20)])
def test_how_many_are_many_follows_from_how_many_customers_there_are(customers: int, many: int) -> None:
    assert Beginning(BEGAN, np.zeros(1, np.int64), customers).many == many


def test_everything_together_calls_somebody_only_where_a_good_part_of_all_customers_write() -> None:
    hours = np.array([2] * 30 + [60])
    few = judge_young(hours, Beginning(BEGAN, hours, 50_000), BEGAN + timedelta(hours=30), is_whole=True)
    most = judge_young(hours, Beginning(BEGAN, hours, 500), BEGAN + timedelta(hours=30), is_whole=True)

    assert 0.85 <= few.score < 1 <= most.score
