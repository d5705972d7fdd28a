"""Somebody who is no customer asks on the status page to be told, hears of a crisis, and leaves with one press."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from daylight.accounts.models import Member
from daylight.core import clock
from daylight.incidents.tests.makers import a_component, an_incident, an_update
from daylight.pages import publishing
from daylight.reach import suppressing
from daylight.reach.models import Subscriber, Subscription
from tests.stories.conftest import Open, PostOffice, no_violations

ZOE = "zoe@home.example"


def letters_to(post_office: PostOffice, address: str) -> list[str]:
    """What came, as its plain text."""
    found = []
    for to, letter in list(post_office.letters):
        part = message_from_bytes(letter, policy=default).get_body(("plain",)) if to == address else None
        if part is not None:
            found.append(part.get_content())
    return found


def wait_for_letters(page: Page, post_office: PostOffice, number: int) -> list[str]:
    """Looks at the status page again and again until so many letters came."""
    for _ in range(1_000):
        letters = letters_to(post_office, ZOE)
        if len(letters) >= number:
            return letters
        page.goto("/")
    raise AssertionError(f"only {len(letters)} letters came")


def follow_every_link(letter: str) -> None:
    """As a mail scanner does, twice."""
    for address in re.findall(r"https?://\S+", letter) * 2:
        assert Client().get(urlsplit(address).path).status_code < 500


def one_click(post_office: PostOffice) -> str:
    """The address of RFC 8058 in the last letter."""
    letter = message_from_bytes([letter for to, letter in post_office.letters if to == ZOE][-1], policy=default)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return urlsplit(str(letter["List-Unsubscribe"]).strip("<>")).path


@pytest.mark.usefixtures("worker")
def test_asked_confirmed_told_and_ended(open_page: Open, post_office: PostOffice, ana: Member) -> None:
    checkout = a_component("Checkout")
    publishing.refresh(clock.now())
    page = open_page("/", narrow=True, javascript=False)
    page.get_by_role("link", name="Tell me", exact=True).click()
    opened_at = clock.now()
    page.get_by_label("Your e-mail address").fill(ZOE)
    page.get_by_label("Checkout").check()
    while clock.now() - opened_at < timedelta(seconds=3):  # Nobody fills it in faster; meanwhile it is checked.
        no_violations(open_page("/subscribe/", narrow=True, dark=True))
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", name="Now look there")).to_be_visible()

    [letter] = wait_for_letters(page, post_office, 1)
    follow_every_link(letter)
    assert not Subscription.objects.exists(), "whoever opens links confirms nothing"
    found = re.search(r"https?://\S+/confirm/\S+", letter)
    assert found, "the mail has no link to confirm"
    page.goto(urlsplit(found.group()).path)
    no_violations(open_page(urlsplit(found.group()).path, narrow=True))
    page.get_by_role("button", name="Yes, tell me here").click()
    expect(page.get_by_role("heading", name="We tell you")).to_be_visible()
    assert Subscription.objects.get().component == checkout

    incident = an_incident(lead=ana, at=clock.now(), severity=2)
    an_update(incident, by=ana, at=clock.now(), impacts={"checkout": "major_outage"})
    told = wait_for_letters(page, post_office, 2)[-1]
    follow_every_link(told)
    point = Subscriber.objects.get().contact_point
    assert point is not None
    assert not suppressing.is_suppressed(point), "whoever opens links removes nobody"

    Client(enforce_csrf_checks=True).post(one_click(post_office), {"List-Unsubscribe": "One-Click"})
    assert suppressing.is_suppressed(point)
    assert Subscriber.objects.in_state("ended").exists()
