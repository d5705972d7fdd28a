"""Keys for programs: made once, shown once, known by their hash."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from daylight.accounts.models import ApiKey, Member
from daylight.accounts.roles import Act
from daylight.accounts.tokens import a_token, hashed

BEGINS = "dl_"
"""Every token begins like this, so that one in the wrong place is recognised."""

PREFIX_LENGTH = 11
"""Characters of a token that stay readable, to tell keys apart."""

NOTED_EVERY = timedelta(minutes=1)
"""How fine the time of the last use is: a write per request would be too dear."""


class KeyRefused(Exception):
    """No such key, or it opens nothing any more."""


class KeyUnknown(KeyRefused):
    """Nobody made this key: check that it was copied whole."""


class KeyRevoked(KeyRefused):
    """A member took the key back: make a new one."""


class KeyExpired(KeyRefused):
    """The key's time has passed: make a new one."""


class MakerGone(KeyRefused):
    """The member in whose name the key acts is not active any more: somebody else must make a new one."""


class TooMuch(Exception):
    """A key may do no more than the member who makes it."""


def make_key(
    *, name: str, scopes: Iterable[Act], by: Member, at: datetime, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key and its token, which nobody can read again. Raises TooMuch."""
    wanted = {Act(scope) for scope in scopes}
    if not wanted <= by.acts:
        raise TooMuch
    token = BEGINS + a_token()
    key = ApiKey.objects.create(
        name=name,
        prefix=token[:PREFIX_LENGTH],
        token_hash=hashed(token),
        scopes=[act.value for act in Act if act in wanted],
        made_by=by,
        made_at=at,
        expires_at=expires_at,
    )
    return key, token


def key_for(token: str, at: datetime) -> ApiKey:
    """The living key behind a token; its use is noted. Raises KeyRefused by one of its names."""
    keys = ApiKey.objects.select_related("made_by").prefetch_related("made_by__grants")
    key = keys.filter(token_hash=hashed(token)).first()
    if key is None:
        raise KeyUnknown
    if key.revoked_at is not None:
        raise KeyRevoked
    if key.expires_at is not None and key.expires_at <= at:
        raise KeyExpired
    if not key.made_by.is_active:
        raise MakerGone
    _note_use(key, at)
    return key


def _note_use(key: ApiKey, at: datetime) -> None:
    if key.last_used_at is not None and at - key.last_used_at < NOTED_EVERY:
        return
    long_ago = Q(last_used_at=None) | Q(last_used_at__lte=at - NOTED_EVERY)
    ApiKey.objects.filter(long_ago, pk=key.pk).update(last_used_at=at)
    key.last_used_at = at
