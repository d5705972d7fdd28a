"""Who would be told if an update were published now: how many on each channel, and who cannot be reached."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet

from daylight.customers.models import ContactPoint
from daylight.incidents.models import AffectedCustomer, Incident
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Suppression

NAMED = 10
COUNTED_EACH_TIME = 20_000
COUNTED_FOR = 600
"""Customers whose contact points are counted whenever they are asked for; of more, once in so many seconds."""


@dataclass(frozen=True)
class Audience:
    """Exact counts of customers, deliveries by channel label, and the first of the unreachable by name."""

    customers: int
    channels: tuple[tuple[str, int], ...]
    unreachable: int
    unreachable_names: tuple[str, ...]


def of(incident: Incident) -> Audience:
    """The audience of the incident as its register and the contact points stand now; the rule is `fanout`'s."""
    present = AffectedCustomer.objects.filter(
        incident=incident, removed_at__isnull=True, customer__erased_at__isnull=True
    )
    mine = usable().filter(customer=OuterRef("customer"))
    channels = []
    for name, channel in CHANNELS.items():
        if channel.tells_every_point:
            count = usable().filter(channel=name, customer__in=present.values("customer")).count()
        else:
            count = present.filter(Exists(mine.filter(channel=name))).count()
        if count:
            channels.append((channel.label, count))
    unreachable = present.filter(~Exists(mine)).order_by("customer__name")
    return Audience(
        customers=present.count(),
        channels=tuple(channels),
        unreachable=unreachable.count(),
        unreachable_names=tuple(unreachable.values_list("customer__name", flat=True)[:NAMED]),
    )


def lately(incident: Incident) -> Audience:
    """The same while somebody types: of a large register, as it was counted some minutes ago."""
    version = incident.register_versions.last()
    if version is None or version.total <= COUNTED_EACH_TIME:
        return of(incident)
    key = f"reach-audience-{version.pk}"
    found = cache.get(key)
    if not isinstance(found, Audience):
        found = of(incident)
        cache.set(key, found, COUNTED_FOR)
    return found


def usable() -> QuerySet[ContactPoint]:
    """Contact points that may be written to."""
    stopped = Suppression.objects.standing().values("contact_point")
    points: QuerySet[ContactPoint] = ContactPoint.objects.allowed()
    return points.filter(~Q(pk__in=stopped), channel__in=CHANNELS)
