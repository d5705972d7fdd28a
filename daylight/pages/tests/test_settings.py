"""The crew sets up pages on the desk."""

from typing import Any

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member, Organisation
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.models import Page
from daylight.pages.shelf import shelf
from daylight.pages.tests.makers import a_component, a_page, a_told_incident
from daylight.pages.tests.pictures import a_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

SAID = {"title": "", "introduction": "", "language": "en", "host": "", "shows": "all", "access": "public", "colour": ""}


def setting(client: Client, slug: str = "status", **changed: Any) -> Any:
    return client.post(f"/desk/pages/{slug}/", {**SAID, **changed})


def audited() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("number").values_list("act", "subject"))


def test_title_and_components_are_set_and_shown(client: Client, ana: Member, clock: HandClock) -> None:
    shop, cellar = a_component("Shop"), a_component("Cellar")
    client.force_login(ana)
    assert client.get("/desk/pages/status/").status_code == 200

    answer = setting(client, title="How Northwind does", introduction="Hello.", shown_components=[shop.pk])

    assert answer.status_code == 302
    publishing.refresh(clock.now)
    text = client.get("/").content.decode()
    assert "How Northwind does" in text
    assert "Shop" in text
    assert "Cellar" not in text
    assert list(Page.main(clock.now).hidden_components.all()) == [cellar]
    assert audited() == [("page.change", "status")]
    assert "Last publications" in client.get("/desk/pages/status/").content.decode()


def test_a_bad_language_is_a_sentence_at_its_place(client: Client, ana: Member) -> None:
    client.force_login(ana)
    answer = setting(client, title="Kept", language="tlh")

    assert answer.status_code == 422
    assert "Kept" in answer.content.decode()
    assert "Select a valid choice" in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["", "add/", "status/", "status/link/", "shop/remove/", "colour/", "colour/000000.svg"]
)
def test_only_who_may_set_up(path: str, client: Client, bela: Member) -> None:
    client.force_login(bela)
    assert client.get(f"/desk/pages/{path}").status_code == 403


def test_a_page_is_added_listed_and_removed_with_its_folder(client: Client, ana: Member, clock: HandClock) -> None:
    a_told_incident(clock.now)
    client.force_login(ana)
    answer = client.post("/desk/pages/add/", {"title": "The shop", "slug": "shop", "access": "public"})
    assert answer.headers["Location"] == "/desk/pages/shop/"
    publishing.refresh(clock.now)
    shelf().look_again()
    assert "Card payments fail" in client.get("/pages/shop/").content.decode()
    listed = client.get("/desk/pages/").content.decode()
    assert "The shop" in listed
    assert "/pages/shop/" in listed
    assert "stands" in listed

    assert "answers no more" in client.get("/desk/pages/shop/remove/").content.decode()
    client.post("/desk/pages/shop/remove/")

    shelf().look_again()
    assert not PageFolder.of("shop").root.exists()
    assert PageFolder.main().root.exists()
    assert client.get("/pages/shop/").status_code == 404
    assert audited() == [("page.add", "shop"), ("page.remove", "shop")]


def test_the_main_page_stays(client: Client, ana: Member) -> None:
    client.force_login(ana)
    assert client.post("/desk/pages/status/remove/").status_code == 404
    assert Page.objects.filter(slug="status").exists()


def test_a_folder_in_which_no_page_stood_is_left_alone(clock: HandClock, folder: PageFolder) -> None:
    other = folder.root.parent / "notes"
    other.mkdir(parents=True)
    publishing.refresh(clock.now)
    assert other.is_dir()


@pytest.mark.parametrize("slug", ["status", "add", "shop", "Shop", "a b", "-a", ""])
def test_an_address_that_cannot_be_is_a_sentence(slug: str, client: Client, ana: Member, clock: HandClock) -> None:
    a_page("shop", clock.now)
    client.force_login(ana)
    answer = client.post("/desk/pages/add/", {"title": "Another", "slug": slug, "access": "public"})
    assert answer.status_code == 422
    assert Page.objects.filter(title="Another").count() == 0


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("status.taken.example", "stands at this host"),
        ("daylight.firm.example", "The crew works at this host"),
        ("localhost", "no host name"),
        ("brand.example/shop", "without a path"),
        ("brand.example:8080", "without a port"),
        ("192.0.2.7", "not a number"),
        ("straße.example", "begins with xn--"),
        ("a..b", "no host name"),
        ("x" * 300 + ".example", "at most 253 characters"),
    ],
)
def test_a_host_that_cannot_be_is_a_sentence(
    *, typed: str, says: str, client: Client, ana: Member, clock: HandClock, settings: Any
) -> None:
    settings.SITE_URL = "https://daylight.firm.example"
    a_page("taken", clock.now, host="status.taken.example")
    a_page("shop", clock.now)
    client.force_login(ana)
    answer = setting(client, "shop", host=typed)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Page.objects.get(slug="shop").host == ""


