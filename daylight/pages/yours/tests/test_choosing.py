"""A customer chooses with a press, changes it until the deadline, takes it back; the crew sees it and does it."""

from datetime import date, timedelta

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers import erasing
from daylight.pages.models import Alternative, Choice
from daylight.pages.yours import choosing
from daylight.pages.yours.choosing import Answer, Label
from daylight.pages.yours.tests.makers import Told, an_alternative
from daylight.reach.tests.makers import a_reached_incident

pytestmark = pytest.mark.django_db

Kind, Needs = Alternative.Kind, Alternative.Needs


def press(told: Told, which: object, **typed: str) -> tuple[int, str]:
    """Press the button of one choice; the status and what the page then says."""
    answer = Client(enforce_csrf_checks=True).post(f"{told.path}choose/{which}/", typed)
    shown = Client().get(answer["Location"]) if answer.status_code == 303 else answer
    return answer.status_code, " ".join(shown.content.decode().split())


def test_a_choice_is_asked_about_on_a_page_of_its_own_and_noted_on_a_press(told: Told, ana: Member) -> None:
    alternative = an_alternative(told.incident, Kind.CANCEL, by=ana)

    asked = Client().get(f"{told.path}choose/{alternative.pk}/").content.decode()
    assert "Yes, I want this" in asked
    assert not Choice.objects.exists()
    status, page = press(told, alternative.pk)

    assert status == 303
    assert "Noted. This is what you want; we act on it." in page
    choice = Choice.objects.get()
    assert (choice.customer, choice.alternative, choice.contact_point) == (told.customer, alternative, told.point)


def test_it_is_changed_and_taken_back_and_every_step_is_kept(told: Told, ana: Member, clock: HandClock) -> None:
    cancel, wait = (an_alternative(told.incident, kind, by=ana) for kind in (Kind.CANCEL, Kind.WAIT))

    press(told, cancel.pk)
    press(told, cancel.pk)
    clock.move(minutes=5)
    press(told, wait.pk)
    clock.move(minutes=5)
    Client().post(f"{told.path}undo/")

    kept = Choice.objects.order_by("pk").values_list("alternative", "end")
    assert list(kept) == [(cancel.pk, Choice.End.CHANGED), (wait.pk, Choice.End.UNDONE)]
    assert choosing.standing(told.customer, told.incident) is None


def test_after_the_deadline_it_stands(told: Told, ana: Member, clock: HandClock) -> None:
    cancel = an_alternative(told.incident, Kind.CANCEL, by=ana, until=clock.now + timedelta(hours=1))
    press(told, cancel.pk)
    clock.move(hours=1)

    assert Client().post(f"{told.path}undo/").status_code == 409
    status, page = press(told, cancel.pk)
    assert status == 409
    assert "its time is over" in page
    assert "It can no longer be changed here" in Client().get(told.path).content.decode()
    assert Choice.objects.standing().count() == 1


def test_a_deadline_may_outlast_the_incident(told: Told, ana: Member, clock: HandClock) -> None:
    cancel = an_alternative(told.incident, Kind.CANCEL, by=ana, until=clock.now + timedelta(days=3))
    wait = an_alternative(told.incident, Kind.WAIT, by=ana)
    told.incident.resolve(by=ana, at=clock.move(hours=1), summary="Sent.")

    assert press(told, wait.pk)[0] == 409
    assert press(told, cancel.pk)[0] == 303


@pytest.mark.parametrize(
    ("needs", "typed", "fault"),
    [
        (Needs.DATE, {"wanted_on": "2026-05-03"}, "Choose a day from today on"),
        (Needs.DATE, {"wanted_on": "soon"}, "Choose a day from today on"),
        (Needs.DATE, {"wanted_on": "9999-01-01"}, "Choose a day from today on"),
        (Needs.PHONE, {"phone": "12"}, "Write the number on which we reach you"),
        (Needs.PHONE, {"phone": "030 " * 20}, "Write the number on which we reach you"),
        (Needs.WORDS, {"words": " "}, "Nothing is written yet"),
        (Needs.WORDS, {"words": "w" * 1001}, "longer than 1,000 letters"),
        (Needs.WORDS, {}, "Nothing is written yet"),
    ],
)
def test_what_is_missing_is_said_at_its_place_and_nothing_typed_is_lost(
    told: Told, ana: Member, needs: str, typed: dict[str, str], fault: str
) -> None:
    alternative = an_alternative(told.incident, by=ana, needs=needs)

    status, page = press(told, alternative.pk, **typed)

    assert status == 422
    assert fault in page
    assert all(value.strip() in page for value in typed.values())
    assert not Choice.objects.exists()


