"""Of a private page nothing is told to whoever may not read it, by any address, method or file."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.incidents.models import Incident
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.models import Page
from daylight.pages.own_hosts import AnsweredHosts
from daylight.pages.private import secret_link
from daylight.pages.shelf import Shelf, shelf
from daylight.pages.standing import STALE_NOTICE, address
from daylight.pages.tests.makers import a_page, a_told_incident, resolve
from daylight.pages.tests.test_front import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

SECRET = "zqsecret"


@pytest.fixture
def staff(clock: HandClock) -> Page:
    """A private page with an incident of its own, standing."""
    page = a_page("staff", clock.now, title=f"{SECRET} title", access=Page.Access.PRIVATE, colour="#0a7f5a")
    a_told_incident(clock.now, headline=SECRET)
    resolve(a_told_incident(clock.now, headline=SECRET), clock.move(minutes=1))
    publishing.refresh(clock.now)
    shelf().look_again()
    return page


def addresses(page: Page) -> list[str]:
    """Every address at which something stands, and some at which nothing does."""
    folder = PageFolder.of(page.slug)
    tree = folder.tree()
    assert tree is not None
    names = [name for name in tree.files if not name.endswith(STALE_NOTICE)]
    for path, digest in tree.leaves.items():
        names += [f"{path}/{name}" for name in folder.read_leaf(digest)]
    assert len(names) > 20
    nowhere = ("/incidents/none/", "/incidents/none/index.json", "/history/1999-01/", "/assets/none.css", "/none.json")
    return [page.root + path for path in (*map(address, names), *nowhere)]


def key_of(page: Page) -> str:
    return parse_qs(urlsplit(secret_link(page)).query)["key"][0]


def enter(client: Client, page: Page, key: str = "") -> Any:
    return client.get(f"{page.root}/", {"key": key or key_of(page)})


def test_the_front_passes_every_address_on(staff: Page) -> None:
    reader = Reader(PageFolder.of("staff"))
    for path in addresses(staff):
        for method in ("GET", "HEAD"):
            assert reader.ask(path, method=method)[0] == 299, path


def test_no_address_tells_a_stranger_anything(client: Client, staff: Page) -> None:
    seen = set()
    for path in addresses(staff):
        answer = client.get(path)
        assert answer.status_code == 403, path
        assert SECRET not in answer.content.decode(), path
        assert answer.headers["Cache-Control"] == "private, no-store", path
        assert "ETag" not in answer.headers
        seen.add(answer.content)
    head = client.head("/pages/staff/")
    assert (head.status_code, head.headers["Cache-Control"], "ETag" in head.headers) == (
        403,
        "private, no-store",
        False,
    )
    assert client.post(f"{staff.root}/").status_code == 405
    # What is there and what is not are answered alike, save for the way back after signing in.
    assert len({body.count(b"<") for body in seen}) == 1


def test_a_page_that_was_never_rendered_is_closed_too(client: Client, clock: HandClock) -> None:
    page = a_page("new", clock.now, title=SECRET, access=Page.Access.PRIVATE)
    publishing.put_on_shelf(clock.now)
    shelf().look_again()

    closed = client.get("/pages/new/")

    assert (closed.status_code, SECRET in closed.content.decode()) == (403, False)
    enter(client, page)
    opened = client.get("/pages/new/")
    assert (opened.status_code, SECRET in opened.content.decode()) == (200, True)
    assert opened.headers["Cache-Control"] == "private, no-store"


def test_whoever_is_turned_away_is_told_so_in_the_language_of_the_page(client: Client, staff: Page) -> None:
    Page.objects.filter(pk=staff.pk).update(language="fr")

    turned_away = client.get("/pages/staff/").content.decode()

    assert '<html lang="fr"' in turned_away
    assert "est pas publique" in turned_away
    assert "Skip to the content" not in turned_away


def test_a_secret_link_is_exchanged_for_a_cookie_that_opens_every_file(client: Client, staff: Page) -> None:
    answer = enter(client, staff)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/pages/staff/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    cookie = answer.cookies["reader-staff"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/pages/staff/", True, "Lax")
    read = client.get("/pages/staff/")
    assert SECRET in read.content.decode()
    assert read.headers["Cache-Control"] == "private, no-store"
    assert read.headers["X-Robots-Tag"] == "noindex"
    assert SECRET in client.get("/pages/staff/status.json").content.decode()
    assert client.get("/pages/staff/incidents/none/").status_code == 404


def test_a_new_link_ends_the_old_one_and_what_it_opened(client: Client, staff: Page) -> None:
    old = key_of(staff)
    enter(client, staff)
    staff.renew_link()

    assert client.get("/pages/staff/").status_code == 403
    assert enter(Client(), staff, old).status_code == 403
    assert enter(Client(), staff).status_code == 302


def test_no_other_key_fits(client: Client, staff: Page, clock: HandClock) -> None:
    other = a_page("other", clock.now, access=Page.Access.PRIVATE)
    for key in (key_of(other), key_of(staff)[:-1], key_of(staff) + "0", "staff-0", "é" * 40, "."):
        assert enter(client, staff, key).status_code == 403, key
    client.cookies["reader-staff"] = key_of(other)
    assert client.get("/pages/staff/").status_code == 403


def test_a_page_made_again_under_the_same_address_has_none_of_the_old_links(
    client: Client, staff: Page, clock: HandClock
) -> None:
    old = key_of(staff)
    staff.delete()
    again = a_page("staff", clock.now, access=Page.Access.PRIVATE)
    publishing.refresh(clock.now)
    assert enter(client, again, old).status_code == 403


def test_members_read_it_and_members_without_a_role_do_not(
    client: Client, staff: Page, bela: Member, dora: Member
) -> None:
    client.force_login(bela)
    assert SECRET in client.get("/pages/staff/").content.decode()
    client.force_login(dora)
    assert client.get("/pages/staff/").status_code == 403


def test_on_its_own_host_it_is_as_closed_and_offers_no_way_in(
    client: Client, staff: Page, clock: HandClock, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = AnsweredHosts(["testserver"])
    Page.objects.filter(pk=staff.pk).update(host="staff.firm.example")
    publishing.refresh(clock.now)
    shelf().look_again()
    staff.refresh_from_db()
    for path in addresses(staff):
        answer = client.get(path, HTTP_HOST="staff.firm.example")
        assert answer.status_code == 403, path
        assert SECRET not in answer.content.decode()
        assert "sign in" not in answer.content.decode()
    inside: Any = client.get("/", {"key": key_of(staff)}, HTTP_HOST="staff.firm.example")
    assert inside.status_code == 302
    client.cookies["reader-staff"] = inside.cookies["reader-staff"].value
    assert SECRET in client.get("/", HTTP_HOST="staff.firm.example").content.decode()
    assert Shelf(PageFolder.main().root.parent).hosts() == ["staff.firm.example"]


def test_a_private_main_page_leaves_other_pages_open(client: Client, clock: HandClock) -> None:
    incident: Incident = a_told_incident(clock.now, headline=SECRET)
    Page.main(clock.now)
    Page.objects.update(access=Page.Access.PRIVATE)
    a_page("shop", clock.now)
    publishing.refresh(clock.now)
    shelf().look_again()

    for path in ("/", "/status.json", "/history/", f"/incidents/{incident.public_id}/", "/api/v2/summary.json"):
        answer = client.get(path)
        assert answer.status_code in {403, 404}, path
        assert SECRET not in answer.content.decode()
    assert SECRET in client.get("/pages/shop/").content.decode()
    assert client.get("/unsubscribe/none/").status_code != 403
