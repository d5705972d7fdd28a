"""A CSV of customers is imported in the browser: columns guessed, a fault reported, the file kept out of the way."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from daylight.accounts.models import Member
from daylight.customers.models import Customer

Open = Callable[..., Page]

ROWS = """Kundennummer;Name;E-Mail;Telefon;Sprache
K-1;Jürgen Müller;juergen@home.example;;de
K-2;Chloé Dubois;chloe@home.example;+33 6 12 34 56 78;fr
K-3;Kim;not an address;;en
"""


def test_a_german_file_is_understood_and_its_fault_shown(
    open_page: Open, worker: None, ana: Member, tmp_path: Path
) -> None:
    path = tmp_path / "kunden.csv"
    path.write_bytes(ROWS.encode("cp1252"))
    page = open_page("/desk/customers/imports/new/", member=ana)

    page.get_by_label("CSV file").set_input_files(path)
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.get_by_role("heading", name="What is in kunden.csv?")).to_be_visible()
    expect(page.get_by_text("Jürgen Müller").first).to_be_visible()
    page.get_by_role("button", name="Import this file").click()

    expect(page.get_by_text("3 rows read")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("not an address").first).to_be_visible()
    found = Customer.objects.filter(external_id__in=["K-1", "K-2"]).order_by("external_id")
    assert [customer.name for customer in found] == ["Jürgen Müller", "Chloé Dubois"]
    with page.expect_download() as faults:
        page.get_by_role("link", name="Download the faulty rows").click()
    assert "not an address" in Path(faults.value.path()).read_text(encoding="utf-8-sig")
