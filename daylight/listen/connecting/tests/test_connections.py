"""A far end is connected by a member, heard when it posts, asked when its time comes, and never believed by mistake."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.listen import taking_in
from daylight.listen.connecting import asking, keeping, names
from daylight.listen.models import Connection, Conversation, Incoming, Message
from daylight.listen.said import Said
from daylight.listen.sources.base import CannotFetch, Connects, Fetched, Source
from daylight.listen.sources.registry import SOURCES

pytestmark = pytest.mark.django_db

SAID = {"id": "1", "text": "I was charged twice.", "channel": "email", "address": "ada@mail.example", "thread": "t"}


def a_connection(clock: HandClock, *, source: str = "webhook", name: str = "Shop") -> Connection:
    known = SOURCES[source]
    assert known.connects is not None
    return keeping.keep(known, known.connects, {}, name=name, at=clock.now)


def post(client: Client, row: Connection, body: Any, **headers: str) -> Any:
    written = body if isinstance(body, bytes) else json.dumps(body).encode()
    url = f"/listen/{row.token}/"
    return client.post(url, written, content_type="application/json", headers=headers)


def secret_of(row: Connection) -> str:
    settings: Any = row.settings
    return str(settings["secret"])


def test_what_a_program_posts_is_a_conversation_once(client: Client, clock: HandClock) -> None:
    row = a_connection(clock)
    bearer = {"Authorization": f"Bearer {secret_of(row)}"}

    answers = [post(client, row, SAID, **bearer), post(client, row, {"messages": [SAID]}, **bearer)]
    taking_in.step(clock.now)

    assert [answer.status_code for answer in answers] == [202, 202]
    message = Message.objects.get()
    assert (message.text, message.source) == ("I was charged twice.", "webhook")
    assert names.far_name(message.external_id) == (row.pk, "1")
    assert names.far_name(message.conversation.thread_key) == (row.pk, "t")
    row.refresh_from_db()
    assert row.last_heard_at == clock.now


def test_the_same_names_at_two_far_ends_are_two_messages(client: Client, clock: HandClock) -> None:
    for name in ("Shop", "Bot"):
        row = a_connection(clock, name=name)
        post(client, row, SAID, Authorization=f"Bearer {secret_of(row)}")
    taking_in.step(clock.now)

    assert Conversation.objects.count() == 2


def test_a_seal_is_believed_and_another_is_not(client: Client, clock: HandClock) -> None:
    row = a_connection(clock)
    body = json.dumps(SAID).encode()
    seal = hmac.new(secret_of(row).encode(), body, hashlib.sha256).hexdigest()

    good = post(client, row, body, **{"X-Signature": f"sha256={seal}"})
    forged = post(client, row, body + b" ", **{"X-Signature": f"sha256={seal}"})
    none = post(client, row, body)

    assert [answer.status_code for answer in (good, forged, none)] == [202, 403, 403]
    assert Incoming.objects.count() == 1
    row.refresh_from_db()
    assert "The signature is wrong" in row.problem


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"7", b'{"text": []}', b"\xff\x00", b"[[[[" * 5000])
def test_nonsense_is_told_so(client: Client, clock: HandClock, body: bytes) -> None:
    row = a_connection(clock)

    answer = post(client, row, body, Authorization=f"Bearer {secret_of(row)}")

    assert answer.status_code == 400
    assert not Incoming.objects.exists()


def test_nobodys_address_and_a_switched_off_one_hear_nothing(client: Client, clock: HandClock) -> None:
    row = a_connection(clock)
    bearer = {"Authorization": f"Bearer {secret_of(row)}"}
    Connection.objects.update(is_active=False)

    assert post(client, row, SAID, **bearer).status_code == 404
    assert client.post("/listen/1.forged/").status_code == 404


def test_a_member_connects_a_program_and_sees_what_to_enter_there(client: Client, ana: Member) -> None:
    client.force_login(ana)

    added = client.post("/desk/ways-in/connections/add/webhook/", {"connection_name": "Shop"}, follow=True)
    again = client.post("/desk/ways-in/connections/add/webhook/", {"connection_name": "Shop"})
    row = Connection.objects.get()
    page = added.content.decode()
    listed = client.get("/desk/ways-in/connections/").content.decode()

    assert row.token in page
    assert secret_of(row) in page
    assert again.status_code == 422
    assert "Another connection has this name." in again.content.decode()
    assert "Shop" in listed


def test_a_connection_is_switched_given_a_new_secret_and_removed(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)
    row = a_connection(clock)
    before, url = secret_of(row), f"/desk/ways-in/connections/{row.pk}/"

    client.post(f"{url}secret/")
    client.post(f"{url}off/")
    row.refresh_from_db()
    unknown = client.post(f"{url}dance/")
    removed = client.post(f"{url}remove/")

    assert secret_of(row) != before
    assert not row.is_active
    assert (unknown.status_code, removed.status_code) == (404, 302)
    assert not Connection.objects.exists()


def test_only_those_who_set_up_see_connections(client: Client, dora: Member, clock: HandClock) -> None:
    row = a_connection(clock)
    client.force_login(dora)

    for url in ("connections/", "connections/add/webhook/", f"connections/{row.pk}/"):
        assert client.get(f"/desk/ways-in/{url}").status_code == 403


def _fetch(settings: Mapping[str, Any], state: Mapping[str, Any], now: datetime) -> Fetched:
    """A far end with two pages, then silence, then an outage."""
    seen = int(state.get("seen", 0))
    if seen >= 2:
        raise CannotFetch("It is closed.", after=timedelta(hours=1))
    said = Said(source="pager", external_id=str(seen), said_at=now, text=f"Page {seen}")
    return Fetched((said,), {"seen": seen + 1}, has_more=seen == 0)


@pytest.fixture
def pager(monkeypatch: pytest.MonkeyPatch) -> Source:
    """A source that is asked."""
    source = Source("pager", "Pager", connects=Connects(fetch=_fetch, every=timedelta(minutes=2)))
    monkeypatch.setitem(SOURCES, "pager", source)
    return source


def test_a_far_end_is_asked_on_and_on_from_where_it_was_left(pager: Source, clock: HandClock) -> None:
    row = a_connection(clock, source="pager")

    for _ in range(3):
        asking.step(clock.now)
    read = Incoming.objects.count()
    row.refresh_from_db()
    waits = row.due_at
    asking.step(clock.move(minutes=3))
    row.refresh_from_db()

    assert (read, row.state) == (2, {"seen": 2})
    assert waits == clock.now - timedelta(minutes=1)
    assert row.problem == "It is closed."
    assert row.due_at == clock.now + timedelta(hours=1)


def test_what_was_kept_but_not_noted_is_asked_again_and_kept_once(pager: Source, clock: HandClock) -> None:
    row = a_connection(clock, source="pager")
    asking.step(clock.now)
    Connection.objects.filter(pk=row.pk).update(state={}, due_at=clock.now)

    asking.step(clock.now)

    assert Incoming.objects.count() == 1
