"""Who came by a link that we gave to one customer alone."""

from dataclasses import dataclass

from daylight.core.links import LinkRefused
from daylight.customers.models import ContactPoint
from daylight.reach import ending, links
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Notice


@dataclass(frozen=True)
class Known:
    """A customer, the contact point to which their link was sent, and the incident that it was about."""

    point: ContactPoint
    incident_id: int | None = None

    @property
    def name(self) -> str:
        """What we call them."""
        return self.point.customer.name


def by_link(token: str) -> Known | None:
    """Whose link this is: to the customer's own page, or to their choices. None for any other, old or ended one."""
    if not token:
        return None
    try:
        link = links.read_own(token)
        point_id, notice_id, generation = link.contact_point, link.notice, link.generation
    except (LinkRefused, ValueError):
        try:
            _, point_id, generation = links.read_preferences(token)
        except (LinkRefused, ValueError):
            return None
        notice_id = 0
    return _known(point_id, generation, notice_id)


def _known(point_id: int, generation: int, notice_id: int) -> Known | None:
    points = ContactPoint.objects.in_use().filter(pk=point_id, customer__erased_at__isnull=True)
    point = points.select_related("customer").first()
    if point is None or ending.times_ended(point.customer) != generation:
        return None
    channel = CHANNELS.get(point.channel)
    if channel is not None and channel.tells_every_point:  # A room that others read, too: it is nobody's own.
        return None
    notice = Notice.objects.filter(pk=notice_id).first() if notice_id else None
    return Known(point, notice.incident_id if notice else None)
