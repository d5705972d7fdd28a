"""Stages by score, and what many topics ask of a warning."""

import numpy as np
import pytest

from daylight.watch.detection import score_counts
from daylight.watch.detection.stages import HIGHEST, Stage, reached, warn_at
from daylight.watch.detection.tests.test_score_counts import START


@pytest.mark.parametrize(
    ("score", "strength", "customers", "stage"),
    [
        (0.5, 0.5, 50, Stage.CALM),
        (0.9, 0.9, 50, Stage.WATCH),
        (1.1, 1.1, 50, Stage.WARN),
        (1.1, 2.6, 50, Stage.CRISIS),
        (1.1, 2.6, 7, Stage.WARN),
        (0.9, 2.6, 50, Stage.WATCH),
        (1.1, 1.1, 2, Stage.CALM),
    ],
)
def test_a_stage_needs_its_score_and_its_customers(score: float, strength: float, customers: int, stage: Stage) -> None:
    assert reached(score, strength=strength, customers=customers) is stage


def test_the_more_topics_are_watched_the_surer_a_warning_must_be() -> None:
    bars = [warn_at(topics) for topics in (1, 60, 300, 3_000, 1_000_000)]

    assert bars[0] == bars[1] == 1
    assert 1.1 < bars[2] == bars[4] == HIGHEST
    assert reached(1.1, strength=1.1, customers=50, warn=warn_at(300)) is Stage.WATCH
    assert reached(1.02, strength=2.6, customers=7, warn=warn_at(300)) is Stage.WARN


def test_three_hundred_restless_topics_call_somebody_once_a_week_at_most() -> None:
    rng, topics, weeks = np.random.default_rng(5), 300, 30
    called, bar = 0, warn_at(topics)
    for mean in 10 ** rng.uniform(-1, 2, topics):
        clumps = rng.gamma(2, mean / 2, 7 * weeks)
        bursts = np.where(rng.random(7 * weeks) < 0.004, 1 + rng.exponential(2), 1)
        scores = score_counts(rng.poisson(clumps * bursts), "D", START)[60:]
        called += int(((scores[1:] >= bar) & (scores[:-1] < bar)).sum())

    assert called <= weeks - 60 / 7
