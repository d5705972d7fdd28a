"""What the firm's own server signs to say which customer looks at a page of its own.

`<customer>.<ends>.<seal>`: the customer's external id in URL-safe base64 without padding, the second since 1970 at
which it ends, and the HMAC-SHA256 of `<customer>.<ends>` with the banner secret, in hexadecimal.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

LONGEST = timedelta(days=1)
"""A token that would last longer is refused: whoever finds one shall not use it for long."""

MOST_LETTERS = 600


class TokenRefused(Exception):
    """The token is not ours, was altered, or has ended; which of these is nobody's business."""


def read(token: str, secrets: Iterable[str], *, now: datetime) -> str:
    """The external id of the customer. Raises TokenRefused."""
    customer, _, rest = token.partition(".")
    ends, _, seal = rest.partition(".")
    signed = f"{customer}.{ends}"
    if len(token) > MOST_LETTERS or not token.isascii():
        raise TokenRefused
    if not any(hmac.compare_digest(seal, _seal(signed, secret)) for secret in secrets):
        raise TokenRefused
    if not _is_standing(ends, now):
        raise TokenRefused
    try:
        return base64.urlsafe_b64decode(customer + "=" * (-len(customer) % 4)).decode()
    except (binascii.Error, ValueError):
        raise TokenRefused from None


def sign(customer: str, secret: str, *, ends: datetime) -> str:
    """A token, as the samples in the documents make it."""
    name = base64.urlsafe_b64encode(customer.encode()).rstrip(b"=").decode()
    signed = f"{name}.{int(ends.timestamp())}"
    return f"{signed}.{_seal(signed, secret)}"


def _seal(signed: str, secret: str) -> str:
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()


def _is_standing(ends: str, now: datetime) -> bool:
    if not ends.isdecimal() or len(ends) > 11:
        return False
    return now < datetime.fromtimestamp(int(ends), UTC) <= now + LONGEST
