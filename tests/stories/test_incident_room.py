"""The incident room in a browser: from declaring to the word that leaves, by keyboard; nothing typed is ever lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from daylight.accounts.models import Member
from daylight.core import clock
from daylight.customers.tests.makers import a_customer
from daylight.incidents.models import Incident, Update
from daylight.incidents.tests.makers import an_incident, an_update
from tests.stories.conftest import no_violations

Open = Callable[..., Page]


@pytest.fixture
def incident(ana: Member) -> Incident:
    """An outage with three affected customers, told once, the next word promised in half an hour."""
    now = clock.now()
    incident = an_incident(
        title="Checkout fails", lead=ana, at=now - timedelta(minutes=5), affected=[a_customer(at=now) for _ in range(3)]
    )
    an_update(incident, by=ana, at=now - timedelta(minutes=4), next_in=timedelta(minutes=30))
    return incident


def room_of(incident: Incident) -> str:
    return f"/desk/incident/{incident.public_id}/"


def test_from_nothing_to_a_word_that_leaves_and_is_taken_back_by_keyboard_alone(open_page: Open, ana: Member) -> None:
    page = open_page("/desk/", member=ana)
    press = page.keyboard.press

    press("n")
    expect(page.get_by_label("What happened?")).to_be_focused()
    page.keyboard.type("Parcels stand still")
    press("Control+Enter")
    expect(page.get_by_role("heading", name="Parcels stand still", level=1)).to_be_visible()

    page.evaluate("document.activeElement.blur()")
    press("u")
    expect(page.get_by_label("Headline")).to_be_focused()
    page.keyboard.type(" in the north")
    for question, answer in (
        ("What is wrong?", "Parcels stand still."),
        ("For whom?", "Everybody who ordered today."),
        ("What are we doing?", "We send them from the south."),
        ("Meanwhile you can", "Nothing; we write to you."),
    ):
        page.get_by_label(question).focus()
        press("Control+a")
        page.keyboard.type(answer)
    press("Control+Enter")

    expect(page.get_by_text("Leaving in").first).to_be_visible()
    assert Update.objects.get().state == Update.State.LEAVING

    page.get_by_role("button", name="Take it back").first.focus()
    press("Enter")
    expect(page.get_by_text("Taken back: nothing was sent")).to_be_visible()
    assert Update.objects.get().state == Update.State.DRAFT
    expect(page.get_by_label("What are we doing?")).to_have_value("We send them from the south.")


def test_what_somebody_types_survives_every_refresh_and_a_refresh_that_fails_says_so(
    open_page: Open, ana: Member, incident: Incident
) -> None:
    page = open_page(room_of(incident), member=ana)
    words = page.get_by_label("What are we doing?")
    words.fill("Half a sen")

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/clock/", refuse)
    page.evaluate("htmx.trigger(document.body, 'desk:changed')")

    expect(page.get_by_text("Not refreshed since")).to_be_visible()
    expect(page.get_by_text("Promised for")).to_be_visible()
    expect(words).to_have_value("Half a sen")

    page.unroute("**/clock/", refuse)
    page.evaluate("htmx.trigger(document.body, 'desk:changed')")
    expect(page.get_by_text("Not refreshed since")).to_be_hidden()
    expect(words).to_have_value("Half a sen")


def test_a_refresh_leaves_the_focus_where_it_is(open_page: Open, ana: Member, incident: Incident) -> None:
    page = open_page(room_of(incident), member=ana)
    button = page.locator("#part-clock").get_by_role("button", name="Allow holding updates")
    button.focus()

    with page.expect_response("**/clock/"):
        page.evaluate("htmx.trigger(document.body, 'desk:changed')")
    expect(page.locator(".htmx-request")).to_have_count(0)

    expect(button).to_be_focused()


def test_whose_session_has_ended_keeps_the_words_and_is_told_how_to_go_on(
    open_page: Open, ana: Member, incident: Incident
) -> None:
    page = open_page(room_of(incident), member=ana)
    page.wait_for_load_state("networkidle")  # The mail in its frame is there: signing in is never shown in a frame.
    page.get_by_label("What are we doing?").fill("We are")
    page.context.clear_cookies(name="sessionid")
    page.evaluate("htmx.trigger(document.body, 'desk:changed')")

    expect(page.get_by_text("You are signed out.").first).to_be_visible()
    expect(page.get_by_label("What are we doing?")).to_have_value("We are")


def test_the_room_works_without_a_script(open_page: Open, ana: Member, incident: Incident) -> None:
    page = open_page(room_of(incident), member=ana, javascript=False)

    expect(page.get_by_role("heading", name="Next word")).to_be_visible()
    page.get_by_label("What are we doing?").fill("We found it.")
    page.get_by_role("button", name="Save the draft").click()

    expect(page.get_by_label("What are we doing?")).to_have_value("We found it.")
    assert Update.objects.get(state="draft").texts.get().doing == "We found it."


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_screen_of_the_desk_shuts_anybody_out(
    open_page: Open, ana: Member, incident: Incident, narrow: bool, dark: bool
) -> None:
    for screen in ("/desk/", room_of(incident), "/desk/design/", "/desk/search/?q=check", "/desk/keys/"):
        page = open_page(screen, member=ana, narrow=narrow, dark=dark)
        no_violations(page)
        page.close()
