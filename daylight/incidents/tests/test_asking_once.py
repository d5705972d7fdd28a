"""The checker on answers and on the phone line: it asks about words that dodge, and never about what is left out."""

import pytest

from daylight.accounts.models import Member
from daylight.incidents.asking_once import questions
from daylight.incidents.tests.makers import an_incident, an_update


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("We are sorry if anyone was upset.", "says sorry only in case"),
        ("You failed to enter your number.", "puts the fault on the reader"),
        ("We will update you shortly.", "Without a time"),
        ("We guarantee that this will never happen again.", "will be quoted back"),
        ("You get it by [when?].", "was to be filled in"),
    ],
)
def test_words_that_dodge_are_asked_about(text: str, about: str) -> None:
    assert any(about in question for question in questions(text, language="en"))


@pytest.mark.parametrize("text", ["Your parcel comes on Friday.", "Thank you, that helps us.", "Nous sommes désolés."])
def test_what_a_short_answer_leaves_out_is_no_fault(text: str) -> None:
    assert questions(text, language="fr" if text.startswith("Nous") else "en") == []


@pytest.mark.django_db
def test_an_answer_that_contradicts_the_latest_update_is_asked_about(ana: Member) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=ana, who="200 customers are affected.")

    asked = questions("700 customers are affected.", language="en", about=incident)

    assert any("200 customers" in question for question in asked)
