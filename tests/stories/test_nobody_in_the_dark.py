"""Nobody is left in the dark: the next way when one fails, one press to confirm, a call for whoever is left."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from daylight.accounts.models import Member, Organisation
from daylight.core import clock
from daylight.customers.models import ContactPoint, Customer
from daylight.customers.tests.makers import a_customer
from daylight.incidents.models import Incident
from daylight.incidents.tests.makers import an_incident, an_update
from daylight.reach import links, urgency
from daylight.reach.channels.email.channel import Email
from daylight.reach.models import Call, Confirmation, Delivery, QuietHours
from daylight.reach.moves import State
from tests.stories.conftest import PostOffice, no_violations

Open = Callable[..., Page]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the worst severity we wait three seconds in place of ten minutes."""
    worst = urgency.Urgency(timedelta(seconds=3), overrides_quiet_hours=True, calls_unconfirmed=True)
    monkeypatch.setitem(urgency.URGENCY, 1, worst)


def somebody(name: str, *addresses: str) -> Customer:
    customer = a_customer(name=name, email=None)
    for position, address in enumerate(addresses):
        ContactPoint.objects.create(
            customer=customer, channel="email", address=address, position=position, created_at=clock.now()
        )
    return customer


def told(lead: Member, *affected: Customer, severity: int = 1) -> Incident:
    incident = an_incident(lead=lead, at=clock.now(), severity=severity, affected=affected)
    an_update(incident, by=lead, at=clock.now())
    return incident


def wait_for(page: Page, text: str) -> None:
    """The told panel polls by itself."""
    page.wait_for_function("text => document.body.innerText.includes(text)", arg=text, timeout=90_000)


def link_to_confirm(post_office: PostOffice, address: str) -> str:
    [letter] = [letter for to, letter in post_office.letters if to == address]
    part = message_from_bytes(letter, policy=default).get_body(("plain",))
    assert part is not None
    found = re.search(r"https?://\S+/yours/\S+", part.get_content())
    assert found, "the mail has no link to confirm"
    return urlsplit(found.group()).path


@pytest.mark.usefixtures("worker", "impatient")
def test_the_next_address_a_press_and_a_call(
    open_page: Open, post_office: PostOffice, ana: Member, bela: Member
) -> None:
    post_office.refuses.add("old@zoe.example")
    zoe = somebody("Zoë Adler", "old@zoe.example", "new@zoe.example")
    max_ = somebody("Max Bauer", "max@home.example", "max@work.example")
    kim = somebody("Kim Chen")
    incident = told(ana, zoe, max_, kim)
    room = open_page(f"/desk/incident/{incident.public_id}/", member=ana)

    wait_for(room, "2 of 3 told")
    wait_for(room, "1 unreachable")
    assert "new@zoe.example" in {address for address, _ in post_office.letters}

    link = link_to_confirm(post_office, "new@zoe.example")
    no_violations(open_page(link, narrow=True, dark=True))
    page = open_page(link, narrow=True, javascript=False)
    assert not Confirmation.objects.exists(), "looking is not confirming"
    page.get_by_role("button", name="I have seen this").click()
    expect(page.get_by_text("We know that this reached you")).to_be_visible()
    no_violations(open_page(link))
    wait_for(room, "1 confirmed")

    wait_for(room, "Call list: 2 to call")
    assert {address for address, _ in post_office.letters} == {
        "new@zoe.example",
        "max@home.example",
        "max@work.example",
    }
    assert set(Call.objects.open().values_list("customer", "reason")) == {
        (max_.pk, "unconfirmed"),
        (kim.pk, "unreachable"),
    }
    no_violations(room)

    two_members_work_through_the_list(open_page, incident, ana, bela)
    wait_for(room, "3 of 3 told")
    wait_for(room, "3 confirmed")
    expect(room.get_by_text(re.compile("Call list"))).to_have_count(0)


def two_members_work_through_the_list(open_page: Open, incident: Incident, ana: Member, bela: Member) -> None:
    """Ana with the keyboard alone, Bela on a phone."""
    hers = open_page(f"/desk/reach/{incident.public_id}/calls/", member=ana)
    no_violations(hers)
    hers.keyboard.press("Enter")
    expect(hers.get_by_role("heading", name="Call Kim Chen")).to_be_visible()
    expect(hers.get_by_text("We know no number and no address.")).to_be_visible()
    no_violations(hers)

    his = open_page(f"/desk/reach/{incident.public_id}/calls/", member=bela, narrow=True, dark=True)
    expect(his.get_by_text("Ana is at it")).to_be_visible()
    no_violations(his)
    his.get_by_role("button", name="Take the next call").click()
    expect(his.get_by_role("heading", name="Call Max Bauer")).to_be_visible()
    no_violations(his)

    hers.get_by_label("Reached: they know").focus()
    hers.keyboard.press("Space")
    hers.get_by_label("Where did you try?").select_option("another")
    hers.get_by_label("Another number").fill("12")
    hers.get_by_role("button", name="Write it down", exact=True).press("Enter")
    expect(hers.get_by_text("Write the number with its country code")).to_be_visible()
    hers.get_by_label("Another number").fill("+49 30 901820")
    hers.get_by_label("Note").fill("Asks for a call tomorrow.")
    hers.get_by_role("button", name="Write it down", exact=True).press("Enter")
    expect(hers.get_by_text("still to call")).to_contain_text("1")

    his.get_by_label("Reached: they know").check()
    his.get_by_label("Where did you try?").select_option(label="max@home.example (email)")
    his.get_by_role("button", name="Write it down and take the next").click()
    expect(his.get_by_text("There is nobody to call just now.")).to_be_visible()
    expect(his.get_by_text("Everybody on the list is dealt with")).to_be_visible()


@pytest.mark.usefixtures("worker")
def test_the_night_is_kept_and_a_newer_word_takes_the_place_of_what_waits(
    open_page: Open, post_office: PostOffice, ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Email, "makes_noise", True)
    Organisation.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Berlin"})
    zoe, max_ = somebody("Zoë Adler", "zoe@home.example"), somebody("Max Bauer", "max@home.example")
    local = datetime.now(ZoneInfo("Europe/Berlin"))
    before, after = (f"{(local + timedelta(hours=hours)):%H}:00" for hours in (-1, 3))
    for customer, tells_always in ((zoe, False), (max_, True)):
        point = customer.contact_points.get()
        page = open_page(urlsplit(links.preferences_url(customer.pk, point.pk)).path, narrow=True, javascript=False)
        page.get_by_label("From").select_option(before)
        page.get_by_label("Until").select_option(after)
        if tells_always:
            page.get_by_label("Tell me at any hour").check()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        no_violations(open_page(urlsplit(page.url).path, narrow=True))

    incident = told(ana, zoe, max_, severity=3)
    room = open_page(f"/desk/incident/{incident.public_id}/", member=ana)
    wait_for(room, "1 of 2 told")
    wait_for(room, "1 of these messages waits for the morning")
    assert [address for address, _ in post_office.letters] == ["max@home.example"]

    QuietHours.objects.filter(customer=zoe).delete()
    monkeypatch.setattr(Email, "makes_noise", False)
    an_update(incident, by=ana, at=clock.now())
    wait_for(room, "2 of 2 told")
    assert sorted(address for address, _ in post_office.letters) == [
        "max@home.example",
        "max@home.example",
        "zoe@home.example",
    ]
    first = Delivery.objects.filter(notice__update__number=1, customer=zoe)
    assert [row.state for row in first] == [State.SUPERSEDED]