@pytest.mark.parametrize(
    ("needs", "typed", "answer"),
    [
        (Needs.DATE, {"wanted_on": "2026-05-04"}, Answer(wanted_on=date(2026, 5, 4))),
        (Needs.PHONE, {"phone": " 030  901820 "}, Answer(phone="030 901820")),
        (Needs.WORDS, {"words": "A blue one\r\nplease"}, Answer(words="A blue one\nplease")),
    ],
)
def test_what_it_needs_is_kept_and_shown(
    told: Told, ana: Member, needs: str, typed: dict[str, str], answer: Answer
) -> None:
    alternative = an_alternative(told.incident, by=ana, needs=needs)

    status, page = press(told, alternative.pk, **typed)

    assert status == 303
    choice = Choice.objects.get()
    assert Answer(choice.wanted_on, choice.phone, choice.words) == answer
    assert "May 4, 2026" in page if answer.wanted_on else (answer.phone or "A blue one<br>please") in page


def test_a_customer_may_propose_something_of_their_own(told: Told) -> None:
    status, page = press(told, "own", words="Send it to my sister.")

    assert status == 303
    assert "Your own proposal" in page
    assert "Send it to my sister." in page
    assert Choice.objects.get().alternative is None


def test_nobody_chooses_what_another_incident_offers_or_what_was_withdrawn(
    told: Told, ana: Member, clock: HandClock
) -> None:
    elsewhere = an_alternative(a_reached_incident(ana, affected=[]), by=ana)
    withdrawn = an_alternative(told.incident, by=ana)
    choosing.withdraw(withdrawn, by=ana, at=clock.now)

    for which in (elsewhere.pk, withdrawn.pk, 0, 10**30, "all", "-1", "\uff11"):
        assert press(told, which)[0] == 409
    assert not Choice.objects.exists()


def test_what_is_done_cannot_be_changed_by_a_press(told: Told, ana: Member, clock: HandClock) -> None:
    cancel, wait = (an_alternative(told.incident, kind, by=ana) for kind in (Kind.CANCEL, Kind.WAIT))
    press(told, cancel.pk)

    assert choosing.do(Choice.objects.all(), incident=told.incident, by=ana, at=clock.now) == 1
    assert choosing.do(Choice.objects.all(), incident=told.incident, by=ana, at=clock.now) == 0

    assert press(told, wait.pk)[0] == 409
    assert Client().post(f"{told.path}undo/").status_code == 409
    assert "We have done it:" in Client().get(told.path).content.decode()


def test_the_crew_words_a_choice_in_the_customers_language(told: Told, ana: Member) -> None:
    an_alternative(
        told.incident, by=ana, en=Label("Money back at once", "Within a day."), de=Label("Sofort Geld zurück")
    )
    type(told.customer).objects.update(language="de")

    page = Client().get(told.path).content.decode()

    assert "Sofort Geld zurück" in page
    assert "Money back" not in page


def test_a_customer_no_longer_affected_chooses_nothing(told: Told, ana: Member, clock: HandClock) -> None:
    alternative = an_alternative(told.incident, by=ana)
    told.incident.affected.update(removed_at=clock.now)

    press(told, alternative.pk)

    assert not Choice.objects.exists()


def test_what_an_erased_customer_wrote_is_forgotten(told: Told, ana: Member, clock: HandClock) -> None:
    press(told, "own", words="My knee hurts.")
    erasing.erase(told.customer, by=ana, at=clock.now)

    assert choosing.forget_erased() == 1
    assert choosing.forget_erased() == 0
    assert Choice.objects.get().words == ""
