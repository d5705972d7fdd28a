import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    ChannelBroken,
    Message,
    MessageRejected,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.sms.channel import Sms
from daylight.reach.channels.tests.provider import Asked, FarEnd, Reply, fixture, listening

KEY = "17.4711.0123456789abcdef0123"
RECEIPTS = "https://d.example/receipts/token/"
MESSAGE = Message("+4915123456789", "Checkout fails", "Checkout fails {key}.\n100 % & more", b"")
CYRILLIC = Message("+4915123456789", "Сбой", "Сбой", b"")


@pytest.fixture
def far_end(settings: Settings) -> Iterator[FarEnd]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        yield far_end


def _settings(kind: str, far_end: FarEnd, **changes: Any) -> dict[str, Any]:
    own: dict[str, dict[str, Any]] = {
        "twilio": {"account_sid": "AC" + "0" * 31 + "1", "auth_token": "12345", "sender": "+14155552345"},
        "vonage": {"api_key": "abcd1234", "api_secret": "s3cret", "signature_secret": "x", "sender": "+14155552345"},
        "messagebird": {"access_key": "live_x", "signing_key": "x", "sender": "Nordlicht"},
    }
    return {"kind": kind, "base_url": far_end.url, "receipts_url": RECEIPTS, **own[kind], **changes}


def _send(settings: dict[str, Any], message: Message = MESSAGE) -> Accepted:
    return Sms().open(settings).send(message, idempotency_key=KEY)


def _twilio(asked: Asked) -> Reply:
    """As Twilio's API behaves: it looks at the password first, then at the fields."""
    errors = {
        error["code"]: json.dumps(error).encode() for error in json.loads(fixture(__file__, "twilio/errors.json"))
    }
    if asked.headers["authorization"] != "Basic " + base64.b64encode(f"AC{'0' * 31}1:12345".encode()).decode():
        return Reply(401, errors[20003])
    if len(asked.form.get("Body", "")) > 1600:
        return Reply(400, errors[21617])
    if asked.form.get("To") != "+4915123456789":
        return Reply(400, errors[21211])
    return Reply(201, fixture(__file__, "twilio/created.json"))


def test_twilio_takes_a_text(far_end: FarEnd) -> None:
    far_end.answers = _twilio

    accepted = _send(_settings("twilio", far_end))

    [asked] = far_end.asked
    assert accepted == Accepted("SM00000000000000000000000000000002", "201 queued")
    assert asked.path == f"/2010-04-01/Accounts/AC{'0' * 31}1/Messages.json"
    assert asked.form == {
        "To": "+4915123456789",
        "From": "+14155552345",
        "Body": MESSAGE.text,
        "StatusCallback": f"{RECEIPTS}?key={KEY}",
    }


def test_twilio_sends_by_a_messaging_service(far_end: FarEnd) -> None:
    far_end.answers = _twilio

    _send(_settings("twilio", far_end, sender="MG" + "0" * 32))

    assert far_end.asked[0].form["MessagingServiceSid"] == "MG" + "0" * 32
    assert "From" not in far_end.asked[0].form


def test_twilio_says_who_must_act(far_end: FarEnd) -> None:
    far_end.answers = _twilio

    with pytest.raises(ChannelBroken, match="401 20003 Authenticate"):
        _send(_settings("twilio", far_end, auth_token="wrong"))
    with pytest.raises(AddressRejected, match="not a valid phone number"):
        _send(_settings("twilio", far_end), Message("+150055500", "", "x", b""))
    with pytest.raises(MessageRejected, match="21617"):
        _send(_settings("twilio", far_end), Message("+4915123456789", "", "x" * 1601, b""))


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        (21211, AddressRejected),
        (21610, AddressRejected),
        (21614, AddressRejected),
        (21617, MessageRejected),
        (20003, ChannelBroken),
        (21606, ChannelBroken),
        (20429, TryLater),
        (21408, TryLater),
        (29999, TryLater),
    ],
)
def test_each_code_of_twilio_has_its_failure(far_end: FarEnd, code: int, failure: type[Exception]) -> None:
    [error] = [each for each in json.loads(fixture(__file__, "twilio/errors.json")) if each["code"] == code]
    far_end.says(error["status"], json.dumps(error).encode())

    with pytest.raises(failure, match=str(code)):
        _send(_settings("twilio", far_end))


