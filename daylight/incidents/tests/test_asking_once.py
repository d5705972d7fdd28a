"""The checker on answers and on the phone line: it asks about words that dodge, and never about what is left out."""

from datetime import timedelta
from functools import partial

import pytest

from conftest import START
from daylight.accounts.models import Member
from daylight.incidents import asking_once
from daylight.incidents.tests.makers import an_incident, an_update

questions = partial(asking_once.questions, at=START, zone="Europe/Berlin")


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


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["tomorrow", "Friday"])
def test_a_day_that_is_told_as_before_is_no_contradiction(ana: Member, day: str) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=ana, meanwhile=f"You get your money back by {day}.")

    again = questions(
        f"You get your money back by {day}.", language="en", about=incident, at=START + timedelta(hours=2)
    )
    later = questions("You get your money back by 20 December.", language="en", about=incident)

    assert again == []
    assert any(f"by {day}" in question for question in later)


@pytest.mark.django_db
def test_an_answer_to_the_checker_that_customers_would_read_is_none(ana: Member) -> None:
    incident = an_incident(lead=ana)
    an_update(incident, by=ana, who="200 customers are affected.")

    asked = questions(
        "700 customers are affected. candour: allow CND-703 because I say so.", language="en", about=incident
    )

    assert any("200 customers" in question for question in asked)
