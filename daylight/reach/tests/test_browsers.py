import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from conftest import START, HandClock
from daylight.accounts.models import Member
from daylight.customers.models import ContactPoint
from daylight.incidents.models import Incident
from daylight.reach import browsers, endpoints, links, providers, watching
from daylight.reach.channels.push import session
from daylight.reach.channels.push.tests.test_push import handed_out, opened
from daylight.reach.channels.tests.far_end import FarEnd, listening
from daylight.reach.models import Browser, Provider, Watcher
from daylight.reach.tests.makers import a_contact_point, a_published_update, a_reached_incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def far_end(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FarEnd]:
    """A push service on this machine, which the list of known ones would refuse."""
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    monkeypatch.setattr(browsers, "is_known", lambda endpoint: endpoint.startswith("http://127.0.0.1"))
    with listening() as far_end:
        far_end.status = 201
        yield far_end


def pressed(client: Client, path: str, endpoint: str, **more: Any) -> Any:
    body = {"subscription": json.loads(handed_out(endpoint)), **more}
    return client.post(path, json.dumps(body), content_type="application/json")


def heard(far_end: FarEnd) -> list[dict[str, Any]]:
    return [json.loads(opened(body)) for _, body in far_end.requests]


@pytest.fixture
def incident(ana: Member) -> Incident:
    return a_reached_incident(ana, affected=[])


def test_keys_are_made_once_and_kept_sealed(client: Client) -> None:
    first, second = (client.get("/push/key").json()["key"] for _ in range(2))

    assert first == second
    private = Provider.objects.get(channel="push").settings["private_key"]
    assert private not in str(Provider.objects.filter(channel="push").values("name", "kind", "problem"))
    assert providers.settings_for("push")["private_key"] == private


def test_scripts_come_from_us(client: Client) -> None:
    for name in ("tell.js", "worker.js"):
        answer = client.get(f"/push/{name}")
        assert answer["Content-Type"].startswith("text/javascript")
        assert answer["Cache-Control"] == "no-cache"


def test_a_browser_hears_each_public_update_once(
    client: Client, far_end: FarEnd, incident: Incident, clock: HandClock
) -> None:
    client.get("/push/key")
    a_published_update(incident)
    clock.move(minutes=1)
    assert pressed(client, "/push/watch", far_end.url, language="en").status_code == 200
    watching.step(clock.now)
    assert heard(far_end) == [], "what was said before the press stands on the page"

    a_published_update(incident, at=clock.move(minutes=5))
    for _ in range(3):
        watching.step(clock.now)

    [said] = heard(far_end)
    assert said["title"] == "Checkout fails for card payments"
    assert said["url"].endswith(f"/incidents/{incident.public_id}/")
    assert "preferences" not in json.dumps(said)


def test_a_browser_that_slept_hears_the_newest_word_alone(
    client: Client, far_end: FarEnd, incident: Incident, clock: HandClock
) -> None:
    client.get("/push/key")
    pressed(client, "/push/watch", far_end.url)
    far_end.status = 503
    a_published_update(incident, at=clock.move(minutes=1))
    watching.step(clock.now)
    a_published_update(incident, at=clock.move(minutes=1))
    far_end.status, far_end.requests[:] = 201, []

    watching.step(clock.move(minutes=5))

    assert len(heard(far_end)) == 1
    assert Watcher.objects.get().due_at is None


def test_who_watches_one_incident_hears_of_no_other(
    client: Client, far_end: FarEnd, ana: Member, incident: Incident, clock: HandClock
) -> None:
    client.get("/push/key")
    other = a_reached_incident(ana, affected=[])
    pressed(client, "/push/watch", far_end.url, incident=incident.public_id)

    a_published_update(other, at=clock.move(minutes=1))
    watching.step(clock.now)
    assert heard(far_end) == []

    a_published_update(incident, at=clock.move(minutes=1))
    watching.step(clock.now)
    assert [said["tag"] for said in heard(far_end)] == [incident.public_id]