def test_a_host_is_kept_as_the_network_knows_it_and_answers_at_once(
    client: Client, ana: Member, clock: HandClock
) -> None:
    a_page("shop", clock.now)
    client.force_login(ana)
    assert setting(client, "shop", host="https://Bücher.Example/").status_code == 302

    assert Page.objects.get(slug="shop").host == "xn--bcher-kva.example"
    shelf().look_again()
    assert shelf().hosts() == ["xn--bcher-kva.example"]
    assert "xn--bcher-kva.example leads to the same machine" in client.get("/desk/pages/shop/").content.decode()


def test_a_new_link_ends_the_old_one_and_is_asked_once(client: Client, ana: Member, clock: HandClock) -> None:
    page = a_page("staff", clock.now, access=Page.Access.PRIVATE)
    client.force_login(ana)
    before = client.get("/desk/pages/staff/").content.decode()
    assert f"?key={page.public_id}-0." in before

    client.get("/desk/pages/staff/link/")
    page.refresh_from_db()
    assert page.links_from == 0
    client.post("/desk/pages/staff/link/")

    assert f"?key={page.public_id}-1." in client.get("/desk/pages/staff/").content.decode()
    assert audited() == [("page.new-link", "staff")]


def test_a_page_made_private_is_closed_before_it_is_rendered_again(
    client: Client, ana: Member, clock: HandClock
) -> None:
    publishing.refresh(clock.now)
    client.force_login(ana)
    setting(client, access="private")
    shelf().look_again()
    assert Client().get("/").status_code == 403


def test_a_colour_is_typed_or_picked_and_shown_as_it_can_be_read(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)
    setting(client, colour="0A7F5A", picked="#1a56b0")
    assert Page.main(clock.now).colour == "#0a7f5a"
    setting(client, colour="#0a7f5a", picked="#ffe000")
    assert Page.main(clock.now).colour == "#ffe000"
    setting(client, colour="", picked="#ffe000")
    assert Page.main(clock.now).colour == ""
    assert setting(client, colour="blue").status_code == 422
    said = client.get("/desk/pages/colour/", {"colour": "#ffe000"}).content.decode()
    assert "#ffe000 has a contrast of 1." in said
    assert "On the dark page links are drawn in #ffe000 itself" in said
    picture = client.get("/desk/pages/colour/ffe000.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert b"style" not in picture.content
    assert client.get("/desk/pages/colour/xyz.svg").status_code == 404


def test_a_logo_is_drawn_anew_shown_and_removed(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)
    assert setting(client, upload=a_picture(800, 200)).status_code == 302
    assert client.get("/desk/pages/status/logo.png").content.startswith(b"\x89PNG")
    publishing.refresh(clock.now)
    page = client.get("/").content.decode()
    assert "assets/logo-" in page
    assert 'width="320" height="80"' in page

    refused = setting(client, upload=a_picture(10, 10, name="logo.svg", body=b"<svg onload='alert(1)'/>"))
    assert refused.status_code == 422
    assert "This is an SVG file" in refused.content.decode()
    assert Page.main(clock.now).logo

    setting(client, drops_logo="on")
    assert not Page.main(clock.now).logo
    assert client.get("/desk/pages/status/logo.png").status_code == 404


def test_words_in_a_further_language_are_asked_kept_and_said(client: Client, ana: Member, clock: HandClock) -> None:
    Organisation.objects.update_or_create(pk=Organisation.get().pk, defaults={"languages": ["de"]})
    client.force_login(ana)
    assert "missing translation" not in client.get("/desk/pages/status/").content.decode()
    setting(client, title="How we do")
    assert "missing translation" in client.get("/desk/pages/status/").content.decode()

    setting(client, title="How we do", title_de="Wie es uns geht", introduction="Hello.", introduction_de="")
    publishing.refresh(clock.now)

    assert "How we do" in client.get("/").content.decode()
    german = client.get("/de/").content.decode()
    assert "Wie es uns geht" in german
    assert "Hello." in german
    setting(client, title="How we do", title_de="So geht es", introduction="Hello.", introduction_de="Hallo.")
    publishing.refresh(clock.now)
    assert "So geht es" in client.get("/de/history/").content.decode()
    assert "missing translation" not in client.get("/desk/pages/status/").content.decode()
