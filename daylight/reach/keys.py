"""The key of a delivery, as it travels: the same whenever it is sent again, and nobody else can make one up."""

import functools
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator

from django.conf import settings

_LENGTH = 20
_LIKE_ONE = re.compile(rf"(?<![\d.])\d{{1,19}}\.\d{{1,19}}\.[0-9a-f]{{{_LENGTH}}}(?![0-9a-f])")


class KeyRefused(Exception):
    """Not a key of ours, or one that was altered."""


def delivery_key(notice_id: int, contact_point_id: int) -> str:
    """The key of the delivery of a notice to a contact point; safe in a Message-ID and in a header."""
    return maker(notice_id)(contact_point_id)


def maker(notice_id: int) -> Callable[[int], str]:
    """`delivery_key` for many contact points of one notice."""
    sealing = _sealing(settings.SECRET_KEY)

    def make(contact_point_id: int) -> str:
        name = f"{notice_id}.{contact_point_id}"
        mine = sealing.copy()
        mine.update(name.encode())
        return f"{name}.{mine.hexdigest()}"

    return make


def read_delivery_key(key: str) -> tuple[int, int]:
    """The notice and the contact point of a key. Raises KeyRefused."""
    name, _, seal = key.rpartition(".")
    if not hmac.compare_digest(seal.encode("utf-8", "replace"), _seal(name).encode("ascii")):
        raise KeyRefused
    notice_id, contact_point_id = name.split(".")
    return int(notice_id), int(contact_point_id)


def keys_in(text: str) -> Iterator[str]:
    """The genuine keys in a text, such as the headers of a mail that came back, in their order."""
    for found in _LIKE_ONE.finditer(text.lower()):
        key = found.group()
        name, _, seal = key.rpartition(".")
        if hmac.compare_digest(seal, _seal(name)):
            yield key


def _seal(name: str) -> str:
    sealing = _sealing(settings.SECRET_KEY).copy()
    sealing.update(name.encode("utf-8", "replace"))
    return sealing.hexdigest()


@functools.lru_cache(maxsize=4)
def _sealing(secret: str) -> "hashlib.blake2s":
    """A keyed BLAKE2 digest is a MAC by itself, and cheap enough to make one for every message that leaves."""
    return hashlib.blake2s(
        key=hashlib.sha256(f"daylight.delivery:{secret}".encode()).digest(), digest_size=_LENGTH // 2
    )
