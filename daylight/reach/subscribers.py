"""The life of a subscriber: waiting for a yes at the address, told, ended; whatever road brought them.

A yes makes the wish a subscription of the contact point: of the customer who has the address, when we know one; else
of somebody who only asked, who is in no register and in no list of customers. See docs/decisions/0010.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.crypto import salted_hmac

from daylight.core import links as signed
from daylight.customers import erasing
from daylight.customers.models import Consent, ContactPoint, Customer
from daylight.incidents.models import Incident
from daylight.reach import ending, endpoints, links, preferring, subscribing
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import SignUp, Subscriber, Subscription, Suppression, WebhookEndpoint

WAITS_FOR = timedelta(hours=48)
"""How long a wish waits for the yes at its address; then it is forgotten."""

FORGOTTEN_AFTER = timedelta(days=30)
"""What only asked to be told, and no longer is, is erased after so long. Whoever stopped us stays stopped."""

CONFIRM = "subscribe"
ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
PUBLIC_ID = 12
AT_ONCE = 100
"""Subscribers ended or forgotten in one turn."""


class NothingWaits(Exception):
    """The wish was confirmed before, or its time is over: ask again."""


@dataclass(frozen=True)
class Wish:
    """Somebody wants to be told: at which address (in the channel's normal form) of which page, and about what.

    `about` holds names as `subscribing.name_of` gives them; `page` is the name of the page in our addresses. A program
    that asks in Statuspage's way wants its messages in that form: `statuspage` is the page's name there.
    """

    page: str
    channel: str
    address: str
    about: Sequence[str] = field(default=(subscribing.EVERYTHING,))
    language: str = ""
    statuspage: str = ""

    @property
    def public_id(self) -> str:
        """The name of the subscriber for programs: by our key, always the same for the same page and address."""
        text = f"{self.page}\n{self.channel}\n{self.address}"
        number = int.from_bytes(salted_hmac("daylight.subscriber", text, algorithm="sha256").digest(), "big")
        letters = []
        for _ in range(PUBLIC_ID):
            number, rest = divmod(number, len(ALPHABET))
            letters.append(ALPHABET[rest])
        return "".join(letters)


def is_stopped(channel: str, address: str) -> bool:
    """Whether somebody's contact point with this address must not be written to: then we send nothing at all."""
    points = ContactPoint.objects.filter(channel=channel, address=address)
    stopped = Suppression.objects.standing().filter(contact_point__in=points)
    refused = Consent.objects.filter(contact_point__in=points, withdrawn_at__isnull=False)
    return stopped.exists() or refused.exists()


@transaction.atomic
def note(wish: Wish, *, at: datetime) -> Subscriber:
    """Write down what waits for a yes; what they are told of already is left out of `asked`."""
    made: dict[str, object] = {"public_id": wish.public_id, "created_at": at, "language": wish.language}
    who = {"page": wish.page, "channel": wish.channel, "address": wish.address}
    Subscriber.objects.get_or_create(**who, defaults=made)
    row = Subscriber.objects.select_for_update().get(**who)
    new = [name for name in dict.fromkeys([*row.asked, *wish.about]) if name not in told(row)]
    if new:
        row.asked, row.waiting_since, row.due_at = new, row.waiting_since or at, at + WAITS_FOR
        row.language = wish.language or row.language
        row.statuspage = wish.statuspage or row.statuspage
        if CHANNELS[row.channel].needs_secret and row.secret is None:
            row.secret = endpoints.new_secret()
        row.save()
    return row


def told(row: Subscriber) -> set[str]:
    """What a subscriber is told about now, by name; nothing when it ended or is stopped."""
    point = row.contact_point
    if row.confirmed_at is None or row.ended_at is not None or point is None or point.retired_at is not None:
        return set()
    return {subscribing.name_of(one) for one in Subscription.objects.filter(contact_point=point)}


def enrol(wish: Wish, *, is_confirmed: bool, by: str, at: datetime) -> Subscriber:
    """A member or a program of ours writes somebody down: told at once, or asked first. `by` goes into the consent.

    To a stopped address nothing is sent either way.
    """
    row = note(wish, at=at)
    if row.waiting_since is None:
        return row
    if is_confirmed:
        confirm(row, at=at, by=by)
    else:
        resend(row, at=at)
    row.refresh_from_db()
    return row


def resend(row: Subscriber, *, at: datetime) -> None:
    """Ask for the yes again, within what one address bears; nothing when nothing waits."""
    if row.waiting_since is not None:
        SignUp.objects.create(
            kind=SignUp.Kind.RESEND,
            page=row.page,
            channel=row.channel,
            subscriber=row.public_id,
            asked_at=at,
            due_at=at,
        )


def confirm_token(row: Subscriber) -> str:
    """What the link to confirm carries: the subscriber, and since when the wish waits, so that it serves once."""
    since = row.waiting_since
    return signed.sign(CONFIRM, f"{row.pk}-{int(since.timestamp()) if since else 0}")


def confirm_url(row: Subscriber) -> str:
    """Where the reader of the address says yes."""
    return f"{settings.SITE_URL}/subscribe/confirm/{confirm_token(row)}/"


def by_token(token: str) -> Subscriber:
    """The subscriber of a link to confirm, whatever became of the wish. Raises LinkRefused and NothingWaits."""
    key, _, since = signed.read(CONFIRM, token).partition("-")
    row = Subscriber.objects.filter(pk=int(key)).select_related("contact_point").first()
    if row is None:
        raise NothingWaits
    if row.waiting_since is not None and int(row.waiting_since.timestamp()) != int(since):
        raise NothingWaits
    return row


def choosing_url(point: ContactPoint) -> str:
    """Where the reader of this contact point chooses what we tell them, or ends it."""
    return links.preferences_url(point.customer_id, point.pk, ending.times_ended(point.customer))


@transaction.atomic
def confirm(row: Subscriber, *, at: datetime, by: str = preferring.BY_CUSTOMER) -> ContactPoint:
    """The yes: from now on the address is told what waited. Raises NothingWaits, also to the second of two yeses.

    Only the reader of the address may end what stopped us there: with another `by` that stands.
    """
    row = Subscriber.objects.select_for_update().get(pk=row.pk)
    if row.waiting_since is None or (row.due_at is not None and row.due_at <= at):
        raise NothingWaits
    point = _point(row, at=at)
    if by == preferring.BY_CUSTOMER:
        preferring.use(point, at=at)
    elif not point.consents.filter(withdrawn_at__isnull=False).exists():
        Consent.give(point, by=by, at=at)
    if row.secret and not WebhookEndpoint.objects.filter(contact_point=point).exists():
        _connect(row, point)
    for about in _meant(row.asked):
        subscribing.subscribe(point, at=at, **about)
    row.contact_point, row.confirmed_at, row.ended_at, row.ended_by = point, row.confirmed_at or at, None, ""
    row.asked, row.waiting_since, row.due_at, row.secret = [], None, None, None
    row.save()
    return point


def _connect(row: Subscriber, point: ContactPoint) -> None:
    endpoint = WebhookEndpoint.objects.create(contact_point=point, secret=row.secret)
    if row.statuspage:
        endpoints.speak(endpoint, WebhookEndpoint.Format.STATUSPAGE, page_id=row.statuspage)


def _point(row: Subscriber, *, at: datetime) -> ContactPoint:
    """The contact point with the address: a customer's before that of somebody who only asked; else a new one."""
    same = ContactPoint.objects.filter(channel=row.channel, address=row.address, customer__erased_at__isnull=True)
    of_customers = same.in_use().filter(customer__only_asked_since__isnull=True)
    found = of_customers.order_by("pk").first() or same.filter(customer__only_asked_since__isnull=False).first()
    if found is not None:
        if found.retired_at is not None:
            found.retired_at = None
            found.save(update_fields=["retired_at"])
        return found
    stranger = Customer.objects.create(
        name=row.address[:200], language=row.language, created_at=at, updated_at=at, only_asked_since=at
    )
    return ContactPoint.objects.create(customer=stranger, channel=row.channel, address=row.address, created_at=at)


def _meant(names: Iterable[str]) -> list[dict[str, object]]:
    """What names stand for, as `subscribing.subscribe` takes it; what is gone since is left out."""
    found: list[dict[str, object]] = []
    for name in names:
        kind, _, key = name.partition("-")
        if kind == subscribing.EVERYTHING:
            found.append({})
        elif kind == subscribing.SECTION:
            found += [{kind: one} for one in subscribing.sections().filter(pk=key)]
        elif kind == subscribing.COMPONENT:
            found += [{"component": one} for one in subscribing.components().filter(pk=key)]
        elif kind == subscribing.INCIDENT:
            found += [{"incident": one} for one in Incident.objects.public().filter(pk=key)]
    return found


def in_words(names: Iterable[str], *, everything: str, incident: str = "{}") -> list[str]:
    """What names stand for, in words; `incident` has braces where the headline goes."""
    said = []
    for about in _meant(names):
        what = next(iter(about.values()), everything)
        said.append(incident.replace("{}", headline_of(what)) if isinstance(what, Incident) else str(what))
    return said


def headline_of(incident: Incident) -> str:
    """What the world reads of an incident: the headline of its last update."""
    texts = incident.updates.filter(published_at__isnull=False).order_by("-number").values_list("texts__headline")
    return next((headline for (headline,) in texts[:1] if headline), incident.title)


@transaction.atomic
def end(row: Subscriber, *, by: str, at: datetime) -> None:
    """Tell the address nothing more, and forget what waits. A customer stays one, and hears what concerns them."""
    point = row.contact_point
    if point is not None:
        Subscription.objects.filter(contact_point=point, commitment__isnull=True).delete()
        if point.customer.only_asked_since is not None and point.retired_at is None:
            point.retire(at=at)
    row.asked, row.waiting_since, row.due_at, row.secret = [], None, None, None
    row.ended_at, row.ended_by = at, by[:160]
    row.save()


def choose(row: Subscriber, about: Iterable[str], *, at: datetime) -> None:
    """From now on a confirmed subscriber is told exactly these; of one who waits, what waits is changed."""
    wanted = list(dict.fromkeys(about))
    if row.contact_point is not None and row.ended_at is None:
        mine = Subscription.objects.filter(contact_point=row.contact_point, commitment__isnull=True)
        mine.exclude(pk__in=[one.pk for one in mine if subscribing.name_of(one) in wanted]).delete()
        for meant in _meant(wanted):
            subscribing.subscribe(row.contact_point, at=at, **meant)
    elif row.waiting_since is not None:
        Subscriber.objects.filter(pk=row.pk).update(asked=wanted)


def expire(row: Subscriber, now: datetime) -> None:
    """No yes came in time: what waited is forgotten, and with it whoever was never told."""
    if row.confirmed_at is None and row.ended_at is None:
        row.delete()
    else:
        row.finish(asked=[], waiting_since=None)


def drop_waiting(channel: str, address: str) -> None:
    """The reader of the address said no to what waits there."""
    for row in Subscriber.objects.filter(channel=channel, address=address, waiting_since__isnull=False):
        if row.confirmed_at is None:
            row.delete()
        else:
            Subscriber.objects.filter(pk=row.pk).update(asked=[], waiting_since=None, due_at=None)


def tidy(now: datetime) -> int:
    """End what was about one incident that is long over; forget who is no longer told, and who was erased."""
    Subscription.objects.filter(incident__closed_at__lt=now - FORGOTTEN_AFTER).delete()
    ended = list(_told_of_nothing()[:AT_ONCE])
    for row in ended:
        end(row, by="over", at=now)
    gone = Subscriber.objects.filter(ended_at__lt=now - FORGOTTEN_AFTER, waiting_since__isnull=True)
    stopped = Suppression.objects.standing().filter(contact_point=OuterRef("contact_point"))
    forgotten = list(gone.filter(~Exists(stopped)).select_related("contact_point__customer")[:AT_ONCE])
    for row in forgotten:
        _forget(row, at=now)
    Subscriber.objects.filter(contact_point__customer__erased_at__isnull=False).delete()
    return len(ended) + len(forgotten)


def _told_of_nothing() -> QuerySet[Subscriber]:
    wishes = Subscription.objects.filter(contact_point=OuterRef("contact_point"))
    confirmed = Subscriber.objects.filter(confirmed_at__isnull=False, ended_at__isnull=True, waiting_since__isnull=True)
    return confirmed.filter(~Exists(wishes)).select_related("contact_point__customer")


@transaction.atomic
def _forget(row: Subscriber, *, at: datetime) -> None:
    """Erase somebody who only asked, when no other page tells them; of a customer only the row goes."""
    point = row.contact_point
    row.delete()
    if point is None or point.customer.only_asked_since is None or point.customer.erased_at is not None:
        return
    if not Subscriber.objects.filter(contact_point__customer=point.customer).exists():
        erasing.forget(point.customer, at=at)
