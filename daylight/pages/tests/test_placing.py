"""A member says on which pages an incident stands, and it is true of everything that is published."""

from typing import Any

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member, Organisation
from daylight.incidents.models import Incident
from daylight.incidents.words import ComponentState
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.models import Page
from daylight.pages.placing.standing import Because, OnPage, on_pages, place
from daylight.pages.tests.makers import a_component, a_page, a_told_incident, an_incident, resolve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

WORDS = "Parcels wait in zqNorth"


def standing_at(incident: Incident, page: Page, clock: HandClock) -> OnPage:
    return next(row for row in on_pages(incident, clock.now) if row.page == page)


def everything(slug: str) -> dict[str, bytes]:
    """Every file that stands of a page, by name."""
    folder = PageFolder.of(slug)
    tree = folder.tree()
    assert tree is not None
    files = {name: folder.read(tree, name) for name in tree.files}
    for path, digest in tree.leaves.items():
        files |= {f"{path}/{name}": body for name, body in folder.read_leaf(digest).items()}
    return files


def speaking_of(incident: Incident, slug: str) -> set[str]:
    """The files of a page that know of an incident, by its words, its public name or its own folder."""
    marks = (WORDS.encode(), incident.public_id.encode())
    return {
        name
        for name, body in everything(slug).items()
        if any(mark in body for mark in marks) or incident.public_id in name
    }


@pytest.mark.parametrize("is_over", [False, True])
def test_taken_off_it_vanishes_from_every_file_of_that_page(
    is_over: bool, client: Client, ana: Member, clock: HandClock
) -> None:
    Organisation.objects.filter(pk=Organisation.get().pk).update(languages=["de"])
    shop = a_page("shop", clock.now)
    incident = a_told_incident(clock.now, headline=WORDS)
    if is_over:
        resolve(incident, clock.move(hours=1), headline=WORDS)
    publishing.refresh(clock.now)
    # Pages, months and JSON, in both languages, and whatever else is made of an incident.
    assert len(speaking_of(incident, "shop")) >= 8
    before = speaking_of(incident, "status")
    client.force_login(ana)

    client.post(f"/desk/pages/incident/{incident.public_id}/on/shop/", {"act": "take-off"})
    publishing.refresh(clock.now)

    assert speaking_of(incident, "shop") == set()
    assert speaking_of(incident, "status") == before
    assert standing_at(incident, shop, clock).because is Because.TAKEN_OFF_BY_A_MEMBER
    assert AuditEntry.objects.get(act="page.place").details == {"page": "shop", "word": "take-off"}
    client.post(f"/desk/pages/incident/{incident.public_id}/on/shop/", {"act": "leave-to-rule"})
    publishing.refresh(clock.now)
    assert standing_at(incident, shop, clock).because is Because.EVERY_INCIDENT
    assert speaking_of(incident, "shop")


def test_two_that_change_places_are_noticed(ana: Member, clock: HandClock) -> None:
    """As many as before, with the same times: only the placements tell."""
    shop = a_page("shop", clock.now, shows=Page.Shows.ITS_COMPONENTS)
    one, other = a_told_incident(clock.now, headline="One"), a_told_incident(clock.now, headline="Other")
    place(one, shop, is_shown=True, by=ana, at=clock.now)
    publishing.refresh(clock.now)

    place(one, shop, is_shown=False, by=ana, at=clock.now)
    place(other, shop, is_shown=True, by=ana, at=clock.now)
    publishing.refresh(clock.now)

    assert speaking_of(one, "shop") == set()
    assert speaking_of(other, "shop")


def test_a_page_of_some_components_shows_what_touches_them(ana: Member, clock: HandClock) -> None:
    till, cellar = a_component("Till"), a_component("Cellar")
    shop = a_page("shop", clock.now, shows=Page.Shows.ITS_COMPONENTS)
    shop.hidden_components.add(cellar)
    ours = a_told_incident(clock.now, impacts={till: ComponentState.DEGRADED})
    theirs = a_told_incident(clock.now, impacts={cellar: ComponentState.DEGRADED})

    found = standing_at(ours, shop, clock)
    assert (found.is_shown, found.because, found.components) == (True, Because.ITS_COMPONENTS, ["Till"])
    found = standing_at(theirs, shop, clock)
    assert (found.is_shown, found.because) == (False, Because.OTHER_COMPONENTS)
    place(theirs, shop, is_shown=True, by=ana, at=clock.now)
    found = standing_at(theirs, shop, clock)
    assert (found.is_shown, found.because) == (True, Because.SHOWN_BY_A_MEMBER)


@pytest.mark.parametrize(
    ("more", "because"), [({"public": False}, Because.NOT_PUBLIC), ({"is_exercise": True}, Because.EXERCISE)]
)
def test_no_placement_makes_public_what_is_not(
    more: dict[str, Any], because: Because, ana: Member, clock: HandClock
) -> None:
    incident = an_incident(clock.now, **more)
    main = Page.main(clock.now)
    place(incident, main, is_shown=True, by=ana, at=clock.now)
    found = standing_at(incident, main, clock)
    assert (found.is_shown, found.because) == (False, because)


def test_who_does_not_lead_reads_and_changes_nothing(client: Client, bela: Member, clock: HandClock) -> None:
    incident = a_told_incident(clock.now)
    client.force_login(bela)
    address = f"/desk/pages/incident/{incident.public_id}/"
    text = client.get(address).content.decode()
    assert "The page shows every public incident." in text
    assert "Take it off this page" not in text
    assert client.post(f"{address}on/status/", {"act": "take-off"}).status_code == 403
    assert "<html" not in client.get(address, headers={"HX-Request": "true"}).content.decode()


def test_a_button_nobody_made_changes_nothing(client: Client, ana: Member, clock: HandClock) -> None:
    incident = a_told_incident(clock.now)
    client.force_login(ana)
    Page.main(clock.now)
    address = f"/desk/pages/incident/{incident.public_id}/"
    answer = client.post(f"{address}on/status/", {"act": "explode"}, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert not AuditEntry.objects.exists()
    assert client.post(f"{address}on/nowhere/", {"act": "show"}).status_code == 404
    assert client.get("/desk/pages/incident/nobody/").status_code == 404
