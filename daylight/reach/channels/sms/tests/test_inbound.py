import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest

from daylight.reach.channels.inbound import (
    BounceReason,
    Heard,
    InboundRequest,
    NotGenuine,
    NotUnderstood,
    SaidKind,
    SaidReceipt,
    SaidReply,
    SaidStop,
)
from daylight.reach.channels.signatures import check_twilio
from daylight.reach.channels.sms.channel import Sms
from daylight.reach.channels.sms.gateway import GatewayForm
from daylight.reach.channels.tests.provider import RECEIVED, a_get, a_post, fixture

KEY = "17.4711.0123456789abcdef0123"
URL = f"https://d.example/receipts/token/?key={KEY}"
TOKEN = "12345"
SID = "SM00000000000000000000000000000002"
SAID_AT = datetime(2026, 5, 4, 12, 0, 58, tzinfo=UTC)
INITIAL = {name: field.initial for name, field in GatewayForm.base_fields.items() if field.initial is not None}
GONE = BounceReason.NO_SUCH_ADDRESS
SECRET = "a secret that is long enough for a signature of its kind"


def _heard(kind: str, settings: dict[str, Any], request: InboundRequest) -> Heard:
    return Sms().inbound(kind, settings, request)


def _from_twilio(name: str, *, url: str = URL, token: str = TOKEN) -> InboundRequest:
    body = fixture(__file__, f"twilio/{name}.form.txt")
    fields = sorted(a_post(url, body).fields)
    sealed = hmac.new(token.encode(), (url + "".join(a + b for a, b in fields)).encode(), hashlib.sha1)
    return a_post(url, body, X_Twilio_Signature=base64.b64encode(sealed.digest()).decode())


def test_the_signature_of_twilio_is_the_one_in_its_documentation() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    genuine = a_post(url, urlencode(fields).encode(), X_Twilio_Signature="0/KCTR6DLpKmkAf8muzZqo1nDgQ=")

    check_twilio(genuine, auth_token="12345")
    with pytest.raises(NotGenuine):
        check_twilio(genuine, auth_token="54321")


def test_twilio_tells_what_became_of_a_text() -> None:
    delivered = _heard("twilio", {"auth_token": TOKEN}, _from_twilio("delivered"))
    lost = _heard("twilio", {"auth_token": TOKEN}, _from_twilio("undelivered"))

    assert delivered.said == (SaidReceipt(SaidKind.DELIVERED, RECEIVED, KEY, SID),)
    assert lost.said == (
        SaidReceipt(SaidKind.BOUNCED, RECEIVED, KEY, SID, "undelivered 30005", is_permanent=True, reason=GONE),
    )
    assert lost.answer.body == b"<Response></Response>"


def test_twilio_hands_on_a_reply() -> None:
    heard = _heard("twilio", {"auth_token": TOKEN}, _from_twilio("reply"))

    assert heard.said == (SaidReply("+4915123456789", "STOP", RECEIVED, "SM00000000000000000000000000000009"),)


@pytest.mark.parametrize("token", ["wrong", ""])
def test_what_twilio_did_not_sign_is_refused(token: str) -> None:
    with pytest.raises(NotGenuine):
        _heard("twilio", {"auth_token": TOKEN}, _from_twilio("delivered", token=token))
    with pytest.raises(NotGenuine):
        _heard("twilio", {"auth_token": TOKEN}, a_post(URL, fixture(__file__, "twilio/delivered.form.txt")))


def _from_vonage(body: bytes, *, secret: str = SECRET, **claims: Any) -> InboundRequest:
    given = {
        "iat": int(RECEIVED.timestamp()),
        "jti": "c5ba8f24",
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(body).hexdigest(),
        "api_key": "abcd1234",
    }
    token = jwt.encode({**given, **claims}, secret, algorithm="HS256")
    return a_post(URL, body, Authorization=f"Bearer {token}")


def test_vonage_tells_what_became_of_a_text() -> None:
    settings, uuid = {"signature_secret": SECRET}, "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"

    delivered = _heard("vonage", settings, _from_vonage(fixture(__file__, "vonage/delivered.json")))
    rejected = _heard("vonage", settings, _from_vonage(fixture(__file__, "vonage/rejected.json")))

    assert delivered.said == (SaidReceipt(SaidKind.DELIVERED, SAID_AT, KEY, uuid),)
    details = "rejected 1050 Number barred"
    assert rejected.said == (
        SaidReceipt(SaidKind.BOUNCED, SAID_AT, KEY, uuid, details, is_permanent=True, reason=GONE),
    )


def test_vonage_hands_on_a_reply() -> None:
    heard = _heard("vonage", {"signature_secret": SECRET}, _from_vonage(fixture(__file__, "vonage/reply.json")))

    at = SAID_AT + timedelta(seconds=1)
    assert heard.said == (SaidReply("+4915123456789", "ok", at, "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ac"),)


@pytest.mark.parametrize(
    "request_",
    [
        _from_vonage(b'{"message_uuid": "x"}', secret="another secret that is long enough to sign with"),
        _from_vonage(b'{"message_uuid": "x"}', payload_hash="0" * 64),
        _from_vonage(b'{"message_uuid": "x"}', iat=int(RECEIVED.timestamp()) - 7200),
        _from_vonage(b'{"message_uuid": "x"}', iat=int(RECEIVED.timestamp()) + 7200),
        _from_vonage(b'{"message_uuid": "x"}', iat="soon"),
        a_post(URL, b'{"message_uuid": "x"}'),
        a_post(URL, b'{"message_uuid": "x"}', Authorization="Bearer nonsense"),
    ],
)
def test_what_vonage_did_not_sign_is_refused(request_: InboundRequest) -> None:
    with pytest.raises(NotGenuine):
        _heard("vonage", {"signature_secret": SECRET}, request_)


