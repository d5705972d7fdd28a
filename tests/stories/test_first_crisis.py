"""A newcomer with the demonstration firm has told customers something within two minutes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from daylight.accounts.models import Member
from daylight.cli import demo
from daylight.incidents.models import AffectedCustomer, Incident, Update
from daylight.reach.models import Delivery
from tests.stories.conftest import PostOffice, no_violations

Open = Callable[..., Page]


@pytest.fixture
def owner(transactional_db: None, worker: None) -> Member:
    demo.fill()
    return Member.objects.owners().get()


def test_three_clicks_and_two_answers_tell_everybody_affected(
    owner: Member, open_page: Open, post_office: PostOffice
) -> None:
    page = open_page("/desk/", member=owner)
    expect(page.get_by_role("heading", name="Your first crisis, two minutes")).to_be_visible()
    no_violations(page)

    page.get_by_role("link", name="Declare the incident").click()
    expect(page.locator("#count")).to_contain_text(re.compile(r"\d+ customers"))
    page.get_by_role("button", name="Declare the incident").click()
    expect(page).to_have_url(re.compile("/desk/incident/"))
    page.locator("#composer [name=en-doing]").fill("The water is off; we repack what got wet and send it on.")
    page.locator("#composer [name=en-meanwhile]").fill("Nothing to do; reply if that is too late for you.")
    page.get_by_role("button", name=re.compile(r"Tell \d+ customers")).click()

    page.goto("/desk/")
    incident = Incident.objects.open().get()
    affected = AffectedCustomer.objects.present().filter(incident=incident).count()
    expect(page.get_by_role("heading", name="See what they got")).to_contain_text("done", timeout=60_000)
    told = Delivery.objects.filter(notice__incident=incident, accepted_at__isnull=False).values("customer").distinct()
    assert 50 < len(post_office.letters) == told.count() <= affected
    assert all(address.endswith(".example") for address, _ in post_office.letters)
    assert Update.objects.get(incident=incident).number == 1
    no_violations(page)


def test_the_past_of_the_firm_was_sent_to_nobody(owner: Member, open_page: Open, post_office: PostOffice) -> None:
    page = open_page("/desk/", member=owner)

    expect(page.get_by_text("page published")).to_be_visible(timeout=20_000)

    assert post_office.letters == []
