"""Ana proves who was told what: on screen, as a signed pack, and to somebody who trusts nobody."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from conftest import a_member
from daylight.accounts.roles import Role
from daylight.cli.main import main
from daylight.core import clock
from daylight.customers.models import Customer
from daylight.incidents.tests.makers import an_incident, an_update
from daylight.reach.tests.makers import customers
from tests.stories.conftest import PostOffice, no_violations

Open = Callable[..., Page]
LONG = "Zoë-Anastasia von und zu Hohenlohe-Langenburg-Waldenburg-Schillingsfürst & Söhne " + "x" * 60


@pytest.mark.usefixtures("worker")
def test_the_proof_is_seen_taken_along_and_checked(
    open_page: Open,
    post_office: PostOffice,
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings.DATA_DIR = tmp_path
    ana = a_member("Ana", Role.LEAD)
    affected = customers(5)
    Customer.objects.filter(pk=affected[0].pk).update(name=LONG)
    affected[4].contact_points.all().delete()
    incident = an_incident(
        title="Card payments fail", lead=ana, by=ana, affected=Customer.objects.filter(pk__in=[c.pk for c in affected])
    )
    an_update(incident, by=ana, at=clock.now())

    # The first word goes out; the room leads to the proof.
    page = open_page(f"/desk/incident/{incident.public_id}/", member=ana)
    expect(page.get_by_role("region", name="Told", exact=True).first).to_contain_text("4 of 5 told")
    page.get_by_role("link", name="Proof", exact=True).click()
    expect(page.get_by_role("heading", name="How they heard")).to_be_visible()
    expect(page.locator("main")).to_contain_text("4 of 5 affected customers were told; 1 never")
    no_violations(page)

    # The exact message of one customer, as the mail server got it.
    page.get_by_role("link", name="Update 1").click()
    expect(page.get_by_role("heading", name="The exact words")).to_be_visible()
    no_violations(page)
    page.get_by_role("link", name="Every delivery").click()
    page.get_by_role("link", name="See it").first.click()
    expect(page.get_by_role("heading", name="Exactly what they got")).to_be_visible()
    assert len(post_office.letters) == 4
    no_violations(page)

    # The pack, fetched by the browser, is proven; one changed byte is told in a sentence.
    page.get_by_role("link", name="Proof of the update").click()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    pack = tmp_path / "fetched.zip"
    waiting.value.save_as(pack)
    no_violations(page)
    assert main(["evidence", "verify", str(pack)]) == 0
    assert "5 customers" in capsys.readouterr().out
    content = bytearray(pack.read_bytes())
    content[len(content) // 2] ^= 1
    pack.write_bytes(content)
    assert main(["evidence", "verify", str(pack)]) == 1
    assert "changed after the pack was signed" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["proof/", "proof/1/", "ledger/", "people/unreachable/"])
def test_the_proof_on_a_telephone_in_the_dark(open_page: Open, worker: None, path: str) -> None:
    ana = a_member("Ana", Role.LEAD)
    affected = customers(3)
    Customer.objects.filter(pk=affected[0].pk).update(name=LONG)
    affected[0].contact_points.all().delete()
    incident = an_incident(
        title=LONG, lead=ana, by=ana, affected=Customer.objects.filter(pk__in=[c.pk for c in affected])
    )
    an_update(incident, by=ana, at=clock.now())

    page = open_page(f"/desk/reach/{incident.public_id}/{path}", member=ana, narrow=True, dark=True)

    expect(page.locator("h1")).to_be_visible()
    no_violations(page)
