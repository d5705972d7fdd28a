"""How often somebody may do something, counted in the database, so that every process counts together.

An allowance is a bucket that leaks steadily: `times` may come at once, after that one every `per / times`. One row
holds one instant, and a conditional UPDATE decides who gets in, so it is the same on both databases.
"""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from daylight.core.models import Bucket

TRIES = 20
"""Callers that may win before us at the same instant before we give up and refuse."""


@dataclass(frozen=True)
class Limit:
    """At most `times` in a row, refilled evenly over `per`; `name` keeps one allowance apart from another.

    With a `share` a process takes so many at once and gives them out from memory: one write for a share and not for
    each. What is left when a process ends counts as used until it is refilled.
    """

    name: str
    times: int
    per: timedelta
    share: int = 1

    @property
    def pace(self) -> timedelta:
        """The time in which one more becomes free, and never none: a bucket counts in whole microseconds."""
        return max(self.per / self.times, timedelta.resolution)


class TooMany(Exception):
    """The caller has used up the allowance: come back after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"Too many at once; try again in {in_words(wait)}.")
        self.wait = wait


def take(limit: Limit, who: str, *, at: datetime) -> None:
    """Use one of the allowance `who` has. Raises TooMany, and then nothing is used.

    Call it outside a transaction that may roll back, else the count rolls back with it.
    """
    key = _key(limit, who)
    if limit.share > 1 and _from_share(key, limit, at):
        return
    for _ in range(TRIES):
        bucket = Bucket.objects.filter(pk=key).first()
        starts = max(bucket.empty_at, at) if bucket else at
        wait = starts + limit.pace - (at + limit.per)
        if wait > timedelta(0):
            raise TooMany(wait)
        taken = min(limit.share, (at + limit.per - starts) // limit.pace)
        if _moved(key, bucket, starts + taken * limit.pace):
            if limit.share > 1:
                _keep(key, taken - 1, at)
            return
    raise TooMany(limit.pace)


@transaction.atomic
def take_each(limit: Limit, whos: Sequence[str], *, at: datetime) -> list[bool]:
    """Use one of the allowance of each of these, in their order, in a few statements; whether each had one left.

    It is given back where the transaction around it rolls back.
    """
    keys = [_key(limit, who) for who in whos]
    empty_at, given = _held(set(keys), at), []
    for key in keys:
        then = max(empty_at[key], at) + limit.pace
        given.append(then <= at + limit.per)
        if given[-1]:
            empty_at[key] = then
    Bucket.objects.bulk_create(
        [
            Bucket(key=key, empty_at=empty_at[key])
            for key in sorted({key for key, has in zip(keys, given, strict=True) if has})
        ],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["empty_at"],
    )
    return given


def _held(keys: set[str], at: datetime) -> dict[str, datetime]:
    """When each of these buckets is empty; nobody else may change them to the end of the transaction."""
    for _ in range(TRIES):
        held = Bucket.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)
        found = dict(held.values_list("pk", "empty_at"))
        if len(found) == len(keys):
            break
        Bucket.objects.bulk_create(
            [Bucket(key=key, empty_at=at) for key in sorted(keys - found.keys())], ignore_conflicts=True
        )
    return dict.fromkeys(keys, at) | found


def sweep(at: datetime) -> int:
    """Forget the buckets that are empty again; returns how many."""
    removed, _ = Bucket.objects.filter(empty_at__lte=at).delete()
    return removed


def caller(request: HttpRequest) -> str:
    """The address a request comes from.

    A forwarded address is believed only from a proxy on a private network or this machine, and of a chain only
    the last link, which that proxy wrote itself: anything before it the caller may have made up.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    if not forwarded or not _is_private(address):
        return address
    try:
        return str(ip_address(forwarded))
    except ValueError:
        return address


def network_of(address: str) -> str:
    """The network an address belongs to, as far as one household or office has it: /24, or /64 of the newer kind."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    return str(ip_network(f"{known}/{24 if known.version == 4 else 64}", strict=False))


def in_words(wait: timedelta) -> str:
    """A wait as a person says it."""
    seconds = max(1, round(wait.total_seconds()))
    if seconds < 90:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    minutes = -(-seconds // 60)
    return f"{minutes} minutes" if minutes < 90 else f"{-(-minutes // 60)} hours"


def _key(limit: Limit, who: str) -> str:
    return hashlib.sha256(f"{limit.name}\n{who}".encode("utf-8", "replace")).hexdigest()


_shares: dict[str, tuple[int, datetime]] = {}
_shares_lock = threading.Lock()
_MOST_SHARES = 10_000


def _from_share(key: str, limit: Limit, at: datetime) -> bool:
    """Whether one was left of what this process took less than `per` ago."""
    with _shares_lock:
        left, taken_at = _shares.get(key, (0, at))
        if not left or not timedelta(0) <= at - taken_at < limit.per:
            return False
        _shares[key] = (left - 1, taken_at)
        return True


def _keep(key: str, left: int, at: datetime) -> None:
    with _shares_lock:
        if len(_shares) >= _MOST_SHARES:
            _shares.clear()
        _shares[key] = (left, at)


def _moved(key: str, bucket: Bucket | None, empty_at: datetime) -> bool:
    if bucket is not None:
        return bool(Bucket.objects.filter(pk=key, empty_at=bucket.empty_at).update(empty_at=empty_at))
    try:
        with transaction.atomic():
            Bucket.objects.create(key=key, empty_at=empty_at)
    except IntegrityError:
        return False
    return True


def _is_private(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        return address == ""  # A Unix socket: only a proxy on this machine talks to it.
