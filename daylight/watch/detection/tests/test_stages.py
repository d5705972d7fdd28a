"""Stages rise at once, are told once, and end only after quiet."""

from datetime import datetime, timedelta

from daylight.watch.detection.stages import CALM, Stage, step

START = datetime.fromisoformat("2024-01-01")


def told(scores: list[float]) -> tuple[list[Stage], list[Stage]]:
    episode, stages, news = CALM, [], []
    for day, score in enumerate(scores):
        episode, new = step(episode, score, START + timedelta(days=day))
        stages.append(episode.stage)
        news.append(new)
    return stages, news


def test_one_alarm_for_each_stage_of_an_episode() -> None:
    stages, news = told([0.2, 0.9, 1.1, 0.95, 1.2, 2.6, 1.1, 2.7])
    assert stages == [0, 1, 2, 2, 2, 3, 3, 3]
    assert news == [0, 1, 2, 0, 0, 3, 0, 0]


def test_a_score_that_trembles_at_the_edge_is_one_episode() -> None:
    _, news = told([1.01, 0.99, 1.01, 0.7, 1.02, 0.65, 1.0])
    assert [new for new in news if new] == [Stage.WARN]


def test_an_episode_ends_after_quiet_and_the_next_is_told_again() -> None:
    stages, news = told([1.1, 0.3, 0.3, 0.3, 0.2, 1.1])
    assert stages[3] is Stage.CALM
    assert news == [2, 0, 0, 0, 0, 2]


def test_quiet_that_is_broken_begins_anew() -> None:
    stages, _ = told([1.1, 0.3, 0.8, 0.3, 0.8, 0.3])
    assert stages[-1] is Stage.WARN
