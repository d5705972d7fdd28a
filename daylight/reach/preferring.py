"""What a customer may choose: where we write to them, in which order, language and time zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import QuerySet

from daylight.customers.models import Consent, ContactPoint, Customer
from daylight.incidents.models import Incident
from daylight.reach import ending, links, providers, suppressing
from daylight.reach.channels.base import AnnouncedChannel
from daylight.reach.models import Delivery, Notice, QuietHours, Suppression
from daylight.reach.quiet import USUAL, Quiet

BY_CUSTOMER = "the customer"
"""Who gave or withdrew consent, in the records."""

LANGUAGE_NAMES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
}
"""Languages a customer may ask for, each in its own words."""

FOR_THE_CREW = frozenset({Suppression.Reason.BY_HAND, Suppression.Reason.QUARANTINED})
"""Suppressions that only a member of the crew may lift."""

REGIONS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)

TOLD_SHOWN = 50

ARRIVED = (Delivery.State.ACCEPTED, Delivery.State.DELIVERED)


@dataclass(frozen=True)
class Way:
    """One contact point as its owner sees it: `stopped` is why we do not write there, if we do not."""

    contact_point: ContactPoint
    is_used: bool
    stopped: str = ""
    may_choose: bool = True


def ways_of(customer: Customer) -> list[Way]:
    """The contact points of a customer in their order."""
    points = list(customer.contact_points.filter(retired_at__isnull=True).order_by("position", "pk"))
    standing = Suppression.objects.standing().filter(contact_point__in=points)
    reasons = {row.contact_point_id: row.reason for row in standing}
    withdrawn = set(
        Consent.objects.filter(
            contact_point__in=points, purpose="incident_notices", withdrawn_at__isnull=False
        ).values_list("contact_point_id", flat=True)
    )
    return [
        Way(
            point,
            is_used=point.pk not in reasons and point.pk not in withdrawn,
            stopped=reasons.get(point.pk, ""),
            may_choose=reasons.get(point.pk) not in FOR_THE_CREW,
        )
        for point in points
    ]


def invitations(customer: Customer) -> list[tuple[str, str]]:
    """Chats to which the customer may come by themselves: the channel's label, and where it begins."""
    found = []
    token = links.join_token(customer.pk, ending.times_ended(customer))
    for channel in providers.connected():
        if isinstance(channel, AnnouncedChannel):
            settings = providers.settings_for(channel.name)
            found.append((channel.label, channel.invitation(settings, token)))
    return found


@transaction.atomic
def choose(
    customer: Customer,
    *,
    used: set[int],
    order: Sequence[int],
    language: str,
    time_zone: str,
    quiet: Quiet,
    at: datetime,
    by: str = BY_CUSTOMER,
) -> None:
    """Write down what the customer, or a member for them, chose: `used` and `order` hold contact points by id."""
    for way in ways_of(customer):
        point = way.contact_point
        if way.may_choose and point.pk in used and not way.is_used:
            use(point, at=at, by=by)
        elif way.may_choose and point.pk not in used and way.is_used:
            Consent.withdraw(point, by=by, at=at)
        if point.pk in order and point.position != order.index(point.pk):
            point.position = order.index(point.pk)
            point.save(update_fields=["position"])
    customer.language, customer.time_zone, customer.updated_at = language, time_zone, at
    customer.save(update_fields=["language", "time_zone", "updated_at"])
    if quiet != quiet_of(customer):
        QuietHours.objects.update_or_create(customer=customer, defaults={**vars(quiet), "chosen_at": at})


def quiet_of(customer: Customer) -> Quiet:
    """The quiet hours of a customer: their own choice, or the usual ones."""
    row = QuietHours.objects.filter(customer=customer).first()
    return Quiet(row.starts, row.ends, row.always_tell) if row else USUAL


@transaction.atomic
def use(point: ContactPoint, *, at: datetime, by: str = BY_CUSTOMER) -> None:
    """The customer wants to hear from us here: consent is given, and what only they could lift is lifted."""
    Consent.give(point, by=by, at=at)
    standing = Suppression.objects.standing().filter(contact_point=point)
    standing.exclude(reason__in=FOR_THE_CREW).update(lifted_at=at, lifted_by=by)


def unsubscribe(point: ContactPoint, *, at: datetime, notice_id: int | None = None) -> None:
    """The customer wants no more from us here."""
    details = f"after notice {notice_id}" if notice_id else ""
    suppressing.suppress(point, reason=Suppression.Reason.UNSUBSCRIBED, at=at, details=details)


def undo_unsubscribe(point: ContactPoint, *, at: datetime) -> None:
    """It was a mistake: only the customer's own wish is lifted."""
    standing = Suppression.objects.standing().filter(contact_point=point)
    standing.filter(reason=Suppression.Reason.UNSUBSCRIBED).update(lifted_at=at, lifted_by=BY_CUSTOMER)


def is_reachable(customer: Customer) -> bool:
    """Whether any contact point is left to which we may write."""
    return any(way.is_used for way in ways_of(customer))


def open_incidents(customer: Customer) -> list[Incident]:
    """Open incidents in whose register the customer stands and of which they were told something."""
    return list(
        Incident.objects.filter(
            closed_at__isnull=True,
            is_exercise=False,
            affected__customer=customer,
            affected__removed_at__isnull=True,
            updates__published_at__isnull=False,
        ).distinct()
    )


def told(customer: Customer) -> list[Delivery]:
    """What reached the customer, latest first."""
    return list(
        sent_to(customer)
        .filter(state__in=ARRIVED)
        .select_related("notice__update", "notice__incident", "contact_point")
        .prefetch_related("notice__update__texts")
        .order_by("-accepted_at", "-pk")[:TOLD_SHOWN]
    )


def told_of(customer: Customer, incident: Incident) -> list[Delivery]:
    """What reached the customer of one incident, all of it."""
    notices = Notice.objects.filter(incident=incident).values_list("pk", flat=True)
    rows = Delivery.objects.of_customer(customer.pk, notices=notices).filter(state__in=ARRIVED)
    return list(rows.select_related("notice__update", "contact_point").prefetch_related("notice__update__texts"))


def sent_to(customer: Customer) -> QuerySet[Delivery]:
    """Every delivery to a customer: of the notices of incidents that affect or affected them, and of wishes."""
    notices = Notice.objects.filter(incident__affected__customer=customer)
    rows: QuerySet[Delivery] = Delivery.objects.of_customer(customer.pk, notices=notices.values_list("pk", flat=True))
    return rows


def time_zones(also: str = "") -> list[str]:
    """The time zones a customer may choose, without the merely historical names; `also` is the one they have."""
    return sorted({*_usual_zones(), "UTC"} | ({also} if also else set()))


@cache
def _usual_zones() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if name.split("/")[0] in REGIONS and "/" in name)


def language_choices(also: str = "") -> list[tuple[str, str]]:
    """The languages a customer may choose, each in its own words; `also` is the one they have."""
    names = LANGUAGE_NAMES if not also or also in LANGUAGE_NAMES else {**LANGUAGE_NAMES, also: also}
    return list(names.items())


def masked(channel: str, address: str) -> str:
    """An address as its owner recognises it and a stranger does not: the link may have been passed on."""
    if "@" in address:
        name, _, host = address.partition("@")
        return f"{name[:1]}•••@{host}"
    if address.startswith("+"):
        return f"{address[:3]} ••• {address[-3:]}"
    host = address.rsplit("//", maxsplit=1)[-1].split("/", maxsplit=1)[0]
    return f"{host}/•••" if "//" in address else f"{address[:2]}•••"
