"""Encrypts a message for one browser (RFC 8291, RFC 8188) and signs who sends it (RFC 8292).

The push service in between can read neither the words nor who they are for.
"""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

RECORD_SIZE = 4096
LIVES = 12 * 3600
"""Seconds for which a signature counts; push services allow a day."""

CURVE = ec.SECP256R1()


class NotWhole(Exception):
    """A subscription, or a key, that is not one: nothing can be encrypted for it."""


@dataclass(frozen=True)
class Subscription:
    """Where a browser listens, its public key, and the secret shared with it."""

    endpoint: str
    public: bytes
    shared: bytes

    @classmethod
    def read(cls, written: str) -> "Subscription":
        """From the JSON that a browser hands out. Raises NotWhole."""
        try:
            said: Mapping[str, Any] = json.loads(written)
            keys = said["keys"]
            made = cls(str(said["endpoint"]), decoded(keys["p256dh"]), decoded(keys["auth"]))
            ec.EllipticCurvePublicKey.from_encoded_point(CURVE, made.public)
        except (ValueError, TypeError, KeyError):
            raise NotWhole("This is not a browser's subscription.") from None
        if len(made.shared) != 16:
            raise NotWhole("The secret of the browser's subscription is too short or too long.")
        return made


def encrypt(plain: bytes, subscription: Subscription, *, salt: bytes = b"", key: Any = None) -> bytes:
    """The body to be posted; `salt` and `key` (a private key) are new each time unless a test gives them."""
    own = key or ec.generate_private_key(CURVE)
    salt = salt or os.urandom(16)
    public = _point(own.public_key())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, subscription.public)
    agreed = own.exchange(ec.ECDH(), theirs)
    info = b"WebPush: info\x00" + subscription.public + public
    secret = _derive(agreed, salt=subscription.shared, info=info, length=32)
    content_key = _derive(secret, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    nonce = _derive(secret, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)
    sealed = AESGCM(content_key).encrypt(nonce, plain + b"\x02", None)
    return salt + RECORD_SIZE.to_bytes(4, "big") + len(public).to_bytes(1, "big") + public + sealed


def new_private_key() -> str:
    """A key by which push services know us, for the settings."""
    number = ec.generate_private_key(CURVE).private_numbers().private_value
    return encoded(number.to_bytes(32, "big"))


def public_key(private: str) -> str:
    """What a browser is told, so that it takes messages from us alone."""
    return encoded(_point(_private(private).public_key()))


def authorization(private: str, *, origin: str, contact: str, at: float) -> str:
    """The header that says who sends: good for one push service (`origin`), for half a day from `at`."""
    claims = {"aud": origin, "exp": int(at) + LIVES, "sub": contact}
    key = _private(private)
    return f"vapid t={jwt.encode(claims, key, algorithm='ES256')}, k={public_key(private)}"


def decoded(text: str) -> bytes:
    """From base64url, with or without its padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(raw: bytes) -> str:
    """To base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _private(written: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decoded(written), "big"), CURVE)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _derive(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
