"""One score for each bucket: causal, finite, silent on nothing and awake at once."""

from datetime import UTC, datetime

import numpy as np
import pytest

from daylight.watch.detection import score_counts

START = datetime.fromisoformat("2024-01-01")


def test_a_score_depends_on_nothing_that_comes_later() -> None:
    chance = np.random.default_rng(3)
    for freq in ("D", "H"):
        counts = chance.poisson(5, 600)
        whole = score_counts(counts, freq, START)
        for end in (1, 20, 99, 350, 599):
            assert score_counts(counts[:end], freq, START) == pytest.approx(whole[:end], abs=1e-9)


@pytest.mark.parametrize("counts", [[], [0], [7], [0] * 400, [10**12] * 300, [0] * 200 + [10**9]])
def test_every_row_of_counts_has_finite_scores(counts: list[int]) -> None:
    for freq in ("D", "H"):
        scores = score_counts(np.array(counts, dtype=np.int64), freq, START)
        assert len(scores) == len(counts)
        assert np.isfinite(scores).all()


def test_what_cannot_be_counts_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="none below zero"):
        score_counts(np.array([1, -1]), "D", START)
    with pytest.raises(ValueError, match="whole numbers"):
        score_counts(np.array([1.5]), "D", START)
    with pytest.raises(ValueError, match="one row"):
        score_counts(np.array([[1]]), "D", START)
    with pytest.raises(ValueError, match="not 'W'"):
        score_counts(np.array([1]), "W", START)  # type: ignore[arg-type]


def test_a_start_with_and_without_zone_say_the_same() -> None:
    counts = np.random.default_rng(4).poisson(3, 500)
    assert (score_counts(counts, "H", START) == score_counts(counts, "H", START.replace(tzinfo=UTC))).all()


def test_a_spike_and_a_ramp_are_noticed() -> None:
    counts = np.random.default_rng(5).poisson(10, 400)
    spike, ramp = counts.copy(), counts.copy()
    spike[300] += 40
    ramp[300:310] += np.arange(1, 11) * 2
    assert score_counts(counts, "D", START)[290:320].max() < 1
    assert score_counts(spike, "D", START)[300] >= 1
    assert score_counts(ramp, "D", START)[300:310].max() >= 1


def test_plain_chance_is_seldom_an_alarm() -> None:
    chance = np.random.default_rng(11)
    alarms = 0
    for mean in (0.3, 1, 3, 10, 30, 100, 1000, 10_000):
        scores = score_counts(chance.poisson(mean, 365 * 5 + 100), "D", START)[100:] >= 1
        alarms += int((np.diff(scores.astype(int), prepend=0) == 1).sum())
    assert alarms <= 12  # In forty stream-years.


def test_days_and_nights_are_no_alarm() -> None:
    day = np.array([1] * 7 + [20] * 12 + [3] * 5)
    counts = np.random.default_rng(12).poisson(np.tile(day, 90))
    assert score_counts(counts, "H", START)[14 * 24 :].max() < 1


def test_a_spike_of_hours_and_a_ramp_of_days_are_noticed_in_hours() -> None:
    counts = np.random.default_rng(13).poisson(np.tile([1] * 8 + [12] * 10 + [3] * 6, 60))
    spike, ramp = counts.copy(), counts.copy()
    spike[1000:1006] += 15
    ramp[1000:1096] += np.linspace(0, 8, 96).astype(int)
    assert score_counts(spike, "H", START)[1000:1006].max() >= 1
    assert score_counts(ramp, "H", START)[1000:1096].max() >= 1


def test_past_outbreaks_do_not_hide_the_next() -> None:
    counts = np.random.default_rng(14).poisson(10, 500)
    alone = counts.copy()
    for first in (300, 350, 400):
        counts[first : first + 10] += 25
    for row in (counts, alone):
        row[450:460] += np.arange(1, 11) * 2
    assert score_counts(counts, "D", START)[450:460].max() >= 1
    late = score_counts(counts, "D", START)[450:460].max()
    assert late >= 0.7 * score_counts(alone, "D", START)[450:460].max()


def test_the_order_of_magnitude_of_the_type_does_not_matter() -> None:
    counts = np.random.default_rng(15).poisson(3, 300)
    whole = score_counts(counts, "D", START)
    for kind in (np.int8, np.uint16, np.int32, np.uint64):
        assert (score_counts(counts.astype(kind), "D", START) == whole).all()
