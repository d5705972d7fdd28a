"""A customer on a phone, without a script, opens the link of a message, chooses, says something, is told it came."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from conftest import a_member
from daylight.accounts.models import Member, Organisation
from daylight.accounts.roles import Role
from daylight.core import clock
from daylight.customers.models import ContactPoint
from daylight.incidents.tests.makers import an_incident, an_update
from daylight.pages.models import Alternative, Choice
from daylight.pages.yours.tests.makers import an_alternative, an_order, path_of
from daylight.reach import fanout, links
from daylight.reach.models import Confirmation, Notice, Reply
from daylight.reach.tests.makers import a_contact_point
from tests.stories.conftest import no_violations

Open = Callable[..., Page]


@pytest.fixture
def ana(transactional_db: None) -> Member:
    return a_member("Ana", Role.LEAD, Role.OWNER)


@pytest.fixture
def zoe(ana: Member) -> ContactPoint:
    """Zoë, whose order is late; three things may be chosen."""
    now = clock.now()
    Organisation.objects.update_or_create(
        pk=1, defaults={"name": "Nordlicht Möbel", "time_zone": "Europe/Berlin", "reach_a_person": "+49 30 901820"}
    )
    point = a_contact_point(address="zoe@home.example")
    an_order(point, "10-4471", promised_on=now.date() - timedelta(days=1))
    incident = an_incident(
        lead=ana, at=now, affected=[point.customer], reason="Your order 10-4471 waits in the North warehouse."
    )
    an_update(incident, by=ana, at=now)
    for kind, needs in (("wait", "nothing"), ("cancel", "nothing"), ("call_back", "phone")):
        an_alternative(incident, kind, needs=needs, by=ana, until=now + timedelta(days=2))
    fanout.step(now)
    return point


def test_one_link_tells_what_hits_me_and_takes_my_answer(open_page: Open, ana: Member, zoe: ContactPoint) -> None:
    path = path_of(links.own_url(zoe.pk, Notice.objects.get().pk))
    page = open_page(path, narrow=True, javascript=False)

    expect(page.get_by_role("heading", level=1)).to_have_text("Your order 10-4471 is late.")
    expect(page.get_by_text("Next word by")).to_be_visible()
    no_violations(open_page(path, narrow=True, dark=True))

    page.get_by_role("link", name="Call me back").click()
    page.get_by_label("On which number do we reach you?").fill("12345")
    assert not Choice.objects.exists()
    page.get_by_role("button", name="Yes, I want this").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Noted.")
    expect(page.get_by_text("Number: 12345")).to_be_visible()

    page.get_by_role("link", name="Cancel it and give me my money back").click()
    page.get_by_role("button", name="Yes, I want this").click()
    page.get_by_role("button", name="I have seen this").click()
    expect(page.get_by_role("status")).to_contain_text("We know that this reached you")
    page.get_by_label("Tell us what you need").fill("Please keep the legs.")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("status")).to_contain_text("We have it, and a person reads it.")
    expect(page.get_by_text("Please keep the legs.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    assert Choice.objects.standing().get().alternative == Alternative.objects.get(kind="cancel")
    assert Confirmation.objects.get().customer == zoe.customer
    assert Reply.objects.get().text == "Please keep the legs."
    room = open_page(f"/desk/incident/{Notice.objects.get().incident.public_id}/", member=ana)
    expect(room.get_by_role("region", name="What customers chose")).to_contain_text("1 of 1 chose")
