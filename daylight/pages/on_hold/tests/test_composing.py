"""What a caller on hold hears: the worst first, in spoken words, no longer than anybody listens, never untrue."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daylight.incidents.models import Update
from daylight.incidents.words import ComponentState, Kind
from daylight.pages.facts import ComponentFacts
from daylight.pages.on_hold.composing import compose
from daylight.pages.on_hold.facts import LETTERS_A_SECOND, VALID_FOR, Choices, OwnWords, Says
from daylight.pages.on_hold.tests.makers import NOW, a_page, an_incident, words
from daylight.reach.words import LANGUAGES

USUAL = Choices()


def test_one_incident_is_told_with_its_next_word() -> None:
    told = words(what="Card payments fail at the last step.", meanwhile="Pay by invoice, e.g. by mail.")

    spoken = compose(a_page(an_incident(told=told)), choices=USUAL)

    assert spoken.text == (
        "This is Nordlicht. We know of a problem. Checkout fails for card payments. Card payments fail at the last"
        " step. Pay by invoice, for example, by mail. We speak again by 2:30 PM, Berlin time."
    )
    assert spoken.says == Says.TROUBLE
    assert spoken.valid_until == NOW + VALID_FOR
    assert spoken.next_update_by == NOW + timedelta(minutes=30)


def test_the_worst_comes_first_and_the_others_are_named() -> None:
    small = an_incident(1, severity=3, told=words("Invoices come late"), promised_in=90)
    large = an_incident(2, severity=1)

    spoken = compose(a_page(small, large), choices=USUAL)

    assert spoken.text.startswith("This is Nordlicht. We know of 2 problems. The worst first. Checkout fails")
    assert spoken.text.endswith(
        "We speak again by 2:30 PM, Berlin time. One more problem is known: Invoices come late."
    )
    assert spoken.incidents == (large.public_id, small.public_id)
    assert spoken.unnamed == 0


def test_what_does_not_fit_is_counted() -> None:
    many = [an_incident(number, told=words("A long headline that says a lot " * 3)) for number in range(1, 8)]

    spoken = compose(a_page(*many), choices=Choices(longest_seconds=20))

    assert spoken.text.endswith("6 more problems are known.")
    assert spoken.unnamed == 6


def test_a_promise_that_is_late_is_said_to_be_late() -> None:
    spoken = compose(a_page(an_incident(promised_in=-5)), choices=USUAL)

    assert spoken.text.endswith("We promised news by 1:55 PM, Berlin time. It is late, and we are sorry.")


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (2, "by 4 PM, Berlin time."),
        (14, "by tomorrow, 4 AM, Berlin time."),
        (24 * 3, "by Thursday, 7 May, 2 PM, Berlin time."),
    ],
)
def test_the_next_word_is_told_with_its_day_where_it_is_another(hours: int, said: str) -> None:
    spoken = compose(a_page(an_incident(promised_in=60 * hours)), choices=USUAL)

    assert spoken.text.endswith(said)


def test_all_is_well_or_nothing_as_the_crew_chose() -> None:
    assert compose(a_page(), choices=USUAL).text == "This is Nordlicht. As far as we know, everything works."
    nothing = compose(a_page(), choices=Choices(says_all_is_well=False))
    assert (nothing.text, nothing.says) == ("", Says.NOTHING)


def test_it_never_says_that_all_is_well_while_something_is_broken() -> None:
    broken = ComponentFacts("c1", "shop", "Shop & app", "", "", "", 0, ComponentState.PARTIAL_OUTAGE, NOW, NOW, days=())

    spoken = compose(a_page(components=(broken,)), choices=USUAL)

    assert spoken.says == Says.TROUBLE
    assert spoken.text == "This is Nordlicht. Trouble is known with: Shop and app."


def test_an_incident_of_which_nothing_was_published_is_admitted() -> None:
    spoken = compose(a_page(an_incident(is_told=False)), choices=USUAL)

    assert spoken.text == "This is Nordlicht. Something may be wrong, and we are looking into it."


def test_planned_work_is_told_once_it_has_begun() -> None:
    work = an_incident(kind=Kind.MAINTENANCE, is_planned=True, told=words("We move the shop"), planned_from=NOW)
    later = replace(work, planned_from=NOW + timedelta(days=1))

    assert "Planned work is going on. We move the shop." in compose(a_page(work), choices=USUAL).text
    assert compose(a_page(later), choices=USUAL).says == Says.WELL


def test_a_correction_says_so() -> None:
    spoken = compose(a_page(an_incident(update_kind=Update.Kind.CORRECTION)), choices=USUAL)

    assert "We know of a problem. This corrects what we told you before. Checkout fails" in spoken.text


def test_what_is_not_written_in_the_language_of_the_line_is_not_read_out_in_it() -> None:
    spoken = compose(a_page(an_incident(), language="de"), choices=USUAL)

    assert spoken.text == (
        "Hier ist Nordlicht. Uns ist eine Störung bekannt. Einzelheiten auf Deutsch liegen noch nicht vor."
        " Wir melden uns wieder bis 14 Uhr 30, Zeit in Berlin."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_of_the_page_speaks(language: str) -> None:
    page = a_page(an_incident(1, told=words(language=language)), an_incident(2), language=language)

    spoken = compose(page, choices=USUAL)

    assert "Checkout fails for card payments." in spoken.text
    assert "{" not in spoken.text


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (30, "Volvemos a informar antes de las 14 horas 30, hora de Berlin."),
        (11 * 60, "Volvemos a informar antes de mañana a la 1 hora, hora de Berlin."),
        (50 * 60, "Volvemos a informar antes del miércoles 6 de mayo a las 16 horas, hora de Berlin."),
    ],
)
def test_a_time_is_said_with_its_article(minutes: int, said: str) -> None:
    spoken = compose(a_page(an_incident(promised_in=minutes), language="es"), choices=USUAL)

    assert said in spoken.text


def test_own_words_are_said_while_the_facts_stand_and_no_longer() -> None:
    incident = an_incident()
    stamp = compose(a_page(incident), choices=USUAL).stamps[incident.public_id]
    own = {incident.public_id: OwnWords("Cards fail; invoices work. See https://firm.example/help.", stamp)}

    standing = compose(a_page(incident), choices=USUAL, own=own)
    after = an_incident(told=words("Checkout works again for most"))
    fallen = compose(a_page(after), choices=USUAL, own=own)

    assert "Cards fail; invoices work. We speak again" in standing.text
    assert standing.own_words == (incident.public_id,)
    assert "Checkout works again for most." in fallen.text
    assert fallen.own_words == ()


def test_the_stamp_of_the_facts_moves_with_a_promise_that_was_broken() -> None:
    kept, late = (compose(a_page(an_incident(promised_in=minutes)), choices=USUAL) for minutes in (30, -1))

    assert kept.facts_stamp != late.facts_stamp
    assert kept.facts_stamp == compose(a_page(an_incident(), now=NOW + timedelta(minutes=2)), choices=USUAL).facts_stamp


@given(
    headlines=st.lists(st.text(min_size=1, max_size=120), min_size=1, max_size=6),
    what=st.text(max_size=900),
    seconds=st.integers(min_value=30, max_value=120),
)
def test_it_keeps_to_its_length_whatever_is_written(headlines: list[str], what: str, seconds: int) -> None:
    incidents = [
        an_incident(number, told=words(headline, what=what)) for number, headline in enumerate(headlines, start=1)
    ]

    spoken = compose(a_page(*incidents), choices=Choices(longest_seconds=seconds))

    assert len(spoken.text) <= max(seconds * LETTERS_A_SECOND, 450)
    assert spoken.text.startswith("This is Nordlicht. ")
