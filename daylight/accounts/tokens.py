"""Secrets shown once: the person keeps the token, we keep only its hash."""

import hashlib
import secrets


def a_token(length: int = 32) -> str:
    """A new URL-safe secret of `length` random bytes."""
    return secrets.token_urlsafe(length)


def hashed(token: str) -> str:
    """What we keep of a token. The token is long and random, so a plain SHA-256 cannot be searched."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
