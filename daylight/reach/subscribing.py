"""Who asked to be told, of a component, a commitment or everything, and is not affected by the incident.

Once for each update of a public incident a notice of its own goes to them, at the contact point they named. Whoever
is in the register hears as an affected customer, and nobody hears twice of one update.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import AffectedCustomer, Component, Impact, Incident, RegisterRule, Section, Update
from daylight.incidents.models.component import ComponentQuerySet
from daylight.reach.audience import usable
from daylight.reach.filling import BATCH, TRIED_FOR
from daylight.reach.models import Batch, Delivery, Notice, Subscription
from daylight.reach.models.delivery import LAST_SLOT, delivery_id
from daylight.reach.models.subscription import KINDS, only

FRESH = timedelta(days=1)
"""Updates older than this are news to nobody."""

EVERYTHING = "everything"
SECTION, COMPONENT, COMMITMENT, INCIDENT = KINDS
"""What a wish may be about; forms name it "everything", or by kind and number: section-<id>, component-<id> …"""


def notice_subscribers(now: datetime) -> int:
    """Make and write the notices that subscribers are owed; how many."""
    if not Subscription.objects.exists():
        return 0
    has_its_own = Notice.objects.filter(update=OuterRef("update"), audience=Notice.Audience.SUBSCRIBERS)
    owed = Notice.objects.filter(
        ~Exists(has_its_own),
        audience=Notice.Audience.CUSTOMERS,
        superseded_by__isnull=True,
        made_at__gt=now - FRESH,
        incident__made_public_at__isnull=False,
        incident__is_exercise=False,
    )
    return sum(_write(notice.pk, now) for notice in owed)


@transaction.atomic
def _write(of_customers: int, now: datetime) -> bool:
    """Whether this notice's update was sent to subscribers now, and by us."""
    first = Notice.objects.select_for_update(no_key=True).select_related("update", "incident").get(pk=of_customers)
    notice, is_new = Notice.objects.get_or_create(
        update=first.update,
        audience=Notice.Audience.SUBSCRIBERS,
        register_version=None,
        defaults={"incident_id": first.incident_id, "made_at": now, "superseded_by": first.superseded_by},
    )
    if not is_new:
        return False
    points = list(_chosen(first.update))
    for start in range(0, len(points), BATCH):
        _write_part(notice, points[start : start + BATCH], number=start // BATCH, at=now)
    Notice.objects.filter(pk=notice.pk).update(customers=len(points), written_at=now)
    return True


def _chosen(update: Update) -> QuerySet[ContactPoint]:
    """One usable contact point for each subscriber who is not affected, in order of customer."""
    incident = update.incident
    affected = AffectedCustomer.objects.filter(incident=incident, removed_at__isnull=True)
    place = Window(RowNumber(), partition_by=F("customer"), order_by=[F("position").asc(), F("pk").asc()])
    points = usable().filter(
        Exists(wishes_for(incident).filter(contact_point=OuterRef("pk"))), customer__erased_at__isnull=True
    )
    told_already = ContactPoint.objects.in_use().filter(
        channel=OuterRef("channel"), address=OuterRef("address"), customer__in=affected.values("customer")
    )
    is_doubled = Q(customer__only_asked_since__isnull=False) & Exists(told_already)
    return (
        points.exclude(customer__in=affected.values("customer"))
        .exclude(is_doubled)
        .annotate(place=place)
        .filter(place=1)
        .order_by("customer_id")
    )


def wishes_for(incident: Incident) -> QuerySet[Subscription]:
    """The subscriptions that an incident concerns."""
    hit = Impact.objects.filter(update__incident=incident, update__state=Update.State.PUBLISHED)
    rules = RegisterRule.objects.standing(incident).filter(kind=RegisterRule.Kind.COMPONENT)
    keys = [rule.parameters.get("component", "") for rule in rules]
    affected = AffectedCustomer.objects.filter(incident=incident, removed_at__isnull=True)
    return Subscription.objects.filter(
        only(EVERYTHING)
        | Q(incident=incident)
        | Q(component__in=hit.values("component"))
        | Q(component__key__in=keys)
        | Q(section__components__in=hit.values("component"))
        | Q(section__components__key__in=keys)
        | Q(commitment__customer__in=affected.values("customer"))
    )


def _write_part(notice: Notice, points: list[ContactPoint], *, number: int, at: datetime) -> None:
    for channel in sorted({point.channel for point in points}):
        mine = [point for point in points if point.channel == channel]
        batch = Batch.objects.create(
            notice=notice, channel=channel, number=number, size=len(mine), queued=len(mine), due_at=at,
            expires_at=at + TRIED_FOR, first_id=delivery_id(notice.pk, mine[0].customer_id),
            last_id=delivery_id(notice.pk, mine[-1].customer_id, LAST_SLOT),
        )  # fmt: skip
        Delivery.objects.bulk_create(
            Delivery(
                pk=delivery_id(notice.pk, point.customer_id),
                notice=notice,
                batch=batch,
                customer_id=point.customer_id,
                contact_point=point,
                changed_at=at,
            )
            for point in mine
        )


def components() -> ComponentQuerySet:
    """The components somebody may ask to be told about."""
    return Component.objects.in_use().filter(is_public=True)


def sections() -> QuerySet[Section]:
    """The sections somebody may ask to be told about: those with something public in them."""
    return Section.objects.filter(Exists(components().filter(section=OuterRef("pk"))))


def wishes_of(customer: Customer) -> QuerySet[Subscription]:
    """What a customer asked to be told about."""
    rows = Subscription.objects.filter(contact_point__customer=customer, contact_point__retired_at__isnull=True)
    return rows.select_related("contact_point", *KINDS).order_by("pk")


def name_of(row: Subscription) -> str:
    """A subscription as forms name it."""
    named = ((kind, getattr(row, f"{kind}_id")) for kind in KINDS)
    return next((f"{kind}-{key}" for kind, key in named if key), EVERYTHING)


@transaction.atomic
def choose(point: ContactPoint, about: Collection[str], *, at: datetime) -> None:
    """From now on this contact point is told about exactly these; commitments and incidents are only kept or ended."""
    mine = Subscription.objects.filter(contact_point=point)
    kept = {name_of(row) for row in mine if name_of(row) in about}
    mine.exclude(pk__in=[row.pk for row in mine if name_of(row) in kept]).delete()
    if EVERYTHING in about and EVERYTHING not in kept:
        subscribe(point, at=at)
    for kind, offered in ((SECTION, sections()), (COMPONENT, components())):
        for one in offered:
            name = f"{kind}-{one.pk}"
            if name in about and name not in kept:
                subscribe(point, at=at, **{kind: one})


def subscribe(point: ContactPoint, *, at: datetime, **about: object) -> Subscription:
    """Tell this contact point about one thing (see `KINDS`) or everything; asking twice changes nothing."""
    wish = dict.fromkeys(KINDS) | about
    row, _ = Subscription.objects.get_or_create(contact_point=point, **wish, defaults={"since": at})
    return row
