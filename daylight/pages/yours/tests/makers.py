"""Makers for the tests of customers' own pages."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from conftest import START
from daylight.accounts.models import Member
from daylight.customers.models import Commitment, ContactPoint, Customer
from daylight.incidents.models import Incident
from daylight.pages.models import Alternative
from daylight.pages.yours import choosing
from daylight.reach import fanout, links, sending
from daylight.reach.models import Notice


@dataclass(frozen=True)
class Told:
    """A customer who was told: their incident, contact point and page."""

    incident: Incident
    point: ContactPoint
    notice: Notice

    @property
    def customer(self) -> Customer:
        """Whose page it is."""
        return self.point.customer

    @property
    def path(self) -> str:
        """The address of their page."""
        return path_of(links.own_url(self.point.pk, self.notice.pk))


def path_of(url: str) -> str:
    """The address without its host."""
    return urlsplit(url).path


def told_of(incident: Incident, point: ContactPoint, *, at: datetime) -> Told:
    """The customer, after the latest update went out."""
    fanout.step(at)
    while Notice.objects.waiting().exists():
        fanout.step(at)
    sending.step(at, channel=point.channel)
    return Told(incident, point, Notice.objects.filter(incident=incident).latest("pk"))


def an_order(point: ContactPoint, reference: str, **facts: object) -> Commitment:
    """An order that was promised for the day before."""
    given: dict[str, object] = {"kind": "order", "promised_on": date(2026, 5, 3), "title": "Two oak chairs"}
    return Commitment.objects.create(
        customer=point.customer, reference=reference, created_at=START, updated_at=START, **(given | facts)
    )


def an_alternative(
    incident: Incident,
    kind: str = Alternative.Kind.CANCEL,
    *,
    by: Member,
    needs: str = Alternative.Needs.NOTHING,
    until: datetime | None = None,
    at: datetime = START,
    **texts: choosing.Label,
) -> Alternative:
    """Something the customers of the incident may choose."""
    return choosing.offer(incident, kind=kind, needs=needs, until=until, texts=texts, by=by, at=at)
