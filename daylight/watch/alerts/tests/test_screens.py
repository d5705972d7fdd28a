"""A monitor is connected by a member and heard when it posts; its alerts are seen, and its labels given a meaning."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from conftest import START, HandClock
from daylight.accounts.models import Member
from daylight.incidents.models import Component
from daylight.reach.channels.tests.provider import listening
from daylight.watch.alerts import asking, keeping
from daylight.watch.alerts.registry import KINDS
from daylight.watch.models import Alert, LabelRule, Monitor, Signal

pytestmark = pytest.mark.django_db

FIXTURES = Path(__file__).parent.parent / "fixtures"


def a_monitor(kind: str = "alertmanager", name: str = "Prometheus") -> Monitor:
    return keeping.keep(KINDS[kind], {}, name=name, at=START)


def secret_of(row: Monitor) -> str:
    settings: Any = row.settings
    return str(settings["secret"])


def post(client: Client, row: Monitor, body: bytes, *, secret: str = "") -> Any:
    head = {"Authorization": f"Bearer {secret or secret_of(row)}"}
    return client.post(f"/alerts/{row.token}/", body, content_type="application/json", headers=head)


def test_what_a_monitor_posts_is_seen_and_opens_a_signal(client: Client, ana: Member, clock: HandClock) -> None:
    Component.objects.create(key="checkout", name="Checkout")
    row = a_monitor()

    answer = post(client, row, (FIXTURES / "alertmanager.json").read_bytes())
    asking.conclude(clock.now)
    client.force_login(ana)
    page = client.get("/desk/alerts/").content.decode()

    assert answer.status_code == 202
    assert "12 % of requests fail" in page
    assert "Search is slow" not in page
    assert Signal.objects.get().headline == "Checkout: 12 % of requests fail"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"alerts": 7}', b'{"alerts": [{"title": {}, "id": 3}]}', b"[[[" * 5000, b'{"id": ""}']
)
def test_nonsense_is_told_so(client: Client, clock: HandClock, body: bytes) -> None:
    row = a_monitor("events")
    answer = post(client, row, body)

    assert answer.status_code in {202, 400}
    assert (answer.status_code == 202) == (body in {b"[]", b'{"alerts": [{"title": {}, "id": 3}]}'})


def test_odd_words_are_kept_as_a_database_can(client: Client, clock: HandClock) -> None:
    alert = {
        "id": "a\x00b",
        "title": "\ud800 " + "x" * 900,
        "labels": {"k\x00": "v\ud800"},
        "at": "0001-01-01T00:00:00Z",
    }

    answer = post(client, a_monitor("events"), json.dumps(alert | {"url": "javascript:alert(1)"}).encode())

    assert answer.status_code == 202
    row = Alert.objects.get()
    assert (row.fingerprint, len(row.title), row.address, row.began_at) == ("ab", 300, "", clock.now)


def test_a_wrong_secret_is_shown_to_the_crew_and_nobodys_address_is_none(client: Client, clock: HandClock) -> None:
    row = a_monitor()

    forged = post(client, row, b'{"alerts": []}', secret="guessed")
    row.switch(is_on=False, is_asked=False, at=clock.now)
    off = post(client, row, b'{"alerts": []}')

    assert (forged.status_code, off.status_code) == (403, 404)
    assert client.post("/alerts/1.forged/").status_code == 404


def test_a_member_connects_a_monitor_and_sees_what_to_enter_there(client: Client, ana: Member) -> None:
    client.force_login(ana)

    added = client.post("/desk/alerts/monitors/add/grafana/", {"monitor_name": "Grafana"}, follow=True)
    again = client.post("/desk/alerts/monitors/add/grafana/", {"monitor_name": "Grafana"})
    row = Monitor.objects.get()

    assert row.token in added.content.decode()
    assert secret_of(row) in added.content.decode()
    assert again.status_code == 422
    assert "Another monitor has this name." in again.content.decode()
    assert "Grafana" in client.get("/desk/alerts/monitors/").content.decode()


def test_a_suppliers_page_is_tried_kept_and_read(client: Client, ana: Member, clock: HandClock, settings: Any) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    client.force_login(ana)
    checkout = Component.objects.create(key="checkout", name="Checkout")
    with listening() as page:
        entered = {"monitor_name": "PayBridge", "address": f"{page.url}/", "components": [checkout.pk]}
        page.says(404)
        refused = client.post("/desk/alerts/monitors/add/statuspage/", entered)
        page.says(200, (FIXTURES / "statuspage_summary.json").read_bytes())
        kept = client.post("/desk/alerts/monitors/add/statuspage/", entered)
        asking.step(clock.now)
        asking.conclude(clock.now)

    assert (refused.status_code, kept.status_code) == (422, 302)
    assert "The page answers with 404." in refused.content.decode()
    assert Alert.objects.firing().filter(components=checkout).count() == 2
    assert {row.kind for row in Signal.objects.get().evidence.all()} == {"supplier"}


def test_a_page_that_fails_is_asked_again_later_and_says_what_is_wrong(clock: HandClock, settings: Any) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as page:
        row = keeping.keep(KINDS["statuspage"], {"address": page.url}, name="PayBridge", at=clock.now)
        page.says(429, b"", ("Retry-After", "600"))
        asking.step(clock.now)

    row.refresh_from_db()
    assert row.due_at is not None
    assert (row.due_at - clock.now).total_seconds() == 600
    assert "429" in row.problem


def test_a_monitor_is_switched_given_a_new_secret_and_removed(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)
    row = a_monitor()
    post(client, row, (FIXTURES / "alertmanager.json").read_bytes())
    before, url = secret_of(row), f"/desk/alerts/monitors/{row.pk}/"

    client.post(f"{url}secret/")
    client.post(f"{url}off/")
    row.refresh_from_db()
    firing = Alert.objects.firing().count()
    asked = client.get(f"{url}remove/").content.decode()
    unknown, removed = client.post(f"{url}dance/"), client.post(f"{url}remove/")

    assert secret_of(row) != before
    assert (row.is_active, firing) == (False, 0)
    assert "Remove Prometheus?" in asked
    assert (unknown.status_code, removed.status_code) == (404, 302)
    assert not Monitor.objects.exists()


def test_labels_that_mean_nothing_yet_are_offered_and_given_a_meaning(
    client: Client, ana: Member, clock: HandClock
) -> None:
    client.force_login(ana)
    search = Component.objects.create(key="finder", name="Finder")
    row = a_monitor()
    post(client, row, (FIXTURES / "alertmanager.json").read_bytes())

    offered = client.get("/desk/alerts/labels/?label=instance&value=web-3:9100").content.decode()
    client.post("/desk/alerts/labels/", {"label": "instance", "value": "web-*", "component": search.pk})
    twice = client.post("/desk/alerts/labels/", {"label": "instance", "value": "web-*", "component": search.pk})
    rule = LabelRule.objects.get()
    found = list(Alert.objects.firing().get().components.all())
    client.post(f"/desk/alerts/labels/{rule.pk}/forget/")

    assert "instance web-3:9100" in offered
    assert 'value="web-3:9100"' in offered
    assert twice.status_code == 422
    assert found == [search]
    assert not LabelRule.objects.exists()


def test_who_only_reads_sees_alerts_and_sets_up_nothing(client: Client, dora: Member, clock: HandClock) -> None:
    row = a_monitor()
    client.force_login(dora)

    for url in ("monitors/", "monitors/add/grafana/", f"monitors/{row.pk}/", "labels/"):
        assert client.get(f"/desk/alerts/{url}").status_code in {403, 404}