def test_without_a_secret_nothing_is_believed() -> None:
    unsigned = jwt.encode({"iat": 1}, "", algorithm="none")

    for request in (_from_vonage(b"{}"), a_post(URL, b"{}", Authorization=f"Bearer {unsigned}")):
        with pytest.raises(NotGenuine):
            _heard("vonage", {"signature_secret": ""}, request)


def _from_messagebird(report: dict[str, str], *, key: str = SECRET, **claims: Any) -> InboundRequest:
    url = f"https://d.example/receipts/token/?{urlencode(report)}"
    now = int(RECEIVED.timestamp())
    given = {"iss": "MessageBird", "nbf": now - 1, "exp": now + 60, "jti": "x"}
    given |= {"url_hash": hashlib.sha256(url.encode()).hexdigest()}
    return a_get(url, MessageBird_Signature_JWT=jwt.encode({**given, **claims}, key, algorithm="HS256"))


def test_messagebird_tells_what_became_of_a_text() -> None:
    reports = json.loads(fixture(__file__, "messagebird/reports.json"))
    said = [_heard("messagebird", {"signing_key": SECRET}, _from_messagebird(report)).said for report in reports]

    reference, details = "e8077d803532c0b5937c639b60216938", "delivery_failed unknown subscriber 1"
    assert said == [
        (SaidReceipt(SaidKind.DELIVERED, RECEIVED, KEY, reference),),
        (SaidReceipt(SaidKind.BOUNCED, RECEIVED, KEY, reference, details, is_permanent=True, reason=GONE),),
        (SaidStop(RECEIVED, KEY, reference, "+4915123456789"),),
        (),
    ]


def test_messagebird_hands_on_a_reply() -> None:
    reply = {"id": "m1", "originator": "4915123456789", "recipient": "14155552345", "body": "OK danke"}

    heard = _heard("messagebird", {"signing_key": SECRET}, _from_messagebird(reply))

    assert heard.said == (SaidReply("+4915123456789", "OK danke", RECEIVED, "m1"),)


@pytest.mark.parametrize("claims", [{"iss": "Somebody"}, {"url_hash": "0"}, {"nbf": 1}, {"nbf": None}])
def test_what_messagebird_did_not_sign_is_refused(claims: dict[str, Any]) -> None:
    report = {"id": "x", "status": "delivered"}

    with pytest.raises(NotGenuine):
        _heard("messagebird", {"signing_key": SECRET}, _from_messagebird(report, **claims))
    with pytest.raises(NotGenuine):
        _heard("messagebird", {"signing_key": SECRET}, _from_messagebird(report, key="no" * 20))


def _from_gateway(name: str, *, key: str = "phone", **changes: str) -> InboundRequest:
    body, stamp = fixture(__file__, f"gateway/{name}.json"), str(int(RECEIVED.timestamp()))
    sealed = hmac.new(key.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()
    headers = {"X-Signature": sealed, "X-Timestamp": stamp, **changes}
    return replace(a_post("https://d.example/receipts/token/", body), headers=headers)


def test_a_telephone_with_smsgate_is_understood() -> None:
    settings = {**INITIAL, "signing_key": "phone"}

    said = [
        _heard("gateway", settings, _from_gateway(name)).said
        for name in ("smsgate_delivered", "smsgate_failed", "smsgate_received")
    ]

    message = "PyDmBQZZXYmyxMwED8Fzy"
    assert said == [
        (SaidReceipt(SaidKind.DELIVERED, RECEIVED, "", message),),
        (SaidReceipt(SaidKind.BOUNCED, RECEIVED, "", message, "sms:failed"),),
        (SaidReply("+4915123456789", "OK", RECEIVED, "Ey6ECgOkVVFjz3CL48B8E"),),
    ]


def test_kannel_tells_by_a_query_of_ours() -> None:
    settings = {**INITIAL, "receipt_key": "id", "receipt_status": "status", "delivered_words": "1"}
    settings |= {"reply_from": "from", "reply_text": "text"}

    receipt = a_get(f"https://d.example/receipts/token/?key={KEY}&id=abc&status=1")
    reply = a_get("https://d.example/receipts/token/?from=%2B4915123456789&text=START&id=r1")

    assert _heard("gateway", settings, receipt).said == (SaidReceipt(SaidKind.DELIVERED, RECEIVED, KEY, "abc"),)
    assert _heard("gateway", settings, reply).said == (SaidReply("+4915123456789", "START", RECEIVED, "r1"),)


def test_what_the_gateway_did_not_seal_is_refused() -> None:
    settings = {**INITIAL, "signing_key": "phone"}
    old = str(int(RECEIVED.timestamp()) - 7200)

    for request in (
        _from_gateway("smsgate_received", key="other"),
        _from_gateway("smsgate_received", **{"X-Signature": ""}),
        _from_gateway("smsgate_received", **{"X-Timestamp": old}),
    ):
        with pytest.raises(NotGenuine):
            _heard("gateway", settings, request)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"event": {}}', b"{not json", b'{"payload": [1]}'])
def test_nonsense_is_not_understood(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        _heard("gateway", dict(INITIAL), a_post("https://d.example/receipts/token/", body))
    with pytest.raises((NotUnderstood, NotGenuine)):
        _heard("vonage", {"signature_secret": SECRET}, _from_vonage(body))
    with pytest.raises(NotUnderstood):
        _heard("smoke", {}, a_post(URL, body))
