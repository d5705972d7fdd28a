"""The desk by keyboard: every key that the list names does what it says, and none while somebody types."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from daylight.accounts.models import Member
from daylight.incidents.tests.makers import an_incident
from tests.stories.conftest import no_violations

Open = Callable[..., Page]


def test_the_question_mark_shows_the_keys_and_escape_hides_them(open_page: Open, ana: Member) -> None:
    page = open_page("/desk/", member=ana)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    no_violations(page)

    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_the_slash_goes_to_search_and_no_key_fires_while_typing(open_page: Open, ana: Member) -> None:
    page = open_page("/desk/keys/", member=ana)

    page.keyboard.press("/")
    page.keyboard.type("g t?n")

    expect(page.get_by_role("searchbox")).to_have_value("g t?n")
    expect(page).to_have_url("/desk/keys/")


def test_g_then_t_goes_to_today(open_page: Open, ana: Member) -> None:
    page = open_page("/desk/keys/", member=ana)

    page.keyboard.press("g")
    page.keyboard.press("t")

    expect(page).to_have_url("/desk/")


def test_search_finds_while_one_types_and_arrows_walk_through_it(open_page: Open, ana: Member) -> None:
    incident = an_incident(title="Checkout fails", lead=ana)
    page = open_page("/desk/keys/", member=ana)

    page.keyboard.press("/")
    page.keyboard.type("check")
    expect(page.locator(".search__results").get_by_role("link", name="Checkout fails")).to_be_visible()
    no_violations(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"/desk/incident/{incident.public_id}/")
