"""Browsers that ask to be told: our keys for them, and what they hand out, kept sealed."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from daylight.accounts.models import Organisation
from daylight.customers.models import Consent, ContactPoint, Customer
from daylight.incidents.models import Incident
from daylight.reach import preferring, suppressing
from daylight.reach.channels.push.channel import Push
from daylight.reach.channels.push.sealing import NotWhole, Subscription, new_private_key, public_key
from daylight.reach.channels.push.session import is_known
from daylight.reach.composing import sender_address
from daylight.reach.models import Browser, Provider, Watcher

KEYS = "Our keys"
LARGEST = 2000
"""Characters of what a browser hands out."""


class NotABrowser(Exception):
    """What was handed to us is not a subscription of a browser that we know how to reach."""


@dataclass(frozen=True)
class Handed:
    """What a page handed us: a browser's subscription as it was written, and what its owner wants to be told."""

    subscription: str
    incident: str
    language: str


def read(body: bytes) -> Handed:
    """From the JSON that our script posts. Raises NotABrowser."""
    try:
        said = json.loads(body)
        subscription = json.dumps(said["subscription"])
    except (ValueError, TypeError, KeyError):
        raise NotABrowser("This is not a browser's subscription.") from None
    return Handed(subscription, str(said.get("incident") or "")[:40], str(said.get("language") or "")[:12])


def our_key() -> str:
    """The public key that a browser is told; our keys are made, and sealed, when they are asked for first."""
    settings = {"kind": "vapid", "private_key": new_private_key()}
    settings["contact"] = f"mailto:{sender_address(Organisation.get())}"
    first: Any = {"kind": "vapid", "settings": settings}
    made, _ = Provider.objects.get_or_create(channel=Push.name, name=KEYS, is_active=True, defaults=first)
    return public_key(made.settings["private_key"])


def name_of(written: str) -> str:
    """The name of a browser, made of where it listens. Raises NotABrowser."""
    if len(written) > LARGEST:
        raise NotABrowser("This is too long for a browser's subscription.")
    try:
        subscription = Subscription.read(written)
    except NotWhole as problem:
        raise NotABrowser(str(problem)) from None
    if not is_known(subscription.endpoint):
        raise NotABrowser("We do not know this browser's push service.")
    return "browser-" + hashlib.sha256(subscription.endpoint.encode()).hexdigest()[:16]


@transaction.atomic
def add(customer: Customer, written: str, *, at: datetime) -> ContactPoint:
    """Make a browser one of a customer's ways, after those they have. Raises NotABrowser."""
    point, _ = ContactPoint.objects.get_or_create(
        customer=customer,
        channel=Push.name,
        address=name_of(written),
        defaults={"created_at": at, "position": customer.contact_points.count()},
    )
    ContactPoint.objects.filter(pk=point.pk).update(retired_at=None)
    Browser.objects.update_or_create(contact_point=point, defaults={"subscription": written})
    Consent.give(point, by=preferring.BY_CUSTOMER, at=at)
    suppressing.lift(point, by=preferring.BY_CUSTOMER, at=at)
    return point


def watch(written: str, *, incident: Incident | None, language: str, at: datetime) -> Watcher:
    """Tell a browser whatever the status page says from now on, of one incident or of all. Raises NotABrowser."""
    watcher, _ = Watcher.objects.update_or_create(
        name=name_of(written),
        incident=incident,
        defaults={"subscription": written, "language": language, "since": at, "told_until": at, "due_at": None},
    )
    return watcher


@transaction.atomic
def forget(written: str, *, at: datetime) -> None:
    """Tell a browser nothing more, whoever asked it to be told. Raises NotABrowser."""
    name = name_of(written)
    Watcher.objects.filter(name=name).delete()
    points = ContactPoint.objects.filter(channel=Push.name, address=name)
    Browser.objects.filter(contact_point__in=points).delete()
    points.update(retired_at=at)
