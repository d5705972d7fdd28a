"""Every public page is valid HTML, and says to machines where the same news stands in other forms."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from html5lib import HTMLParser

from conftest import HandClock
from daylight.incidents.words import ComponentState, Kind, Stage
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.models import Page
from daylight.pages.tests.makers import a_component, a_told_incident, an_update, resolve

pytestmark = pytest.mark.django_db

LINKS = "{http://www.w3.org/1999/xhtml}link"
METAS = "{http://www.w3.org/1999/xhtml}meta"


def parsed(body: bytes) -> Any:
    """The page as a browser sees it; html5lib raises at the first error."""
    return HTMLParser(strict=True).parse(body.decode())


def a_busy_page(clock: HandClock) -> None:
    shop, depot = a_component("Shop", section="Sales"), a_component("Depot")
    a_told_incident(clock.now, impacts={shop: ComponentState.MAJOR_OUTAGE}, what="One\n\nTwo https://firm.example/")
    over = a_told_incident(clock.now - timedelta(days=2), headline="Parcels <late>")
    an_update(over, clock.now - timedelta(days=1), impacts={depot: ComponentState.DEGRADED})
    resolve(over, clock.now - timedelta(hours=3))
    begins = clock.now + timedelta(days=1)
    a_told_incident(clock.now, kind=Kind.MAINTENANCE, stage=Stage.SCHEDULED, planned_from=begins, promised_in=None)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_is_valid_html(folder: PageFolder, clock: HandClock, language: str) -> None:
    Page.main(clock.now)
    Page.objects.update(language=language, introduction="Hello.")
    a_busy_page(clock)
    publishing.refresh(clock.now)

    shapes = ("*.html", "*/*.html", "*/*/*.html")
    pages = [path for shape in shapes for path in folder.site.glob(shape) if path.name != "stale.html"]
    assert len(pages) > 8
    for path in pages:
        assert parsed(path.read_bytes()) is not None


def test_the_page_leads_to_its_other_forms_and_all_are_there(
    folder: PageFolder, client: Client, clock: HandClock
) -> None:
    a_busy_page(clock)
    publishing.refresh(clock.now)
    incident = next(path.parent.name for path in folder.site.glob("incidents/*/calendar.ics"))

    for address in ("/", f"/incidents/{incident}/"):
        head = parsed(client.get(address).content)
        links = [link for link in head.iter(LINKS) if link.get("rel") == "alternate"]
        pictures = [meta.get("content") for meta in head.iter(METAS) if meta.get("property") == "og:image"]
        assert len(links) >= 4
        assert len(pictures) == 1
        for target in [*(link.get("href") for link in links), *pictures]:
            assert client.get(target.removeprefix("http://127.0.0.1:8000")).status_code == 200, target


def test_the_forms_of_a_page_are_valid_html(folder: PageFolder, client: Client, clock: HandClock) -> None:
    a_busy_page(clock)
    publishing.refresh(clock.now)

    for address in ("/subscribe/", "/subscribe/asked/", "/subscribe/link/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert parsed(answer.content) is not None


def test_a_private_page_is_not_offered_to_machines(folder: PageFolder, clock: HandClock) -> None:
    Page.main(clock.now)
    Page.objects.update(access=Page.Access.PRIVATE)
    a_busy_page(clock)
    publishing.refresh(clock.now)

    text = (folder.site / "index.html").read_text()
    assert "og:image" not in text
    assert "ld+json" not in text
    assert "history.atom" not in text
