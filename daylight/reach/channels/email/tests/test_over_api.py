"""Mail through providers' HTTP APIs, against a far end that answers as each provider does."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest

from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    ChannelBroken,
    Message,
    MessageRejected,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.email.api_kinds import API_KINDS, BY_NAME, PROVIDERS
from daylight.reach.channels.email.channel import Email
from daylight.reach.channels.email.over_api import as_letter
from daylight.reach.channels.tests.far_end import FarEnd, listening
from tests.contracts.test_channels import NASTY, a_notification, a_reader

FIXTURES = Path(__file__).parent.parent / "fixtures" / "api"
RECORDED = sorted(path.stem for path in FIXTURES.glob("*.json"))
KEY = "17.4711.0123456789abcdef0123"
KEEPS_METADATA = frozenset(BY_NAME) - {"mailersend"}


@pytest.fixture
def far_end() -> Iterator[FarEnd]:
    with listening() as far_end:
        yield far_end


def recorded(name: str) -> dict[str, Any]:
    return dict(json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8")))


def settings_of(provider: str, url: str) -> dict[str, Any]:
    given = dict.fromkeys(BY_NAME[provider].settings, "entered")
    return {**given, "kind": provider, "api_url": url.removesuffix("hook")}


def a_mail(name: str = "Zoë Adler") -> Message:
    return Email().compose(a_notification(), to=a_reader(Email(), name=name), key=KEY)


@pytest.mark.parametrize("name", RECORDED)
def test_each_recorded_answer_means_what_it_should(name: str, far_end: FarEnd) -> None:
    wanted = recorded(name)
    far_end.status, far_end.body, far_end.headers = wanted["status"], wanted["body"].encode(), wanted["headers"]
    session = Email().open(settings_of(wanted["provider"], far_end.url))

    try:
        got: Accepted | Exception = session.send(a_mail(), idempotency_key=KEY)
    except (AddressRejected, MessageRejected, ChannelBroken, TryLater) as failure:
        got = failure
    finally:
        session.close()

    assert type(got).__name__ == wanted["means"], f"{got!r}"
    if isinstance(got, Accepted):
        assert got.reference == wanted.get("reference", got.reference)
        assert got.reference
        assert got.answer.startswith(str(wanted["status"]))
    else:
        assert str(wanted["status"]) in str(got)
        assert "entered" not in str(got)
    if isinstance(got, TryLater):
        assert (got.after.total_seconds() if got.after else None) == wanted.get("after")


@pytest.mark.parametrize("provider", BY_NAME)
def test_every_provider_has_recorded_answers_and_gets_our_words(provider: str, far_end: FarEnd) -> None:
    wanted = recorded(f"{provider}-ok")
    far_end.status, far_end.body, far_end.headers = wanted["status"], wanted["body"].encode(), wanted["headers"]

    session = Email().open(settings_of(provider, far_end.url))
    session.send(a_mail(), idempotency_key=KEY)

    [(_, body)] = far_end.requests
    said = unquote_plus(body.decode())
    assert (KEY in said) is (provider in KEEPS_METADATA)
    for words in ("Pay by invoice.", "zoe@shop.example", "unsubscribe/x/"):
        assert words in said.replace("\\/", "/")


def test_nothing_is_tracked(far_end: FarEnd) -> None:
    wanted = recorded("sendgrid-ok")
    far_end.status, far_end.headers = wanted["status"], wanted["headers"]

    Email().open(settings_of("sendgrid", far_end.url)).send(a_mail(), idempotency_key=KEY)

    tracking = json.loads(far_end.requests[0][1])["tracking_settings"]
    assert tracking["click_tracking"]["enable"] is tracking["open_tracking"]["enable"] is False


@pytest.mark.parametrize("name", NASTY)
def test_no_name_breaks_a_letter_or_adds_a_header(name: str) -> None:
    letter = as_letter(a_mail(name), key=KEY)

    assert parseaddr(letter.to[0])[1] == "zoe@shop.example"
    assert set(letter.extra_headers) == set(as_letter(a_mail(), key=KEY).extra_headers)
    assert not any("\n" in value for value in letter.extra_headers.values())
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Pay by invoice." in letter.body
    assert "Pay by invoice." in letter.alternatives[0][0]


def test_a_message_id_is_ours_where_the_provider_keeps_it(far_end: FarEnd) -> None:
    far_end.status, far_end.body = 200, recorded("mailgun-ok")["body"].encode()

    Email().open(settings_of("mailgun", far_end.url)).send(a_mail(), idempotency_key=KEY)

    assert f"{KEY}@firm.example" in unquote_plus(far_end.requests[0][1].decode())


def test_nobody_listening_is_tried_later() -> None:
    session = Email().open(settings_of("postmark", "http://127.0.0.1:9/hook"))

    with pytest.raises(TryLater, match="cannot be reached"):
        session.send(a_mail(), idempotency_key=KEY)


def test_a_call_that_breaks_off_is_in_doubt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            connection, _ = server.accept()
            connection.recv(65536)
            connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        session = Email().open(settings_of("postmark", f"http://127.0.0.1:{server.getsockname()[1]}/hook"))
        with pytest.raises(Unanswered):
            session.send(a_mail(), idempotency_key=KEY)


def test_an_answer_that_is_no_answer_is_in_doubt(far_end: FarEnd) -> None:
    far_end.status, far_end.body = 200, b"<html>A proxy says hello</html>"

    with pytest.raises(Unanswered):
        Email().open(settings_of("postmark", far_end.url)).send(a_mail(), idempotency_key=KEY)


def test_settings_that_are_not_whole_break_the_channel() -> None:
    with pytest.raises(ChannelBroken, match="not whole"):
        Email().open({"kind": "mailjet", "api_key": "x"})


def test_one_connection_carries_many(far_end: FarEnd) -> None:
    wanted = recorded("postmark-ok")
    far_end.status, far_end.body = wanted["status"], wanted["body"].encode()
    session = Email().open(settings_of("postmark", far_end.url))

    for number in range(3):
        message = replace(a_mail(), address=f"c{number}@shop.example")
        session.send(message, idempotency_key=f"{KEY}-{number}")

    assert len(far_end.requests) == 3


def test_each_kind_asks_for_what_the_library_wants() -> None:
    for provider, kind in zip(PROVIDERS, API_KINDS, strict=True):
        assert set(kind.form.base_fields) == {*provider.settings, provider.signs_with[0]} - {""}
        assert kind.asks_sender
        assert Email().line({"kind": kind.name}) is None
