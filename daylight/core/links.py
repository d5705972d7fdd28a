"""Signed links: proof that we gave somebody an address, without a table of tokens.

A link names its purpose, so that one for reading a page can never be used to change a preference.
"""

from datetime import timedelta

from django.core import signing


class LinkRefused(Exception):
    """The link was altered, is for something else, or is too old."""


def sign(purpose: str, value: str) -> str:
    """A short URL-safe token that carries `value` for `purpose`."""
    return signing.Signer(salt=f"daylight.{purpose}", sep=".").sign(value)


def sign_for_a_while(purpose: str, value: str) -> str:
    """As `sign`, with the time of signing inside, for links that must end."""
    return signing.TimestampSigner(salt=f"daylight.{purpose}", sep=".").sign(value)


def read(purpose: str, token: str, *, max_age: timedelta | None = None) -> str:
    """The value of a token for `purpose`; with `max_age`, of one made by `sign_for_a_while`. Raises LinkRefused."""
    try:
        if max_age is None:
            return signing.Signer(salt=f"daylight.{purpose}", sep=".").unsign(token)
        return signing.TimestampSigner(salt=f"daylight.{purpose}", sep=".").unsign(token, max_age=max_age)
    except signing.BadSignature:
        raise LinkRefused from None
