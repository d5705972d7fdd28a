"""One answer to what a correction sets right and to the language a reader gets, for mail, page and desk alike."""

import pytest

from daylight.incidents.statement import Words, language_for, taken_back

TOLD = Words("Cards fail", "All cards fail.", "Every shop.", "The bank is down.", "We call the bank.", "Take cash.")


def test_only_facts_that_read_otherwise_are_taken_back() -> None:
    now = Words(
        "Some cards fail", "Only two cards fail.", "Every  shop", "The bank is down.", "We wait.", "Take cheques."
    )

    assert taken_back(TOLD, now, was_why_known=True, is_why_known=True) == {"what": "All cards fail."}


def test_a_cause_that_is_no_longer_known_is_taken_back_and_one_learnt_is_not() -> None:
    assert taken_back(TOLD, TOLD, was_why_known=True, is_why_known=False) == {"why": "The bank is down."}
    assert taken_back(TOLD, TOLD, was_why_known=False, is_why_known=True) == {}


@pytest.mark.parametrize(
    ("wanted", "written", "gets"),
    [
        ("de", ["en", "de"], "de"),
        ("de-AT", ["en", "de"], "de"),
        ("pt", ["en", "pt-BR"], "pt-BR"),
        ("fr", ["de", "en"], "en"),
        ("fr", ["de", "nl"], "de"),
        ("fr", [], "en"),
        ("", ["de", "en"], "en"),
    ],
)
def test_the_language_that_a_reader_gets(wanted: str, written: list[str], gets: str) -> None:
    assert language_for(wanted, written, fallback="en") == gets
