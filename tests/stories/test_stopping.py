"""A customer chooses how we tell them, or stops us, on pages that need no script; looking at a link changes nothing."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from daylight.core import clock
from daylight.customers.models import ContactPoint
from daylight.customers.tests.makers import a_contact_point, a_customer
from daylight.reach import links, suppressing
from tests.stories.conftest import no_violations

Open = Callable[..., Page]


@pytest.fixture
def point(transactional_db: None) -> ContactPoint:
    return a_contact_point(a_customer(name="Zoë Adler", email=None), address="zoe@home.example", at=clock.now())


def path_of(url: str) -> str:
    return urlsplit(url).path


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_one_press_stops_the_messages_and_one_takes_it_back(open_page: Open, point: ContactPoint, narrow: bool) -> None:
    page = open_page(path_of(links.unsubscribe_url(point.pk)), javascript=False, narrow=narrow)
    assert not suppressing.is_suppressed(point)

    page.locator("main form button").first.click()
    assert suppressing.is_suppressed(point)

    page.locator("main form button").first.click()
    assert not suppressing.is_suppressed(point)


def test_the_language_is_chosen_without_a_script(open_page: Open, point: ContactPoint) -> None:
    page = open_page(path_of(links.preferences_url(point.customer_id, point.pk)), javascript=False, dark=True)

    page.locator("select[name=language]").select_option("de")
    page.locator("main form button").first.click()

    expect(page.locator("html")).to_have_attribute("lang", re.compile("^de"))
    point.customer.refresh_from_db()
    assert point.customer.language == "de"


def test_both_pages_shut_nobody_out(open_page: Open, point: ContactPoint) -> None:
    for url in (links.unsubscribe_url(point.pk), links.preferences_url(point.customer_id, point.pk)):
        no_violations(open_page(path_of(url), narrow=True, dark=True))
