"""Secrets at rest: encrypted in the database with a key derived from the installation's secret key."""

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.utils.encoding import force_bytes


class Unreadable(Exception):
    """A secret was sealed with another key: enter it again, or give the installation its old secret key."""


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"daylight.secrets:" + force_bytes(key)).digest()))
            for key in keys
        ]
    )


def seal(value: Any) -> str:
    """Encrypt a JSON value."""
    return _box().encrypt(json.dumps(value).encode()).decode("ascii")


def unseal(sealed: str) -> Any:
    """Decrypt what `seal` made. Raises Unreadable when the key has changed."""
    try:
        return json.loads(_box().decrypt(sealed.encode("ascii")))
    except InvalidToken:
        raise Unreadable from None


class SealedField(models.TextField):  # type: ignore[type-arg]  # Django's fields are generic in the stubs alone
    """A JSON value that is readable in Python and unreadable in the database and in a backup."""

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        """Unseal on the way in."""
        return None if not value else unseal(value)

    def get_prep_value(self, value: Any) -> str | None:
        """Seal on the way out."""
        return None if value is None else seal(value)
