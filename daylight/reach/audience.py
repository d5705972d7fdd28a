"""Who would be told if an update were published now: how many on each channel, and who cannot be reached."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When

from daylight.customers.models import ContactPoint
from daylight.incidents.models import AffectedCustomer, Incident
from daylight.reach import providers
from daylight.reach.channels.base import Channel
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
    connected = providers.connected()
    points = usable().filter(channel__in=[channel.name for channel in connected])
    mine = points.filter(customer=OuterRef("customer"))
    counts = _first_words(present, mine, connected) | _rooms(present, points, connected)
    channels = [(channel.label, counts[channel.name]) for channel in connected if counts.get(channel.name)]
    unreachable = present.filter(~Exists(mine)).order_by("customer__name")
    return Audience(
        customers=present.count(),
        channels=tuple(channels),
        unreachable=unreachable.count(),
        unreachable_names=tuple(unreachable.values_list("customer__name", flat=True)[:NAMED]),
    )


def _first_words(
    present: QuerySet[AffectedCustomer], mine: QuerySet[ContactPoint], connected: Sequence[Channel]
) -> dict[str, int]:
    """How many customers hear first by each channel of their own; the order is that of `filling`."""
    last_resorts = [channel.name for channel in connected if not channel.is_first_word]
    own = mine.filter(channel__in=[channel.name for channel in connected if not channel.tells_every_point])
    # Without a last resort the case would be a bare 0, and PostgreSQL reads "ORDER BY 0" as a column's number.
    late = [Case(When(channel__in=last_resorts, then=1), default=0)] if last_resorts else []
    ranked = own.order_by(*late, "position", "pk")
    first = present.annotate(first=Subquery(ranked.values("channel")[:1])).order_by()
    return dict(first.filter(first__isnull=False).values_list("first").annotate(Count("pk")))


def _rooms(
    present: QuerySet[AffectedCustomer], points: QuerySet[ContactPoint], connected: Sequence[Channel]
) -> dict[str, int]:
    """How many rooms and programs get it too."""
    rooms = points.filter(channel__in=[channel.name for channel in connected if channel.tells_every_point])
    found = rooms.filter(customer__in=present.values("customer")).order_by()
    return dict(found.values_list("channel").annotate(Count("pk")))


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
