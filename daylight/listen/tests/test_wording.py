"""An answer is looked at before it goes: it asks, and never refuses."""

import pytest

from daylight.listen import wording


@pytest.mark.parametrize(
    ("text", "effect", "asks"),
    [
        ("You can open your shop on Saturday.", "cannot open the shop", False),
        ("Wir wissen, dass Ihre Miete fällig ist.", "kann die Miete nicht zahlen", False),
        ("We are sorry.", "cannot heat the kitchen", True),
        ("We are sorry.", "", False),
    ],
)
def test_it_names_what_the_matter_means_for_them(text: str, effect: str, asks: bool) -> None:
    assert bool(wording.questions(text, effect=effect)) == asks


@pytest.mark.parametrize(
    "text",
    [
        "You should have read the mail.",
        "That was your own mistake.",
        "As we already told you, it is late.",
        "Sie hätten das früher melden müssen.",
        "Das war Ihr Fehler.",
        "C'est votre erreur.",
        "Ha sido su culpa.",
    ],
)
def test_looking_for_fault_is_asked_about(text: str) -> None:
    assert "whose fault" in wording.questions(text, effect="")[0]


@pytest.mark.parametrize(
    "text",
    ["This happens to many. I have put it right.", "We made a mistake.", "You have a new link.", "Ihr Paket ist da."],
)
def test_helpful_words_are_not_asked_about(text: str) -> None:
    assert wording.questions(text, effect="") == []
