"""A page's own host is answered without a restart, and serves the public alone."""

from typing import Any

import pytest
from django.http import Http404, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.test import Client, RequestFactory
from django.urls import get_resolver

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.pages import publishing
from daylight.pages.models import Page
from daylight.pages.own_hosts import AnsweredHosts, OwnHosts
from daylight.pages.shelf import shelf
from daylight.pages.tests.makers import a_page
from tests.architecture.test_access import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

BRAND = "status.brand.example"


@pytest.fixture
def brand(clock: HandClock, settings: Any) -> Page:
    """A page with a host of its own, standing; Django accepts hosts as it does in production."""
    settings.ALLOWED_HOSTS = AnsweredHosts(["testserver"])
    page = a_page("brand", clock.now, title="How the brand does", host=BRAND)
    publishing.refresh(clock.now)
    shelf().look_again()
    return page


def test_a_host_is_answered_from_the_moment_a_page_has_it(client: Client, brand: Page, clock: HandClock) -> None:
    assert "How the brand does" in client.get("/", HTTP_HOST=BRAND).content.decode()
    assert client.get("/", HTTP_HOST=f"{BRAND.upper()}:8443").status_code == 200
    assert client.get("/", HTTP_HOST="other.example").status_code == 400

    Page.objects.filter(pk=brand.pk).update(host="other.example")
    publishing.refresh(clock.now)
    shelf().look_again()

    assert client.get("/", HTTP_HOST="other.example").status_code == 200
    assert client.get("/", HTTP_HOST=BRAND).status_code == 400


def test_where_it_stood_before_leads_there(client: Client, brand: Page) -> None:
    answer = client.get("/pages/brand/incidents/none/?from=mail")
    assert answer.headers["Location"] == f"http://{BRAND}/incidents/none/?from=mail"
    assert client.get("/pages/brand/", HTTP_HOST=BRAND).status_code == 404
    assert client.get("/pages/nobody/").status_code == 404


def test_nothing_of_the_crew_is_served_there(client: Client, ana: Member, brand: Page) -> None:
    client.force_login(ana)
    for path in ("/desk/", "/desk/pages/", "/accounts/login/", "/accounts/email/", "/api/v1/incidents", "/api/v1/docs"):
        assert client.get(path, HTTP_HOST=BRAND).status_code == 404, path
        assert client.post(path, HTTP_HOST=BRAND).status_code == 404, path
    assert client.get("/desk/pages/").status_code == 200


def test_no_address_of_the_crew_is_let_through(brand: Page, rf: RequestFactory) -> None:
    """Whatever rooms add: what is not open to anyone is refused there by its rule."""
    door = OwnHosts(lambda request: HttpResponse())
    request = rf.get("/somewhere/", HTTP_HOST=BRAND)
    closed = [view for view in views() if getattr(view, "access_rule", "") != "anyone"]

    assert len(closed) > 100
    for view in closed:
        with pytest.raises(Http404):
            door.process_view(request, view)


def views() -> list[Any]:
    return [entry.callback for _, entry in addresses(get_resolver())]


def test_what_customers_do_stays_reachable_there(brand: Page) -> None:
    strict = Client(enforce_csrf_checks=True)
    for path in ("/unsubscribe/none/", "/preferences/none/", "/push/key", "/evidence-key.pem"):
        assert strict.get(path, HTTP_HOST=BRAND).status_code == strict.get(path).status_code, path
    assert strict.post("/push/stop", HTTP_HOST=BRAND, HTTP_ORIGIN=f"http://{BRAND}").status_code != 404


def test_forms_there_are_taken_from_there_alone(brand: Page, rf: RequestFactory) -> None:
    asked = rf.get("/", HTTP_HOST=BRAND)
    token = get_token(asked)
    checks = CsrfViewMiddleware(lambda request: HttpResponse())

    def refused(origin: str) -> bool:
        sent = rf.post("/", {"csrfmiddlewaretoken": token}, HTTP_HOST=BRAND, HTTP_ORIGIN=origin)
        sent.COOKIES["csrftoken"] = asked.META["CSRF_COOKIE"]
        checks.process_request(sent)
        return checks.process_view(sent, lambda request: HttpResponse(), (), {}) is not None

    assert not refused(f"http://{BRAND}")
    assert refused("http://evil.example")