def test_vonage_takes_a_text(far_end: FarEnd) -> None:
    far_end.says(202, fixture(__file__, "vonage/accepted.json"))

    accepted = _send(_settings("vonage", far_end))
    _send(_settings("vonage", far_end), CYRILLIC)

    asked, cyrillic = far_end.asked
    assert accepted.reference == "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"
    assert asked.path == "/v1/messages"
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"abcd1234:s3cret").decode()
    assert asked.json == {
        "message_type": "text",
        "channel": "sms",
        "to": "4915123456789",
        "from": "14155552345",
        "text": MESSAGE.text,
        "client_ref": KEY,
        "sms": {"encoding_type": "text"},
        "webhook_url": RECEIPTS,
        "webhook_version": "v1",
    }
    assert cyrillic.json["sms"] == {"encoding_type": "unicode"}


@pytest.mark.parametrize(
    ("place", "failure"),
    list(
        enumerate(
            [
                AddressRejected,
                TryLater,
                ChannelBroken,
                ChannelBroken,
                ChannelBroken,
                TryLater,
                AddressRejected,
                TryLater,
            ]
        )
    ),
)
def test_each_problem_of_vonage_has_its_failure(far_end: FarEnd, place: int, failure: type[Exception]) -> None:
    error = json.loads(fixture(__file__, "vonage/errors.json"))[place]
    far_end.says(error["status"], json.dumps(error).encode())

    with pytest.raises(failure, match=error["title"]):
        _send(_settings("vonage", far_end))


def test_messagebird_takes_a_text(far_end: FarEnd) -> None:
    far_end.says(201, fixture(__file__, "messagebird/created.json"))

    accepted = _send(_settings("messagebird", far_end))

    [asked] = far_end.asked
    assert accepted == Accepted("e8077d803532c0b5937c639b60216938", "201 sent")
    assert asked.headers["authorization"] == "AccessKey live_x"
    assert asked.json == {
        "originator": "Nordlicht",
        "recipients": ["4915123456789"],
        "body": MESSAGE.text,
        "datacoding": "plain",
        "reference": KEY,
        "reportUrl": RECEIPTS,
    }


@pytest.mark.parametrize(
    ("place", "failure"),
    list(
        enumerate([ChannelBroken, AddressRejected, MessageRejected, ChannelBroken, ChannelBroken, TryLater, TryLater])
    ),
)
def test_each_error_of_messagebird_has_its_failure(far_end: FarEnd, place: int, failure: type[Exception]) -> None:
    error = json.loads(fixture(__file__, "messagebird/errors.json"))[place]
    far_end.says(error["status"], json.dumps(error).encode())

    with pytest.raises(failure, match=error["errors"][0]["description"].replace("(", r"\(").replace(")", r"\)")):
        _send(_settings("messagebird", far_end))


@pytest.mark.parametrize("kind", ["twilio", "vonage", "messagebird"])
def test_a_provider_in_trouble_is_tried_later(far_end: FarEnd, kind: str) -> None:
    far_end.says(503, b"<html>down</html>", ("Retry-After", "7"))

    with pytest.raises(TryLater, match="503") as raised:
        _send(_settings(kind, far_end))

    assert raised.value.after is not None
    assert raised.value.after.total_seconds() == 7


def test_what_was_said_and_not_answered_is_in_doubt(far_end: FarEnd) -> None:
    far_end.answers = lambda _: Reply(hangs_up=True)

    with pytest.raises(Unanswered, match=r"127\.0\.0\.1"):
        _send(_settings("twilio", far_end))


def test_without_a_connection_nothing_is_in_doubt(settings: Settings) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    nowhere = FarEnd()
    nowhere.url = "http://127.0.0.1:9"

    with pytest.raises(TryLater, match="cannot be reached"):
        _send(_settings("twilio", nowhere))


def test_a_channel_that_nobody_connected_is_broken() -> None:
    with pytest.raises(ChannelBroken, match="No provider"):
        Sms().open({})


def test_an_address_inside_our_network_is_not_called(far_end: FarEnd, settings: Settings) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = []

    with pytest.raises(ChannelBroken, match="private network"):
        _send(_settings("twilio", far_end))
    assert far_end.asked == []
