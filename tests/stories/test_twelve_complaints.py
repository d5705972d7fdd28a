"""Twelve complain; before it is a public mess, twelve hundred know, each by their own way, and somebody asks whether it
is mended."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from daylight.accounts.models import Member, Organisation
from daylight.cli.tests.processes import eventually
from daylight.core import clock
from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import Component, ComponentUse, Incident
from daylight.incidents.tests.makers import a_component
from daylight.listen import accepting
from daylight.listen.models import Conversation
from daylight.listen.said import Said
from daylight.reach.channels.sms.gateway import GatewayForm
from daylight.reach.channels.sms.tests.test_gateway import INITIAL
from daylight.reach.channels.tests.provider import FarEnd, listening
from daylight.reach.models import Provider, QuietHours
from daylight.watch.models import Signal
from daylight.watch.tests.makers import calm_weeks
from tests.stories.conftest import PostOffice, no_violations

Open = Callable[..., Page]

EVERYBODY = 1_200
OTHERS = 30
BY_TEXT = 2
COMPLAINTS = (
    "I was charged twice for one order.",
    "Double charge on my card, please refund it.",
    "You charged my card twice today!",
    "There is a double charge on my statement.",
)


@pytest.fixture
def phone(settings: Settings) -> Iterator[FarEnd]:
    """A gateway for text messages that is connected."""
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        far_end.says(202, b'{"id": "t-1"}')
        form = GatewayForm({**INITIAL, "url": f"{far_end.url}/message", "user": "sms", "password": "x"})
        assert form.is_valid(), form.errors
        told: Any = {**form.cleaned_data, "kind": "gateway"}
        Provider.objects.create(channel="sms", name="Phone", kind="gateway", settings=told, tested_at=clock.now())
        yield far_end


@pytest.fixture
def checkout(transactional_db: None) -> Component:
    """Twelve hundred shops that use the checkout, and some that do not; the first two are known by phone alone."""
    Organisation.get()
    Organisation.objects.update(name="Lamps", reply_to="care@lamps.example")
    component, now = a_component("Checkout"), clock.now()
    shops = Customer.objects.bulk_create(
        Customer(external_id=f"C-{n}", name=f"Shop {n}", created_at=now, updated_at=now)
        for n in range(EVERYBODY + OTHERS)
    )
    ContactPoint.objects.bulk_create(
        ContactPoint(customer=shop, channel=_way(number)[0], address=_way(number)[1], created_at=now)
        for number, shop in enumerate(shops)
    )
    ComponentUse.objects.bulk_create(ComponentUse(component=component, customer=shop) for shop in shops[:EVERYBODY])
    QuietHours.objects.bulk_create(  # Nothing rings at night, and this tale is told at any hour.
        QuietHours(customer=shop, starts=time(0), ends=time(0), chosen_at=now) for shop in shops[:BY_TEXT]
    )
    return component


def _way(number: int) -> tuple[str, str]:
    return ("sms", f"+4915123456{number:03}") if number < BY_TEXT else ("email", f"shop{number}@mail.example")


def complain(number: int, text: str, *, name: str) -> Said:
    """What the shop of this number says, by its own way."""
    channel, address = _way(number)
    return Said(
        source="sms" if channel == "sms" else "mailbox",
        external_id=f"{name}-{number}@mail.example",
        said_at=clock.now() - timedelta(minutes=2 * number),
        text=text,
        subject="" if channel == "sms" else "Charged twice",
        channel=channel,
        address=address,
        facts={"product": "Checkout"},
    )


def got(post_office: PostOffice, address: str) -> list[str]:
    """The texts of the mails that came to an address."""
    mails = [message_from_bytes(raw, policy=default) for to, raw in post_office.letters if to == address]
    parts = [mail.get_body(("plain",)) for mail in mails]
    return [part.get_content() for part in parts if part is not None]


def write(room: Page, *, what: str, doing: str, stage: str = "") -> None:
    """Write an update in the composer and send it."""
    room.locator("#composer").wait_for()
    room.evaluate("document.querySelectorAll('#composer details').forEach(each => { each.open = true })")
    words = {"headline": "Cards are charged twice", "what": what, "who": "Shops that use our checkout.", "doing": doing}
    for name, text in (words | {"meanwhile": "Do not pay again."}).items():
        room.locator(f"#composer [name=en-{name}]").fill(text)
    if stage:
        room.locator("#composer [name=stage]").select_option(stage)
    room.locator("#composer button[value=send]").click()
    room.get_by_text("Leaving in").first.wait_for()


@pytest.mark.long
@pytest.mark.usefixtures("worker")
def test_from_twelve_complaints_to_is_it_fixed_for_you(
    open_page: Open, post_office: PostOffice, phone: FarEnd, checkout: Component, ana: Member
) -> None:
    now = clock.now()
    past = calm_weeks(now, facts={"product": "Checkout"})
    accepting.accept([replace(one, is_past=True) for one in past], at=now)
    said = [complain(n, COMPLAINTS[n % 4], name="complaint") for n in range(12)]
    accepting.accept(said, at=now)

    signals = open_page("/desk/signals/", member=ana)
    link = signals.get_by_role("link", name=re.compile("12 customers"))
    assert eventually(lambda: signals.reload() and link.count(), within=120)
    no_violations(signals)
    link.first.click()
    everybody = signals.locator("label", has_text="1,188 have not and may be affected")
    expect(everybody).to_be_visible()
    everybody.get_by_role("checkbox").check()
    no_violations(signals)
    signals.get_by_role("button", name="Open an incident").click()
    expect(signals).to_have_url(re.compile("/desk/incident/"))
    room = signals

    incident = Incident.objects.get()
    assert Signal.objects.get(incident=incident, part_of__isnull=True).customers == 12
    assert Conversation.objects.about(incident).count() == 12
    write(room, what="Some cards are charged twice.", doing="We stop it and give the money back.")
    expect(room.locator("#part-told")).to_contain_text("1,200 of 1,200 told", timeout=120_000)
    customers = {_way(n)[1] for n in range(BY_TEXT, EVERYBODY)}
    assert {to for to, _ in post_office.letters} == customers | {ana.email}  # Ana was warned.
    for number in range(BY_TEXT, 12):
        assert any("We stop it and give the money back" in text for text in got(post_office, _way(number)[1]))
    assert {_way(number)[1] for number in range(BY_TEXT)} == {
        number for asked in phone.asked if "charged twice" in str(asked.json) for number in asked.json["phoneNumbers"]
    }

    accepting.accept([complain(500, "Any news? It has been an hour.", name="chaser")], at=clock.now())
    expect(room.locator("#part-said")).to_contain_text("1 chaser", timeout=60_000)
    today = open_page("/desk/", member=ana)
    expect(today.get_by_text("chaser").first).to_be_visible()

    room.reload()
    write(room, what="The double charges have stopped.", doing="The money is on its way back.", stage="resolved")
    assert eventually(lambda: links_to_say_so(post_office, _way(5)[1]), within=120)
    fixed = open_page(links_to_say_so(post_office, _way(5)[1])[-1])
    no_violations(fixed)
    fixed.get_by_role("button", name="Yes, it is fixed").click()
    expect(fixed.get_by_text("Thank you for telling us")).to_be_visible()
    theirs = Conversation.objects.get(address=_way(5)[1])
    assert theirs.closed_because == "The customer says that it is fixed."


def links_to_say_so(post_office: PostOffice, address: str) -> list[str]:
    """The pages on which the customer at this address says whether it is fixed, as far as they were sent."""
    return [link for text in got(post_office, address) for link in re.findall(r"https?://\S+(/fixed/\S+)", text)]
