"""Sealing by the letter of the standards, and posting to a real far end."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pytest_django import Settings

from daylight.reach.channels.base import AddressRejected, Message, MessageRejected, TryLater
from daylight.reach.channels.push import sealing
from daylight.reach.channels.push.channel import Push
from daylight.reach.channels.push.sealing import CURVE, NotWhole, Subscription, decoded, encoded
from daylight.reach.channels.push.session import is_known
from daylight.reach.channels.tests.far_end import FarEnd, listening
from tests.contracts.test_channels import a_notification, a_reader

# RFC 8291, section 5 and appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
THEIRS = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
THEIR_POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SHARED = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
SETTINGS = {"private_key": OURS, "contact": "mailto:news@firm.example"}


def private(written: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decoded(written), "big"), CURVE)


def handed_out(endpoint: str) -> str:
    return json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": {"p256dh": THEIR_POINT, "auth": SHARED}})


def opened(body: bytes) -> bytes:
    """What the browser reads, by its own key."""
    salt, ours = body[:16], body[21 : 21 + body[20]]
    own = private(THEIRS)
    agreed = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, ours))

    def derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, salt, info).derive(secret)

    secret = derive(agreed, decoded(SHARED), b"WebPush: info\x00" + decoded(THEIR_POINT) + ours, 32)
    key = derive(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = derive(secret, salt, b"Content-Encoding: nonce\x00", 12)
    return AESGCM(key).decrypt(nonce, body[21 + body[20] :], None).rstrip(b"\x02")


@pytest.fixture
def far_end(settings: Settings) -> Iterator[FarEnd]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        far_end.status = 201
        yield far_end


def a_message(endpoint: str, **changes: Any) -> Message:
    reader = replace(a_reader(Push()), secret=handed_out(endpoint), **changes)
    return Push().compose(a_notification(), to=reader, key="17.4711.abc")


def test_sealing_gives_what_the_standard_gives() -> None:
    subscription = Subscription.read(handed_out("https://push.example/x"))

    sealed = sealing.encrypt(PLAIN, subscription, salt=decoded(SALT), key=private(OURS))

    assert encoded(sealed) == SEALED
    assert opened(sealed) == PLAIN


def test_the_same_words_are_sealed_anew_each_time() -> None:
    subscription = Subscription.read(handed_out("https://push.example/x"))

    assert sealing.encrypt(PLAIN, subscription) != sealing.encrypt(PLAIN, subscription)


def test_the_signature_says_who_sends_and_to_whom() -> None:
    header = sealing.authorization(
        OURS, origin="https://push.example", contact="mailto:n@firm.example", at=1_777_896_000
    )
    token, key = header.removeprefix("vapid t=").split(", k=")
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(key)).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    claims = jwt.decode(
        token, public, algorithms=["ES256"], audience="https://push.example", options={"verify_exp": False}
    )

    assert claims["sub"] == "mailto:n@firm.example"
    assert claims["exp"] - 1_777_896_000 <= 24 * 3600


def test_a_new_key_is_one_of_the_right_curve() -> None:
    assert len(decoded(sealing.public_key(sealing.new_private_key()))) == 65


def test_the_browser_reads_the_words_and_the_push_service_does_not(far_end: FarEnd) -> None:
    accepted = Push().open(SETTINGS).send(a_message(far_end.url), idempotency_key="17.4711.abc")

    [(headers, body)] = far_end.requests
    said = json.loads(opened(body))
    assert said["title"] == "Card payments fail"
    assert "By 14:30 (Europe/Berlin)." in said["body"]
    assert said["url"] == a_reader(Push()).own_url
    assert said["tag"] == "ab12cd34ef"
    assert b"Card payments" not in body
    assert headers["content-encoding"] == "aes128gcm"
    assert headers["urgency"] == "high"
    assert 600 <= int(headers["ttl"]) <= 86_400
    assert len(headers["topic"]) <= 32
    assert headers["authorization"].startswith("vapid t=")
    assert accepted.reference == "17.4711.abc"


def test_a_browser_without_a_page_of_its_own_comes_to_the_public_one(far_end: FarEnd) -> None:
    message = a_message(far_end.url, own_url="")

    assert json.loads(message.payload)["url"] == "https://firm.example/incidents/ab12cd34ef/"


@pytest.mark.parametrize(
    ("status", "means"),
    [
        (404, AddressRejected),
        (410, AddressRejected),
        (413, MessageRejected),
        (403, TryLater),
        (429, TryLater),
        (500, TryLater),
    ],
)
def test_what_a_refusal_means(far_end: FarEnd, status: int, means: type[Exception]) -> None:
    far_end.status, far_end.headers = status, {"retry-after": "7"}

    with pytest.raises(means, match=str(status)) as failure:
        Push().open(SETTINGS).send(a_message(far_end.url), idempotency_key="k")

    if isinstance(failure.value, TryLater):
        assert failure.value.after is not None
        assert failure.value.after.total_seconds() == 7


def test_one_signature_serves_many_messages_to_one_push_service(far_end: FarEnd) -> None:
    session = Push().open(SETTINGS)
    for number in range(3):
        session.send(a_message(far_end.url), idempotency_key=f"k{number}")

    assert len({headers["authorization"] for headers, _ in far_end.requests}) == 1


def test_long_words_are_shortened_to_what_push_services_take() -> None:
    made = a_notification()
    parts = tuple(replace(part, answer="ä🎌" * 3000) if part.name != "next" else part for part in made.parts)

    message = Push().compose(replace(made, parts=parts), to=a_reader(Push()), key="k")

    assert len(message.payload) <= 3000
    assert "By 14:30" in json.loads(message.payload)["body"]


@pytest.mark.parametrize(
    "written",
    ["", "{}", "[]", "null", '{"endpoint": "https://x.example", "keys": {}}',
     '{"endpoint": "x", "keys": {"p256dh": "AAAA", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}}',
     '{"endpoint": "x", "keys": {"p256dh": "ü", "auth": 7}}',
     handed_out("x").replace(SHARED, "AAAA")],
)  # fmt: skip
def test_what_is_no_subscription_is_refused(written: str) -> None:
    with pytest.raises(NotWhole, match=r"\S+ \S+"):
        Subscription.read(written)


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc:def", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/gAAAA", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=BQ", True),
        ("https://web.push.apple.com/QGuQ", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evil.example/?https://fcm.googleapis.com/", False),
        ("https://127.0.0.1/x", False),
    ],
)
def test_only_push_services_of_known_browsers_are_called(endpoint: str, known: bool) -> None:
    assert is_known(endpoint) is known
