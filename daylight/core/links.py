"""Signed links: proof that we gave somebody an address, without a table of tokens.

A link names its purpose, so that one for reading a page can never be used to change a preference.
"""

import functools
import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core import signing

_SEAL_BYTES = 16


class LinkRefused(Exception):
    """The link was altered, is for something else, or is too old."""


def sign(purpose: str, value: str) -> str:
    """A short URL-safe token that carries `value` for `purpose`."""
    return signer(purpose)(value)


def signer(purpose: str) -> Callable[[str], str]:
    """`sign` for many values: what is the same for all of them is worked out once."""
    sealing = _sealing(purpose, settings.SECRET_KEY)

    def sign_one(value: str) -> str:
        mine = sealing.copy()
        mine.update(value.encode())
        return f"{value}.{mine.hexdigest()}"

    return sign_one


def sign_for_a_while(purpose: str, value: str) -> str:
    """As `sign`, with the time of signing inside, for links that must end."""
    return signing.TimestampSigner(salt=f"daylight.{purpose}", sep=".").sign(value)


def read(purpose: str, token: str, *, max_age: timedelta | None = None) -> str:
    """The value of a token for `purpose`; with `max_age`, of one made by `sign_for_a_while`. Raises LinkRefused."""
    if max_age is None:
        return _read(purpose, token)
    try:
        return signing.TimestampSigner(salt=f"daylight.{purpose}", sep=".").unsign(token, max_age=max_age)
    except signing.BadSignature:
        raise LinkRefused from None


def _read(purpose: str, token: str) -> str:
    value, _, seal = token.encode("utf-8", "replace").decode().rpartition(".")
    given = seal.encode()
    for secret in (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)):
        if hmac.compare_digest(given, _seal(purpose, value, secret).encode()):
            return value
    raise LinkRefused


def _seal(purpose: str, value: str, secret: str) -> str:
    """A keyed BLAKE2 digest: it is its own MAC, and a link is signed several times for every message that leaves."""
    sealing = _sealing(purpose, secret).copy()
    sealing.update(value.encode())
    return sealing.hexdigest()


@functools.lru_cache(maxsize=64)
def _sealing(purpose: str, secret: str) -> "hashlib.blake2s":
    key = hashlib.sha256(f"daylight.links.{purpose}:{secret}".encode()).digest()
    return hashlib.blake2s(key=key, digest_size=_SEAL_BYTES)
