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
