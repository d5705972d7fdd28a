"""Messages that ask for news are told from all others, judged on sets of our own words."""

from collections.abc import Sequence

import pytest

from daylight.listen.understanding import chasers
from daylight.listen.understanding.tests.labelling import LABELLED, Labelled, labelled

VOICES = ("first_voice", "second_voice", "third_voice", "fourth_voice", "fifth_voice")


def figures(messages: Sequence[Labelled]) -> tuple[float, float, list[str]]:
    """Precision, recall, and what was mistaken."""
    found = [(one, chasers.read(one.text, one.subject).is_chaser) for one in messages]
    right = sum(one.is_chaser and said for one, said in found)
    mistaken = [one.text for one, said in found if one.is_chaser is not said]
    precision = right / max(1, sum(said for _, said in found))
    return precision, right / max(1, sum(one.is_chaser for one, _ in found)), mistaken


@pytest.mark.parametrize("voice", VOICES)
def test_chasers_of_every_voice_are_found_and_little_else(voice: str) -> None:
    precision, recall, mistaken = figures(list(labelled(LABELLED / f"{voice}.txt")))
    assert precision >= 0.95, mistaken
    assert recall >= 0.9, mistaken


@pytest.mark.parametrize("language", ["en", "de"])
def test_both_languages_are_read_as_well(language: str) -> None:
    messages = [one for voice in VOICES for one in labelled(LABELLED / f"{voice}.txt") if one.language == language]
    precision, recall, mistaken = figures(messages)
    assert min(precision, recall) >= 0.94, mistaken


def of_all(folder: str) -> list[Labelled]:
    """The messages of all voices in one folder."""
    return [one for path in sorted((LABELLED / folder).glob("*.txt")) for one in labelled(path)]


def test_people_from_whom_the_weights_were_learnt_are_understood() -> None:
    precision, recall, mistaken = figures(of_all("people"))
    assert min(precision, recall) >= 0.9, mistaken


def test_people_from_whom_nothing_was_learnt_are_understood_nearly_as_well() -> None:
    precision, recall, mistaken = figures(of_all("sealed"))
    assert precision >= 0.95, mistaken
    assert recall >= 0.85, mistaken


def test_the_same_words_weigh_more_where_somebody_wrote_before() -> None:
    first = chasers.read("Is there an outage in Leeds at the moment?")
    again = chasers.read("Still down here in Leeds, any news?")
    assert not first.is_chaser
    assert again.score > first.score
    assert again.is_chaser


@pytest.mark.parametrize(
    "text",
    [
        "Buongiorno, il mio pacco è arrivato rotto e vorrei restituirlo, grazie mille.",
        "Goedemorgen, mijn pakket is beschadigd aangekomen en ik wil het graag terugsturen.",
        "Dzień dobry, paczka przyszła uszkodzona i chciałbym ją zwrócić, dziękuję bardzo.",
        "荷物が壊れて届きました。返品したいです。",
        "السلام عليكم وصلت الطلبية مكسورة وأريد إرجاعها من فضلكم شكرا جزيلا",
    ],
)
def test_languages_that_are_not_known_are_left_alone(text: str) -> None:
    assert not chasers.read(text).is_chaser


def test_hardly_an_ordinary_report_is_called_a_chaser() -> None:
    ordinary = list(labelled(LABELLED / "ordinary.txt"))
    false = [one.text for one in ordinary if chasers.read(one.text, one.subject).is_chaser]
    assert len(ordinary) >= 200
    assert len(false) <= len(ordinary) / 100, false


def test_the_phrase_that_shows_it_is_given() -> None:
    found = chasers.read("Dear team,\n\nthe shop is down. Any update on the outage? We open at nine.")
    assert found.is_chaser
    assert found.because == "Any update"


def test_what_we_wrote_ourselves_is_not_read_as_theirs() -> None:
    quoted = "Thank you, that helps.\n\nOn Mon, 4 May 2026, Support wrote:\n> Any update? We are still waiting.\n"
    assert not chasers.read(quoted).is_chaser
    assert not chasers.read("Thank you, that helps.", "Re: Any news for you").is_chaser
    assert chasers.read("The shop is closed, as you know.", "Any news?").is_chaser


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "🤷", "0" * 5_000, "a" * 100_000, "\u202eabc", ">" * 300])
def test_whatever_comes_is_read(text: str) -> None:
    assert not chasers.read(text).is_chaser
