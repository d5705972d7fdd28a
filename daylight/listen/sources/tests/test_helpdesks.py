"""Every bridge reads the tickets of its helpdesk, answers into them once, and believes only what is signed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from conftest import START
from daylight.listen.said import Said
from daylight.listen.sources.base import Answer, CannotFetch, Connects, Source
from daylight.listen.sources.registry import SOURCES
from daylight.listen.sources.tests.far_desk import FOLDER, FarDesk, far_desk
from daylight.reach.channels.base import ChannelBroken, MessageRejected, TryLater
from daylight.reach.channels.inbound import InboundRequest, NotGenuine
from daylight.reach.channels.tests.provider import a_post

SETTINGS: dict[str, dict[str, Any]] = {
    "zendesk": {"user": "bela@firm.example", "token": "t0k", "signing_secret": "s3cret"},
    "freshdesk": {"token": "t0k", "secret": "s3cret"},
    "zammad": {"token": "t0k", "secret": "s3cret"},
    "chatwoot": {"token": "t0k", "account": 1, "signing_secret": "s3cret"},
}
LETS_IN = {
    "zendesk": ("authorization", "Basic " + base64.b64encode(b"bela@firm.example/token:t0k").decode()),
    "freshdesk": ("authorization", "Basic " + base64.b64encode(b"t0k:X").decode()),
    "zammad": ("authorization", "Token token=t0k"),
    "chatwoot": ("api_access_token", "t0k"),
}
BROUGHT = {
    "zendesk": "comment_added.json",
    "freshdesk": "rule.json",
    "zammad": "webhook.json",
    "chatwoot": "message_created.json",
}
STAMP = START.isoformat()
ANSWER = Answer("35436", "You get it back today.\n\nBela", key="out-1", written_at=START + timedelta(minutes=40))

every_bridge = pytest.mark.parametrize("desk", SETTINGS, indirect=True)


class Bridged:
    """A source, its far end, and the settings that lead there."""

    def __init__(self, name: str, far: FarDesk) -> None:
        self.name, self.far, self.source = name, far, SOURCES[name]
        self.settings: dict[str, Any] = {**SETTINGS[name], "address": far.far_end.url}

    def look(self, state: Any = None) -> Any:
        fetch = _connects(self.source).fetch
        assert fetch is not None
        return fetch(self.settings, state or {}, START)

    def answer(self) -> str:
        assert self.source.answering is not None
        return self.source.answering.answer(ANSWER, self.settings)


@pytest.fixture
def desk(request: pytest.FixtureRequest, settings: Any) -> Iterator[Bridged]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with far_desk(request.param) as far:
        yield Bridged(request.param, far)


def _connects(source: Source) -> Connects:
    assert source.connects is not None
    return source.connects


def _first_words(said: Said) -> None:
    assert said.text == "I was charged twice for 10-4471.\n[invoice.pdf]"
    assert (said.thread_key, said.said_at, said.direction) == ("35436", START, "in")
    assert (said.name, said.channel, said.address) == ("Ada Reyes", "email", "ada@mail.example")


@every_bridge
def test_a_look_reads_who_said_what(desk: Bridged) -> None:
    fetched = desk.look()

    _first_words(fetched.said[0])
    assert [(one.direction, one.text) for one in fetched.said[1:]] == [
        ("note", "He has written before."),
        ("out", "We are looking into it."),
    ]
    assert {one.address for one in fetched.said} == {"ada@mail.example"}
    assert len({one.external_id for one in fetched.said}) == 3
    assert fetched.said[0].facts["category"]
    name, value = LETS_IN[desk.name]
    assert {asked.headers[name] for asked in desk.far.far_end.asked} == {value}


@every_bridge
def test_a_further_look_reads_only_what_changed(desk: Bridged) -> None:
    first = desk.look()
    calls = len(desk.far.far_end.asked)

    second = desk.look(json.loads(json.dumps(first.state)))

    assert second.said == ()
    assert not second.has_more
    assert len(desk.far.far_end.asked) == calls + 1


@every_bridge
def test_what_was_said_before_we_were_connected_stays_there(desk: Bridged) -> None:
    fetched = desk.look({"begun": (START + timedelta(minutes=15)).isoformat()})

    assert [one.text for one in fetched.said] == ["We are looking into it."]


@every_bridge
def test_a_helpdesk_that_wants_us_later_is_left_alone_as_long_as_it_says(desk: Bridged) -> None:
    desk.far.far_end.says(429, b"{}", ("Retry-After", "93"))

    with pytest.raises(CannotFetch) as problem:
        desk.look()

    assert problem.value.after == timedelta(seconds=93)
    assert len(desk.far.far_end.asked) == 1


@every_bridge
def test_an_answer_stands_in_the_ticket_once(desk: Bridged) -> None:
    names = [desk.answer(), desk.answer()]

    assert names == ["1004", "1004"]
    assert len(desk.far.posted) == 1
    assert "You get it back today." in json.dumps(desk.far.posted)
    assert "1004" in {one.external_id for one in desk.look().said}


@every_bridge
def test_an_answer_whose_receipt_was_lost_is_found_and_not_posted_again(desk: Bridged) -> None:
    desk.far.loses_answers = True
    with pytest.raises(TryLater):
        desk.answer()

    assert desk.answer() == "1004"
    assert len(desk.far.posted) == 1


@every_bridge
@pytest.mark.parametrize(
    ("status", "failure"), [(401, ChannelBroken), (404, MessageRejected), (422, MessageRejected), (503, TryLater)]
)
def test_a_refusal_says_who_must_act(desk: Bridged, status: int, failure: type[Exception]) -> None:
    desk.far.far_end.says(status, b'{"error": "no"}')

    with pytest.raises(failure, match=str(status)):
        desk.answer()


@every_bridge
def test_settings_are_tried_by_reading_one_ticket(desk: Bridged) -> None:
    check = _connects(desk.source).check
    assert check is not None
    check(desk.settings)
    desk.far.far_end.says(401, b'{"error": "Couldn\'t authenticate you"}')

    with pytest.raises(CannotFetch, match="does not let us in"):
        check(desk.settings)


@every_bridge
def test_another_web_server_is_no_helpdesk(desk: Bridged) -> None:
    desk.far.far_end.says(200, b"<html>Welcome</html>")

    with pytest.raises(CannotFetch, match="not as the helpdesk's API"):
        desk.look()


def _brought(name: str, *, secret: bytes = b"s3cret", change: bytes = b"", stamp: str = STAMP) -> InboundRequest:
    body = (FOLDER / name / "fixtures" / BROUGHT[name]).read_bytes()
    sealed, key = body, secret
    match name:
        case "zendesk":
            seal = base64.b64encode(hmac.new(key, stamp.encode() + sealed, hashlib.sha256).digest()).decode()
            headers = {"X_Zendesk_Webhook_Signature": seal, "X_Zendesk_Webhook_Signature_Timestamp": stamp}
        case "zammad":
            headers = {"X_Hub_Signature": f"sha1={hmac.new(key, sealed, hashlib.sha1).hexdigest()}"}
        case "chatwoot":
            seal = hmac.new(key, b"1777896000." + sealed, hashlib.sha256).hexdigest()
            headers = {"X_Chatwoot_Signature": f"sha256={seal}", "X_Chatwoot_Timestamp": "1777896000"}
        case _:
            headers = {"X_Daylight_Secret": secret.decode()}
    return a_post("https://daylight.example/listen/1/", body + change, at=START, **headers)


def _hear(name: str, request: InboundRequest) -> Any:
    read = _connects(SOURCES[name]).read
    assert read is not None
    return read(request, SETTINGS[name])


@pytest.mark.parametrize("name", ["zammad", "chatwoot"])
def test_a_webhook_brings_the_words_under_the_name_that_the_api_gives_them(name: str) -> None:
    [said] = _hear(name, _brought(name)).said

    _first_words(said)
    assert said.external_id == "1001"


@pytest.mark.parametrize("name", ["zendesk", "freshdesk"])
def test_a_webhook_without_the_writers_address_makes_us_look(name: str) -> None:
    heard = _hear(name, _brought(name))

    assert heard.look
    assert heard.said == ()


@pytest.mark.parametrize("name", SETTINGS)
def test_what_is_not_signed_with_our_secret_is_not_believed(name: str) -> None:
    with pytest.raises(NotGenuine):
        _hear(name, _brought(name, secret=b"guessed"))


@pytest.mark.parametrize("name", ["zendesk", "zammad", "chatwoot"])
def test_what_was_changed_on_its_way_is_not_believed(name: str) -> None:
    with pytest.raises(NotGenuine):
        _hear(name, _brought(name, change=b" "))


def test_an_old_event_is_not_played_again() -> None:
    with pytest.raises(NotGenuine, match="too old"):
        _hear("zendesk", _brought("zendesk", stamp="2026-05-03T12:00:00Z"))
