"""Several pages in several languages: each at its own address, each whole, none with the news of another."""

import re

import pytest

from conftest import HandClock
from daylight.accounts.models import Organisation
from daylight.incidents.models import UpdateText
from daylight.incidents.words import ComponentState
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.models import Page
from daylight.pages.tests.makers import a_component, a_page, a_told_incident
from daylight.pages.tests.test_front import Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(folder: PageFolder) -> Reader:
    return Reader(folder)


def text_at(reader: Reader, path: str, host: str = "firm.example") -> str:
    status, _, body = reader.ask(path, host=host)
    assert status == 200, path
    return body.decode()


def speak(*languages: str) -> None:
    Organisation.objects.filter(pk=Organisation.get().pk).update(languages=list(languages))


def test_each_page_is_found_by_its_host_or_its_slug(reader: Reader, clock: HandClock) -> None:
    a_page("shop", clock.now, title="The shop")
    a_page("brand", clock.now, title="The brand", host="status.brand.example")
    publishing.refresh(clock.now)
    main = Organisation.get().name

    assert "<title>" in text_at(reader, "/")
    for path, host, title in (
        ("/", "firm.example", main),
        ("/pages/shop/", "firm.example", "The shop"),
        ("/pages/shop/history/", "firm.example:8443", "The shop"),
        ("/", "status.brand.example", "The brand"),
        ("/history/", "STATUS.brand.example:443", "The brand"),
    ):
        assert title in text_at(reader, path, host), (path, host)
    # A page stands at one address alone, and there is no other page below a brand's host.
    for path, host in (
        ("/pages/brand/", "firm.example"),
        ("/pages/status/", "firm.example"),
        ("/pages/nowhere/", "firm.example"),
        ("/pages/shop/", "status.brand.example"),
        ("/pages/shop", "firm.example"),
    ):
        assert reader.ask(path, host=host)[0] == 299, (path, host)


def test_every_link_of_a_page_stays_on_it(reader: Reader, clock: HandClock) -> None:
    incident = a_told_incident(clock.now)
    a_page("shop", clock.now)
    speak("de")
    publishing.refresh(clock.now)
    for path in ("/", "/de/", "/history/", f"/incidents/{incident.public_id}/", f"/de/incidents/{incident.public_id}/"):
        links = re.findall(r'(?:href|src)="(/[^"]*)"', text_at(reader, f"/pages/shop{path}"))
        assert len(links) > 5
        assert {link for link in links if not link.startswith(("/pages/shop/", "/push/"))} == set(), path


def test_a_page_of_some_components_tells_of_them_alone(reader: Reader, clock: HandClock) -> None:
    till, cellar = a_component("Till"), a_component("Cellar")
    page = a_page("shop", clock.now, shows=Page.Shows.ITS_COMPONENTS)
    page.hidden_components.add(cellar)
    a_told_incident(clock.now, headline="Till is slow", impacts={till: ComponentState.DEGRADED})
    a_told_incident(clock.now, headline="Cellar is flooded", impacts={cellar: ComponentState.MAJOR_OUTAGE})
    publishing.refresh(clock.now)

    shop = text_at(reader, "/pages/shop/") + text_at(reader, "/pages/shop/status.json")
    assert "Till is slow" in shop
    assert "Cellar" not in shop
    assert "Cellar is flooded" in text_at(reader, "/")


def test_a_reader_of_another_language_gets_its_words_and_where_there_are_none_the_others_marked(
    reader: Reader, clock: HandClock
) -> None:
    speak("de", "it")
    told = a_told_incident(clock.now, headline="Card payments fail")
    UpdateText.objects.create(update=told.updates.get(), language="de", headline="Kartenzahlung geht nicht")
    untold = a_told_incident(clock.now, headline="Parcels wait")
    publishing.refresh(clock.now)

    german = text_at(reader, "/de/")
    assert '<html lang="de"' in german
    assert "Kartenzahlung geht nicht" in german
    assert "Card payments fail" not in german
    assert re.search(r'<h3 lang="en"><a href="/de/incidents/[^"]+">Parcels wait', german)
    assert 'lang="en"' in text_at(reader, f"/de/incidents/{untold.public_id}/").replace('hreflang="en"', "")
    english = text_at(reader, "/")
    assert "Card payments fail" in english
    assert "Kartenzahlung" not in english
    # A language the page itself does not speak has no page.
    assert reader.ask("/it/")[0] == 299


@pytest.mark.parametrize("path", ["/", "/history/2026-05/", "incident"])
def test_pages_name_themselves_and_each_other_in_every_language(path: str, reader: Reader, clock: HandClock) -> None:
    speak("de", "fr")
    incident = a_told_incident(clock.now)
    path = f"/incidents/{incident.public_id}/" if path == "incident" else path
    publishing.refresh(clock.now)
    home = Page.main(clock.now).url
    every = {("en", f"{home}{path}"), ("de", f"{home}/de{path}"), ("fr", f"{home}/fr{path}")}

    for folder in ("", "/de", "/fr"):
        page = text_at(reader, f"{folder}{path}")
        assert f'<link rel="canonical" href="{home}{folder}{path}">' in page
        assert set(re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)"', page)) == every
        switch = re.search(r'<nav class="languages".*?</nav>', page)
        assert switch is not None
        others = re.findall(r'<a href="([^"]+)" lang="(\w+)"', switch[0])
        assert {where for where, _ in others} == {f"{each}{path}" for each in ("", "/de", "/fr") if each != folder}


def test_with_one_language_there_is_nothing_to_switch(reader: Reader, clock: HandClock) -> None:
    publishing.refresh(clock.now)
    page = text_at(reader, "/")
    assert 'class="languages"' not in page
    assert 'rel="alternate" hreflang' not in page
