"""The scores of `bin/bench candour`: counts, intervals by source, folds, thresholds chosen elsewhere, good texts."""

import json
from pathlib import Path

import numpy as np
import pytest


def bools(said: str) -> "np.typing.NDArray[np.bool_]":
    return np.array([letter == "1" for letter in said])


def test_a_score_is_precision_recall_and_their_harmonic_mean() -> None:
    from benchmarks.candid import scoring

    drawn = scoring.resamples("abcdef", 200, seed=1)

    score = scoring.score(bools("110100"), bools("101100"), drawn)

    assert (score.precision, score.recall, score.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert score.positives == 3
    assert score.interval[0] < score.f1 < score.interval[1]


def test_nothing_found_scores_nothing_and_divides_by_nothing() -> None:
    from benchmarks.candid import scoring

    score = scoring.score(bools("000"), bools("101"), scoring.resamples("abc", 50, seed=1))

    assert (score.precision, score.recall, score.f1, score.interval) == (0, 0, 0, (0, 0))


def test_texts_of_one_source_are_drawn_together() -> None:
    from benchmarks.candid import scoring

    drawn = scoring.resamples(["a", "a", "b", "b", "b"], 100, seed=3)

    assert (drawn[:, 0] == drawn[:, 1]).all()
    assert (drawn[:, 2] == drawn[:, 4]).all()
    assert set((drawn[:, 0] + drawn[:, 2]).tolist()) == {2}


def test_the_interval_leaves_out_resamples_without_a_positive() -> None:
    from benchmarks.candid import scoring

    drawn = scoring.resamples("abcd", 500, seed=1)

    score = scoring.score(bools("1000"), bools("1000"), drawn)

    assert score.interval == (1, 1)


def test_folds_keep_sources_whole_and_are_of_like_size() -> None:
    from benchmarks.candid import scoring

    groups = list("aaaaaabbbbcccdde")

    fold = scoring.folds(groups, 3)

    assert all(
        len({number for number, group in zip(fold, groups, strict=True) if group == one}) == 1 for one in "abcde"
    )
    assert sorted(np.bincount(fold).tolist()) == [5, 5, 6]


def test_a_threshold_is_chosen_on_the_other_folds_only() -> None:
    from benchmarks.candid import scoring

    values, labels = np.array([1.0, 5, 9, 1, 5, 9]), bools("001011")
    fold = np.array([0, 0, 0, 1, 1, 1])

    flags = scoring.tuned(values, labels, fold)

    assert flags.tolist() == [False, True, True, False, False, True]


def test_a_threshold_may_point_downward() -> None:
    from benchmarks.candid import scoring

    found = scoring.best_threshold(np.array([10.0, 20, 80, 90]), bools("1100"))

    assert found == scoring.Threshold(20, is_upward=False)


def labelled(path: Path, **labels: int) -> Path:
    row = {"id": "x", "source": "Acme status incident 7 (2026-01-02)", "stage": "investigating", "text": "…"}
    path.write_text(json.dumps({**row, "labels": labels}) + "\n\n", encoding="utf-8")
    return path


def test_a_good_text_carries_what_its_stage_owes_and_does_not_dodge(tmp_path: Path) -> None:
    from benchmarks.candid.texts import texts_of

    due = {"states_what": 1, "states_action": 1, "states_next_update_time": 1}

    [good] = texts_of(labelled(tmp_path / "good", **due))
    [late] = texts_of(labelled(tmp_path / "late", **{**due, "states_next_update_time": 0}))
    [sly] = texts_of(labelled(tmp_path / "sly", **due, evasive_minimising=1))

    assert (good.stage, good.publisher) == ("acknowledge", "Acme status")
    assert (good.is_good, late.is_good, sly.is_good) == (True, False, False)


def test_a_false_error_is_any_error_in_a_good_text(tmp_path: Path) -> None:
    from benchmarks.candid.ours import false_errors
    from benchmarks.candid.texts import texts_of

    texts = texts_of(labelled(tmp_path / "good", states_what=1, states_action=1, states_next_update_time=1))

    found = false_errors(texts)

    assert found.good == 1
    assert found.rules["CND-101"] == 1
    assert found.per_ten == 10 * sum(found.rules.values())


def test_texts_for_the_clock_have_eighty_words_each() -> None:
    from benchmarks.candid.speed import TEXTS, texts_of_eighty_words

    made = texts_of_eighty_words(["one two three", "four five"], seed=1)

    assert {len(text.split()) for text in made} == {80}
    assert len(made) == TEXTS
    assert len(set(made)) > TEXTS / 2
