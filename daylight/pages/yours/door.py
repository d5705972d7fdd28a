"""Lets in whoever holds a link to a customer's own page; to everybody else it says one and the same thing.

An altered link, one that ran out, one that was ended, one of an erased customer or of an address no longer in use:
the same page with the same status, so that nobody learns anything by trying.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from daylight.accounts.models import Organisation
from daylight.core.links import LinkRefused
from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import AffectedCustomer, Incident
from daylight.reach import ending, links
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Notice
from daylight.reach.words import known, zone_of


@dataclass(frozen=True)
class Visit:
    """Somebody looks at the page of one customer: about which incident, by which link, when.

    `affected` is their row in the register; None for who only asked to be told. In a preview for the crew there is
    no token and maybe no contact point, and nothing may be done.
    """

    customer: Customer
    incident: Incident
    affected: AffectedCustomer | None
    point: ContactPoint | None
    organisation: Organisation
    now: datetime
    token: str = ""
    generation: int = 0

    @property
    def is_preview(self) -> bool:
        """Whether a member looks at what the customer would see."""
        return not self.token

    @property
    def is_shared(self) -> bool:
        """Whether the link went to a room that others read, too: then only what was typed from there is shown."""
        channel = CHANNELS.get(self.point.channel) if self.point else None
        return channel is not None and channel.tells_every_point

    @property
    def is_affected(self) -> bool:
        """Whether the incident hits this customer now."""
        return self.affected is not None and self.affected.removed_at is None

    @property
    def language(self) -> str:
        """The language of the page."""
        return known(self.customer.language or self.organisation.language)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the page tells times."""
        return zone_of(self.customer.time_zone, self.organisation.time_zone)


def open_door(token: str, *, now: datetime) -> Visit:
    """Whose page a link opens. Raises LinkRefused."""
    return enter(links.read_own(token), token=token, now=now)


def token_of(link: links.OwnLink) -> str:
    """The token of the usual link that says the same."""
    return links.own_url(link.contact_point, link.notice, link.generation).rstrip("/").rpartition("/")[2]


def enter(link: links.OwnLink, *, token: str, now: datetime) -> Visit:
    """Whose page a link that was read opens. Raises LinkRefused."""
    point, notice = point_of(link), notice_of(link)
    incident = notice.incident
    if link.generation != ending.times_ended(point.customer) or has_run_out(incident, link, now=now):
        raise LinkRefused
    affected = AffectedCustomer.objects.filter(incident=incident, customer=point.customer).first()
    if affected is None and not incident.is_public:
        raise LinkRefused
    return Visit(
        point.customer, incident, affected, point, Organisation.get(), now, token=token, generation=link.generation
    )


def point_of(link: links.OwnLink) -> ContactPoint:
    """Where a link was sent, while the address is in use and its owner was not erased. Raises LinkRefused."""
    points = ContactPoint.objects.in_use().filter(pk=link.contact_point, customer__erased_at__isnull=True)
    point: ContactPoint | None = points.select_related("customer").first()
    if point is None:
        raise LinkRefused
    return point


def notice_of(link: links.OwnLink) -> Notice:
    """The notice with which a link was sent. Raises LinkRefused."""
    notice = Notice.objects.select_related("incident").filter(pk=link.notice).first()
    if notice is None:
        raise LinkRefused
    return notice


def has_run_out(incident: Incident, link: links.OwnLink, *, now: datetime) -> bool:
    """Whether the incident is over for so long that its links no longer work, unless this one was asked for later."""
    if link.until is not None and now.date() <= link.until:
        return False
    return incident.closed_at is not None and now > incident.closed_at + timedelta(days=settings.OWN_PAGE_DAYS)


def show(template: str, context: dict[str, Any], *, language: str, status: int = 200) -> HttpResponse:
    """A page in this language that nobody keeps, indexes, frames or passes on the address of."""
    with translation.override(language):
        html = render_to_string(f"yours/{template}.html", {"language": language, **context})
    return private(HttpResponse(html, status=status))


def private(response: HttpResponse) -> HttpResponse:
    """The answer under the headers that keep an own page its customer's own."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


def refuse(request: HttpRequest, token: str, *, template: str = "gone", status: int = 404) -> HttpResponse:
    """The one answer to every link that opens nothing; whatever was being written is handed back."""
    organisation = Organisation.get()
    context = {"organisation": organisation, "token": token, "written": request.POST.get("words", "")[:4000]}
    return show(template, context, language=known(organisation.language), status=status)