@pytest.mark.parametrize("facts", [{"made_public_at": None, "made_public_by": None}, {"is_exercise": True}])
def test_what_is_not_for_the_world_is_told_to_no_browser(
    client: Client, far_end: FarEnd, ana: Member, clock: HandClock, facts: dict[str, Any]
) -> None:
    client.get("/push/key")
    pressed(client, "/push/watch", far_end.url)

    a_published_update(a_reached_incident(ana, affected=[], **facts), at=clock.move(minutes=1))
    watching.step(clock.now)

    assert heard(far_end) == []


def test_a_browser_that_is_gone_is_forgotten(
    client: Client, far_end: FarEnd, incident: Incident, clock: HandClock
) -> None:
    client.get("/push/key")
    pressed(client, "/push/watch", far_end.url)
    far_end.status = 410

    a_published_update(incident, at=clock.move(minutes=1))
    watching.step(clock.now)

    assert not Watcher.objects.exists()


def test_pressing_again_changes_nothing_and_stopping_forgets(client: Client, far_end: FarEnd) -> None:
    for _ in range(2):
        pressed(client, "/push/watch", far_end.url)
    assert Watcher.objects.count() == 1

    assert pressed(client, "/push/stop", far_end.url).status_code == 200
    assert not Watcher.objects.exists()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/push/watch", b"", 422),
        ("/push/watch", b"[]", 422),
        ("/push/watch", b'{"subscription": {"endpoint": "https://evil.example/x"}}', 422),
        ("/push/watch", json.dumps({"subscription": json.loads(handed_out("https://evil.example/"))}).encode(), 422),
        ("/push/watch", json.dumps({"subscription": {"endpoint": "x" * 9000}}).encode(), 422),
        ("/push/stop", b"{}", 422),
    ],
)
def test_what_is_no_browser_is_refused_with_a_sentence(client: Client, path: str, body: bytes, status: int) -> None:
    answer = client.post(path, body, content_type="application/json")

    assert answer.status_code == status
    assert " " in answer.json()["problem"]
    assert not Watcher.objects.exists()


def test_a_private_incident_cannot_be_watched(client: Client, far_end: FarEnd, ana: Member) -> None:
    hidden = a_reached_incident(ana, affected=[], made_public_at=None, made_public_by=None)

    assert pressed(client, "/push/watch", far_end.url, incident=hidden.public_id).status_code == 404


def test_nobody_presses_without_end(client: Client, far_end: FarEnd, clock: HandClock) -> None:
    answers = [pressed(client, "/push/watch", far_end.url).status_code for _ in range(70)]

    assert answers[0] == 200
    assert answers[-1] == 429


def test_a_customer_makes_a_browser_one_of_their_ways(client: Client, far_end: FarEnd, clock: HandClock) -> None:
    mail = a_contact_point()
    path = f"{links.preferences_url(mail.customer_id, mail.pk).partition('://')[2].partition('/')[2]}"

    answer = pressed(client, f"/{path}browser/", far_end.url)

    assert answer.status_code == 200
    point = ContactPoint.objects.get(channel="push")
    assert (point.customer_id, point.position) == (mail.customer_id, 1)
    assert far_end.url not in point.address
    secret = endpoints.secrets_of([point.pk], at=clock.now)[point.pk]
    assert json.loads(secret)["endpoint"] == far_end.url

    pressed(client, "/push/stop", far_end.url)
    point.refresh_from_db()
    assert point.retired_at == clock.now
    assert not Browser.objects.exists()


def test_a_strange_push_service_is_not_called() -> None:
    with pytest.raises(browsers.NotABrowser, match="do not know"):
        browsers.name_of(handed_out("https://evil.example/"))
    assert session.is_known("https://fcm.googleapis.com/fcm/send/x")


def test_what_is_older_than_a_day_is_no_news(
    client: Client, far_end: FarEnd, incident: Incident, clock: HandClock
) -> None:
    client.get("/push/key")
    pressed(client, "/push/watch", far_end.url)
    a_published_update(incident, at=clock.move(minutes=1))

    watching.step(clock.now + timedelta(hours=25))

    assert heard(far_end) == []
    assert clock.now > START
