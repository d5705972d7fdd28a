"""Two people for every update: Bela writes, Chidi says yes, Ana sends it, and only then a customer reads it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from daylight.accounts.models import Member, Organisation
from daylight.core import clock
from daylight.customers.tests.makers import a_customer
from daylight.incidents.models import Update
from daylight.incidents.tests.makers import an_incident
from tests.stories.conftest import PostOffice

Open = Callable[..., Page]


@pytest.mark.usefixtures("worker")
def test_nothing_leaves_before_the_yes(
    open_page: Open, post_office: PostOffice, ana: Member, bela: Member, chidi: Member
) -> None:
    Organisation.objects.update_or_create(pk=1, defaults={"two_person_rule": True})
    incident = an_incident(lead=ana, at=clock.now(), affected=[a_customer(email="zoe@home.example")])
    room = f"/desk/incident/{incident.public_id}/"

    page = open_page(room, member=bela)
    for question, answer in (
        ("what", "Payments by card are refused."),
        ("who", "Everybody who pays by card."),
        ("doing", "We are on the phone with the bank."),
        ("meanwhile", "Pay by invoice."),
    ):
        page.locator(f"#composer [name=en-{question}]").fill(answer)
    page.get_by_role("button", name="Ask for a yes").click()
    expect(page.get_by_text(re.compile("waits for a yes")).first).to_be_visible()

    page = open_page("/desk/", member=chidi)
    page.get_by_role("link", name=re.compile("^Read")).first.click()
    page.get_by_role("link", name="Read it").first.click()
    page.get_by_role("button", name=re.compile("yes", re.IGNORECASE)).first.click()
    expect(page.get_by_text(re.compile("said yes|Chidi")).first).to_be_visible()
    assert post_office.letters == []

    draft = Update.objects.get()
    page = open_page(f"/desk/incidents/{incident.public_id}/drafts/{draft.pk}/", member=ana)
    page.get_by_role("button", name=re.compile("Tell 1 customer")).click()
    expect(page).to_have_url(re.compile(room))
    page.wait_for_function("() => document.body.innerText.includes('1 of 1 told')", timeout=60_000)
    assert [address for address, _ in post_office.letters] == ["zoe@home.example"]
