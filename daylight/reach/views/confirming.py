"""The page behind the link "I have seen this": it shows the latest word, and a press on the button confirms.

Mail scanners open every link, so nothing happens on GET.
"""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from daylight.customers.models import ContactPoint
from daylight.incidents.models import Update
from daylight.reach import confirming, links
from daylight.reach.channels.base import Notification
from daylight.reach.composing import Wording
from daylight.reach.models import Confirmation, Notice
from daylight.reach.views.preferences import Visit, by_link, own_page, points
from daylight.reach.words import Phrases, zone_of


def _by_confirm(token: str) -> tuple[ContactPoint, int | None]:
    point_id, notice_id = links.read_confirm(token)
    return points().get(pk=point_id), notice_id


@by_link(_by_confirm)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The latest word of the incident the message was about; confirmed on POST."""
    notice = Notice.objects.select_related("incident").filter(pk=visit.notice_id or 0).first()
    if notice is None:
        raise Http404
    incident = notice.incident
    confirmation = confirming.of(visit.customer, incident)
    if request.method == "POST" and confirmation is None:
        confirmation = confirming.confirm(visit.customer, incident, how=Confirmation.How.LINK, at=visit.now)
    latest = incident.updates.filter(state=Update.State.PUBLISHED).order_by("-number")[0]
    context = {
        "incident": incident,
        "notification": _notification(visit, latest),
        "is_confirmed": confirmation is not None,
        "is_new": request.method == "POST",
        "when": _written_out(visit, confirmation.confirmed_at) if confirmation else "",
        "choose": links.preferences_url(visit.customer.pk, visit.point.pk),
    }
    return own_page(request, visit, "reach/confirm.html", context)


def _notification(visit: Visit, update: Update) -> Notification:
    customer = visit.customer
    return Wording(update).notification(language=customer.language, time_zone=customer.time_zone)


def _written_out(visit: Visit, moment: datetime) -> str:
    zone = zone_of(visit.customer.time_zone, visit.organisation.time_zone)
    when = Phrases(visit.phrases.language).time(moment, zone=zone, seen_from=visit.now)
    return visit.phrases.say("confirmed_when", when=when)
