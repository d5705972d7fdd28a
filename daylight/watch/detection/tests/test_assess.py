"""What a person is told of a stream: expected, interval, window, doubling; and what may teach it."""

from datetime import date, datetime

import numpy as np
import pytest

from daylight.watch.detection import assess, newest, score_counts
from daylight.watch.detection.tuning import KEPT_DAYS

START = datetime.fromisoformat("2024-01-01")
WEEK = np.array([20, 18, 17, 19, 15, 3, 2])


def stream(days: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(np.tile(WEEK, days // 7 + 1)[:days])


def test_the_expected_follows_the_week_and_the_interval_holds_most_days() -> None:
    counts = stream(420)
    seen = assess(counts, "D", START)
    assert seen.expected[203:210] == pytest.approx(WEEK, rel=0.35)
    inside = ((counts >= seen.low) & (counts <= seen.high))[100:]
    assert 0.9 < inside.mean() <= 1
    assert (seen.score == score_counts(counts, "D", START)).all()


def test_the_expected_goes_with_the_season() -> None:
    day = np.arange(3 * 365)
    usual = 400 * np.exp(0.5 * np.sin(2 * np.pi * day / 365))
    seen = assess(np.random.default_rng(16).poisson(usual), "D", START)
    off = np.abs(np.log(seen.expected / usual))[120:]
    assert off.mean() < 0.1
    assert (seen.score[120:] >= 1).sum() <= 5


def test_a_surge_says_since_when_and_how_fast_it_doubles() -> None:
    counts = stream(300)
    counts[290:300] += np.array([2, 3, 5, 7, 10, 14, 20, 28, 40, 56])
    seen = assess(counts, "D", START)
    assert seen.score[-1] >= 1
    assert 289 <= seen.since[-1] <= 299
    assert seen.since[-1] == 300 - seen.window[-1]
    assert 12 < seen.doubling_hours[-1] < 400
    assert np.isnan(assess(np.repeat(5, 50), "D", START).doubling_hours[-1])


def test_excluded_days_teach_nothing() -> None:
    counts = stream(300)
    loud = counts.copy()
    loud[270:292] += 40
    excluded = np.zeros(300, dtype=bool)
    excluded[270:292] = True
    plain, known = assess(counts, "D", START), assess(loud, "D", START, excluded=excluded)
    assert known.expected[-1] == pytest.approx(plain.expected[-1], rel=0.2)
    with pytest.raises(ValueError, match="every bucket"):
        assess(counts, "D", START, excluded=excluded[:5])


def test_a_holiday_is_expected_to_be_like_a_sunday() -> None:
    counts = stream(203)
    holiday = date(2024, 7, 18)  # A Thursday.
    at = holiday.toordinal() - START.toordinal()
    seen = assess(counts, "D", START, holidays=[holiday])
    assert seen.expected[at] == pytest.approx(2, abs=1.5)
    assert seen.expected[at - 1] > 12


def test_the_newest_day_is_compared_with_the_part_of_it_that_has_come_in() -> None:
    counts = stream(210)
    counts[-1] = 20
    whole, half = assess(counts, "D", START), assess(counts, "D", START, completeness=[0.8, 0.5])
    assert half.expected[-2:] == pytest.approx(whole.expected[-2:] * [0.8, 0.5])
    assert half.score[-1] > whole.score[-1]


def test_three_days_of_history_and_thirty_complaints_today_is_an_alarm() -> None:
    for counts in ([2, 1, 3, 30], [0, 0, 0, 30], [1, 0, 4, 12, 30]):
        assert score_counts(np.array(counts), "D", START)[-1] >= 1
    hours = np.concatenate([np.random.default_rng(2).poisson(0.1, 72), [6, 12, 12]])
    assert score_counts(hours, "H", START)[-1] >= 1


def test_a_young_stream_borrows_the_level_of_its_parent() -> None:
    counts = np.array([0, 1, 9])
    assert assess(counts, "D", START).score[-1] > assess(counts, "D", START, usual=8.0).score[-1]


def test_the_newest_score_needs_no_more_than_what_is_kept() -> None:
    counts = np.random.default_rng(6).negative_binomial(3, 0.2, KEPT_DAYS + 150)
    counts[-3:] += 25
    assert newest(counts, "D", START) == pytest.approx(score_counts(counts, "D", START)[-1], abs=1e-6)
    assert newest(np.zeros(0, dtype=int), "D", START) == 0


def test_an_hour_the_clock_repeats_or_skips_makes_no_alarm() -> None:
    day = np.array([1] * 7 + [20] * 12 + [3] * 5)
    counts = np.random.default_rng(7).poisson(np.tile(day, 60))
    shifted = np.concatenate([counts[: 40 * 24 + 2], counts[40 * 24 + 3 :]])
    for start in (START, START.astimezone()):
        assert score_counts(shifted, "H", start)[30 * 24 :].max() < 1


def test_a_louder_stream_is_not_more_nervous() -> None:
    alarms = [
        (score_counts(np.random.default_rng(8).poisson(mean, 2000), "D", START)[100:] >= 1).sum()
        for mean in (0.2, 2, 20, 2000, 100_000)
    ]
    assert max(alarms) <= 6
