import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from daylight.reach.channels.base import Accepted, AddressRejected, ChannelBroken, Message, MessageRejected, TryLater
from daylight.reach.channels.sms.channel import Sms
from daylight.reach.channels.sms.gateway import GatewayForm
from daylight.reach.channels.tests.provider import FarEnd, fixture, listening

KEY = "17.4711.0123456789abcdef0123"
NASTY = Message("+4915123456789", "x", 'He said "no" & left: {password}\n100 %', b"")
INITIAL = {name: field.initial for name, field in GatewayForm.base_fields.items() if field.initial is not None}


@pytest.fixture
def far_end(settings: Settings) -> Iterator[FarEnd]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        yield far_end


def _settings(**changes: Any) -> dict[str, Any]:
    form = GatewayForm({**INITIAL, **changes})
    assert form.is_valid(), form.errors
    return {**form.cleaned_data, "kind": "gateway"}


def _send(settings: dict[str, Any], message: Message = NASTY) -> Accepted:
    return Sms().open(settings).send(message, idempotency_key=KEY)


def test_a_telephone_with_smsgate_is_told_in_json(far_end: FarEnd) -> None:
    far_end.says(202, fixture(__file__, "gateway/smsgate_sent.json"))

    accepted = _send(_settings(url=f"{far_end.url}/message", user="sms", password="s3cret"))

    [asked] = far_end.asked
    assert accepted.reference == "PyDmBQZZXYmyxMwED8Fzy"
    assert asked.json == {"phoneNumbers": ["+4915123456789"], "textMessage": {"text": NASTY.text}, "id": KEY}
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"sms:s3cret").decode()
    assert asked.headers["content-type"] == "application/json"


def test_kannel_is_told_in_the_query(far_end: FarEnd) -> None:
    far_end.says(202, fixture(__file__, "gateway/kannel_accepted.txt"))
    url = f"{far_end.url}/cgi-bin/sendsms?username=%7Buser%7D&password={{password}}&to={{to}}&text={{text}}"
    settings = _settings(
        url=f"{url}&coding={{coding}}&charset=UTF-8",
        style="query",
        template="",
        user="k",
        password="p&q",
        headers="A: b",
    )

    accepted = _send(settings, Message("+4915123456789", "x", "Сбой & всё", b""))

    [asked] = far_end.asked
    assert (accepted.reference, accepted.answer) == ("", "202 0: Accepted for delivery")
    assert asked.method == "GET"
    assert asked.query == {
        "username": "k",
        "password": "p&q",
        "to": "+4915123456789",
        "text": "Сбой & всё",
        "coding": "2",
        "charset": "UTF-8",
    }


def test_a_form_is_filled_and_a_value_never_breaks_out_of_its_place(far_end: FarEnd) -> None:
    far_end.says(200, b"OK")

    _send(_settings(url=far_end.url, style="form", template="n={number}&m={text}&id={key}", password="s3cret"))

    assert far_end.asked[0].form == {"n": "4915123456789", "m": NASTY.text, "id": KEY}
    assert b"s3cret" not in far_end.asked[0].body


def test_headers_are_filled_too(far_end: FarEnd) -> None:
    far_end.says(200)

    _send(_settings(url=far_end.url, headers="X-Api-Key: {password}\nX-Ref: {key}", password="s3cret"))

    assert far_end.asked[0].headers["x-api-key"] == "s3cret"
    assert far_end.asked[0].headers["x-ref"] == KEY


@pytest.mark.parametrize(
    ("status", "failure"),
    [(404, AddressRejected), (413, MessageRejected), (401, ChannelBroken), (429, TryLater), (500, TryLater)],
)
def test_the_settings_say_what_an_answer_means(far_end: FarEnd, status: int, failure: type[Exception]) -> None:
    far_end.says(status, b'{"message": "no"}')

    with pytest.raises(failure, match=f'{status} {{"message": "no"}}'):
        _send(_settings(url=far_end.url, wrong_number="404, 422", broken="401-403"))


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"template": '{"to": {to}, "text": "{text}"}'}, "template", "not JSON"),
        ({"template": '{"to": "{to}"}'}, "template", "must say"),
        ({"style": "query", "url": "https://gw.example/?to={to}"}, "url", "must say"),
        ({"accepted": "2xx"}, "accepted", "numbers and ranges"),
        ({"headers": "no colon"}, "headers", "a colon"),
        ({"url": "nowhere"}, "url", "valid URL"),
        ({"sender": "a name that is too long"}, "sender", "up to 11"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_a_sentence(
    changes: dict[str, str], field: str, sentence: str
) -> None:
    form = GatewayForm({**INITIAL, "url": "https://gw.example/send", **changes})

    assert not form.is_valid()
    assert sentence in json.dumps(form.errors.get(field, []))


def test_what_the_form_suggests_is_valid() -> None:
    assert GatewayForm({**INITIAL, "url": "https://gw.example/send"}).is_valid()
