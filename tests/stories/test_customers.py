"""Customers come in from a file, are found, and every screen of theirs can be used by everybody."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import START
from daylight.accounts.models import Member
from daylight.core import clock
from daylight.customers import loops
from daylight.customers.models import Commitment, Consent, Import
from daylight.customers.tests.makers import a_commitment, a_contact_point, a_customer
from tests.stories.conftest import Open, no_violations

LONG = "Anastasia-Konstantinopolitana von und zu Hohenlohe-Waldenburg-Schillingsfürst " * 2
PEOPLE = "Kundennummer;Name;E-Mail;Handy;Firma;Lager\n" + "".join(
    f"K{number};Jürgen Größe {number};j{number}@firm.example;0171 {2_345_600 + number};Firm AG;North\n"
    for number in range(30)
)
PEOPLE += "K99;Nobody;wrong;;;\n"


@pytest.fixture
def people() -> None:
    ann = a_customer("Ann Schmidt", number="C-1", phone="+493090182000", group="Firm AG", attributes={"plan": "gold"})
    a_commitment(ann, reference="10-4471", expected_on=None, attributes={"warehouse": "North"})
    late = a_commitment(ann, reference="10-4472")
    Commitment.objects.filter(pk=late.pk).update(expected_on="2026-05-09")
    Consent.withdraw(a_contact_point(ann, address="old@firm.example", position=2), by="Ana", at=START)
    a_customer(LONG[:200], number="N" * 120, email=None, attributes={"note": "x" * 300})
    Import.objects.create(
        kind="customers", state="done", file_name="people.csv", path="/x", made_at=START, rows_read=9, rows_added=9
    )


SCREENS = (
    "/desk/customers/",
    "/desk/customers/?q=nobody+at+all",
    "/desk/customers/new/",
    "/desk/customers/{}/",
    "/desk/customers/{}/edit/",
    "/desk/customers/{}/erase/",
    "/desk/customers/groups/",
    "/desk/customers/commitments/",
    "/desk/customers/imports/",
    "/desk/customers/imports/new/",
)


@pytest.mark.parametrize("narrow", [False, True])
def test_every_screen_is_for_everybody(people: None, ana: Member, open_page: Open, narrow: bool) -> None:
    first = a_customer("Bo").pk - 2
    page = open_page("/desk/customers/", member=ana, narrow=narrow, dark=narrow)
    for address in SCREENS:
        page.goto(address.format(first))
        no_violations(page)


def test_a_file_comes_in_by_the_browser(ana: Member, open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "kunden.csv").write_bytes(PEOPLE.encode("cp1252"))
    page = open_page("/desk/customers/", member=ana)
    page.get_by_role("link", name="Import customers").click()
    page.get_by_label("CSV file").set_input_files(tmp_path / "kunden.csv")
    page.get_by_role("button", name="Upload and look at it").click()

    expect(page.get_by_text("30 are new")).to_be_visible()
    assert page.get_by_label("Handy").input_value() == "mobile"
    no_violations(page)
    page.get_by_role("button", name="Import this file").click()
    expect(page.get_by_text("% read")).to_be_visible()
    while loops.step(clock.now()).handled:
        pass

    expect(page.get_by_text("31 rows read")).to_be_visible()
    expect(page.get_by_text("This is not an e-mail address")).to_be_visible()
    no_violations(page)
    _find(page)


def _find(page: Page) -> None:
    page.get_by_role("link", name="See the customers").click()
    page.get_by_label("Find a customer").fill("0171 2345607")
    expect(page.get_by_role("link", name="Jürgen Größe 7", exact=True)).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)
