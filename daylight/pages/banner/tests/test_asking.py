"""The question of the banner, and the crew's screen."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.core.limits import Limit
from daylight.customers.models import Customer
from daylight.incidents.models import AffectedCustomer, Incident
from daylight.pages.banner import asking, tokens, views
from daylight.pages.models import BannerSecret, Page
from daylight.pages.tests.makers import a_told_incident

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _ask_anew() -> Iterator[None]:
    asking.forget()
    yield
    asking.forget()


@pytest.fixture
def secret(ana: Member, clock: HandClock) -> str:
    return BannerSecret.renew(by=ana, at=clock.now).secret


def a_customer(external_id: str, *incidents: Incident, clock: HandClock) -> Customer:
    now = clock.now
    customer = Customer.objects.create(external_id=external_id, name="Firm", created_at=now, updated_at=now)
    for incident in incidents:
        AffectedCustomer.objects.create(
            incident=incident, customer=customer, reason="Uses it", since=now, added_at=now, added_in=1
        )
    return customer


def ask(client: Client, token: str) -> Any:
    return client.post("/banner/affected", token, content_type="text/plain;charset=UTF-8")


def test_a_customer_hears_which_open_public_incidents_concern_them(
    client: Client, secret: str, clock: HandClock
) -> None:
    mine, hidden, over = (a_told_incident(clock.now, public=public) for public in (True, False, True))
    Incident.objects.filter(pk=over.pk).update(closed_at=clock.now)
    a_told_incident(clock.now)
    a_customer("C-1007", mine, hidden, over, clock=clock)

    answer = ask(client, tokens.sign("C-1007", secret, ends=clock.now + HOUR))

    assert answer.json() == {"affected": [mine.public_id]}
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies
    unknown = ask(client, tokens.sign("C-9", secret, ends=clock.now + HOUR))
    assert (unknown.status_code, unknown.json()) == (200, {"affected": []})


def test_an_answer_is_kept_for_some_seconds_and_then_asked_again(
    client: Client, secret: str, clock: HandClock, django_assert_num_queries: Any
) -> None:
    token = tokens.sign("C-1007", secret, ends=clock.now + HOUR)
    assert ask(client, token).json() == {"affected": []}
    mine = a_told_incident(clock.now)
    a_customer("C-1007", mine, clock=clock)

    with django_assert_num_queries(0):
        assert ask(client, token).json() == {"affected": []}
    clock.move(seconds=asking.KEPT.total_seconds())

    assert ask(client, token).json() == {"affected": [mine.public_id]}


def test_whatever_is_wrong_the_answer_is_the_same(client: Client, secret: str, clock: HandClock) -> None:
    a_customer("C-1007", a_told_incident(clock.now), clock=clock)
    bad = [
        "",
        "no token",
        tokens.sign("C-1007", "guessed", ends=clock.now + HOUR),
        tokens.sign("C-1007", secret, ends=clock.now - HOUR),
        tokens.sign("nobody", "guessed", ends=clock.now + HOUR),
    ]

    answers = [ask(client, token) for token in bad]

    assert {(answer.status_code, answer.content) for answer in answers} == {(403, answers[0].content)}
    assert client.get("/banner/affected").status_code == 405


def test_guessing_is_slowed_down(
    client: Client, secret: str, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "REFUSED", Limit("banner tokens refused", times=2, per=HOUR))

    assert [ask(client, "guess").status_code for _ in range(3)] == [403, 403, 429]
    assert ask(client, tokens.sign("C-1", secret, ends=clock.now + HOUR)).status_code == 200


def test_a_new_secret_leaves_the_one_before_a_day(client: Client, ana: Member, secret: str, clock: HandClock) -> None:
    Page.main(clock.now)
    client.force_login(ana)
    assert secret in client.get("/desk/pages/status/on-your-site/").content.decode()

    assert client.post("/desk/pages/status/on-your-site/secret/").status_code == 302

    text = client.get("/desk/pages/status/on-your-site/").content.decode()
    assert secret not in text
    assert AuditEntry.objects.filter(act="banner.secret.renew").exists()
    token = tokens.sign("C-1007", secret, ends=clock.now + 2 * HOUR)
    asking.forget()
    assert ask(client, token).status_code == 200
    clock.move(hours=25)
    assert ask(client, tokens.sign("C-1007", secret, ends=clock.now + HOUR)).status_code == 403


def test_the_screen_is_for_who_sets_up(client: Client, bela: Member, ana: Member, clock: HandClock) -> None:
    Page.main(clock.now)
    client.force_login(bela)
    assert client.get("/desk/pages/status/on-your-site/").status_code == 403
    assert client.post("/desk/pages/status/on-your-site/secret/").status_code == 403
    client.force_login(ana)
    text = client.get("/desk/pages/status/on-your-site/").content.decode()
    assert "&lt;script src=&quot;http://127.0.0.1:8000/banner.js&quot; async&gt;&lt;/script&gt;" in text
    assert client.get("/desk/pages/none/on-your-site/").status_code == 404
