"""What mail providers tell of our messages, in the forms that `fixtures/webhooks.json` names."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
import standardwebhooks
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from daylight.reach import keys
from daylight.reach.channels.email import tracking
from daylight.reach.channels.email.channel import Email
from daylight.reach.channels.inbound import (
    BounceReason,
    Heard,
    InboundRequest,
    NotGenuine,
    NotUnderstood,
    SaidKind,
    SaidReceipt,
    SaidStop,
)

WEBHOOKS = json.loads((Path(__file__).parent.parent / "fixtures" / "webhooks.json").read_text(encoding="utf-8"))
PROVIDERS = {name: events for name, events in WEBHOOKS.items() if name != "from"}
EVENTS = [(provider, event) for provider, events in PROVIDERS.items() for event in events]
KEY = keys.delivery_key(12, 4711)
NOW = datetime(2026, 5, 4, 12, 1, tzinfo=UTC)
URL = "https://daylight.firm.example/receipts/3.abc/"


def _body(provider: str, event: str) -> bytes:
    text = json.dumps(PROVIDERS[provider][event]).replace("KEY", KEY)
    return urlencode({"mandrill_events": text}).encode() if provider == "mandrill" else text.encode()


def _asked(body: bytes, provider: str = "", **headers: str) -> InboundRequest:
    kind = "application/x-www-form-urlencoded" if provider == "mandrill" else "application/json"
    given = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}
    return InboundRequest(method="POST", url=URL, headers=given, body=body, received_at=NOW)


def _hear(provider: str, event: str, **settings: Any) -> Heard:
    return Email().inbound(provider, settings, _asked(_body(provider, event), provider))


@pytest.mark.parametrize(("provider", "event"), EVENTS)
def test_each_event_means_what_it_should(provider: str, event: str) -> None:
    said = _hear(provider, event).said

    if event == "later":
        assert said == ()
        return
    [word] = said
    assert isinstance(word, SaidReceipt | SaidStop)
    assert word.key == KEY
    assert abs(word.said_at - NOW) < timedelta(minutes=2)
    if event == "stop":
        assert isinstance(word, SaidStop)
        return
    assert isinstance(word, SaidReceipt)
    expected = {"delivered": SaidKind.DELIVERED, "spam": SaidKind.SPAM_REPORT}.get(event, SaidKind.BOUNCED)
    assert (word.kind, word.is_permanent) == (expected, event == "bounced")
    if event == "bounced":
        assert word.reason is BounceReason.NO_SUCH_ADDRESS


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_reference_is_the_one_that_sending_gave(provider: str) -> None:
    expected = {
        "mailgun": f"<{KEY}@firm.example>",
        "postmark": "883953f4-6105-42a2-a16a-77a8eac79483",
        "sendgrid": "a1b2",
        "brevo": "<201798300811.5787683@relay.domain.com>",
        "mailjet": "19421777835146490",
        "sparkpost": "65832150921904138",
        "resend": "56761188-7520-42d8-8898-ff6fc54ce618",
        "mailersend": "62fb66bef54a112e920b5493",
        "mandrill": "aa1",
    }
    [word] = _hear(provider, "delivered").said

    assert isinstance(word, SaidReceipt)
    assert word.reference == expected[provider]


def _mailgun(secret: str, body: bytes) -> tuple[bytes, dict[str, str]]:
    told = json.loads(body)
    block = told["signature"]
    message = f"{block['timestamp']}{block['token']}".encode()
    block["signature"] = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return json.dumps(told).encode(), {}


def _resend(secret: str, body: bytes) -> tuple[bytes, dict[str, str]]:
    at = datetime.now(UTC)
    signature = standardwebhooks.Webhook(secret).sign("msg_1", at, body.decode())
    return body, {"svix_id": "msg_1", "svix_timestamp": str(int(at.timestamp())), "svix_signature": signature}


def _mailersend(secret: str, body: bytes) -> tuple[bytes, dict[str, str]]:
    return body, {"Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def _mandrill(secret: str, body: bytes) -> tuple[bytes, dict[str, str]]:
    signed = URL + "".join(name + value for name, value in parse_qsl(body.decode()))
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha1).digest()
    return body, {"X_Mandrill_Signature": base64.b64encode(digest).decode()}


@pytest.mark.parametrize(
    ("provider", "setting", "secret", "sign"),
    [
        ("mailgun", "webhook_signing_key", "key-1", _mailgun),
        ("resend", "signing_secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", _resend),
        ("mailersend", "signing_secret", "secret-1", _mailersend),
        ("mandrill", "webhook_key", "key-1", _mandrill),
    ],
)
def test_only_what_bears_the_signature_is_believed(provider: str, setting: str, secret: str, sign: Any) -> None:
    body, headers = sign(secret, _body(provider, "bounced"))
    genuine = _asked(body, provider, **headers)
    altered = _asked(body.replace(b"zoe", b"zoa").replace(b"c4c1d1f3", b"c4c1d1f9"), provider, **headers)

    assert len(Email().inbound(provider, {setting: secret}, genuine).said) == 1
    for wrong in (altered, _asked(body.replace(b"signature", b"nothing"), provider)):
        with pytest.raises(NotGenuine):
            Email().inbound(provider, {setting: secret}, wrong)


def test_sendgrid_signs_with_an_elliptic_curve() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    settings = {"tracking_webhook_verification_key": base64.b64encode(public).decode()}
    body = _body("sendgrid", "bounced")
    signature = base64.b64encode(private.sign(b"1777896005" + body, ec.ECDSA(hashes.SHA256()))).decode()
    headers = {
        "X_Twilio_Email_Event_Webhook_Signature": signature,
        "X_Twilio_Email_Event_Webhook_Timestamp": "1777896005",
    }

    assert len(Email().inbound("sendgrid", settings, _asked(body, **headers)).said) == 1
    for wrong in (_asked(body + b" ", **headers), _asked(body)):
        with pytest.raises(NotGenuine):
            Email().inbound("sendgrid", settings, wrong)


def test_each_secret_that_we_check_is_asked_for() -> None:
    checked = {name: tracker.secret for name, tracker in tracking.TRACKERS.items() if tracker.secret}

    for kind in Email().kinds:
        if kind.name in checked:
            assert checked[kind.name] in kind.form.base_fields


def test_a_thousand_events_at_once() -> None:
    one = PROVIDERS["sendgrid"]["delivered"][0]
    many = [one | {"delivery": keys.delivery_key(12, point), "sg_event_id": str(point)} for point in range(1_000)]

    heard = Email().inbound("sendgrid", {}, _asked(json.dumps(many).encode()))

    assert len({word.key for word in heard.said if isinstance(word, SaidReceipt)}) == 1_000


@pytest.mark.parametrize("provider", ["smtp", "scaleway", "nobody"])
def test_who_tells_nothing_by_this_road_is_not_understood(provider: str) -> None:
    with pytest.raises(NotUnderstood):
        Email().inbound(provider, {}, _asked(b"{}"))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_look_whether_the_address_is_there_is_answered(provider: str) -> None:
    asked = InboundRequest(method="HEAD", url=URL, headers={}, body=b"", received_at=NOW)

    assert Email().inbound(provider, {}, asked) == Heard()


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b"null", b"7", b'"x"', b"[null]", b'{"msys": 7}', b"\xff\xfe"]
)
def test_rubbish_never_ends_in_anything_but_a_refusal(provider: str, body: bytes) -> None:
    try:
        heard = Email().inbound(provider, {}, _asked(body, provider))
    except (NotUnderstood, LookupError, TypeError, ValueError, AttributeError):
        return
    assert heard.said == ()
