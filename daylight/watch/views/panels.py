"""The panel of the incident room: what customers say of it, hour by hour, and how quick we were."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents.models import Incident, RegisterVersion
from daylight.listen.models import Conversation, Message
from daylight.watch import timing
from daylight.watch.plotting import hours_of
from daylight.watch.views.finding import our_zone

SHOWN = timedelta(hours=48)


@require_GET
@members_only(Act.READ)
def panel(request: MemberRequest, public_id: str) -> HttpResponse:
    """Complaints over time, chasers, told against asked."""
    incident = get_object_or_404(Incident.objects.for_member(request.member), public_id=public_id)
    now = incident.closed_at or clock.now()
    linked = Message.objects.heard().filter(conversation__incident=incident)
    conversations = Conversation.objects.heard().about(incident)
    since = max(incident.occurred_at, now - SHOWN)
    context = {
        "incident": incident,
        "plot": hours_of(timing.by_hour(incident, since=since), since=since, until=now, zone=our_zone()),
        "conversations": conversations.count(),
        "asked": conversations.filter(customer__isnull=False).order_by().values("customer").distinct().count(),
        "affected": RegisterVersion.objects.total(incident),
        "chasers": linked.filter(is_chaser=True).count(),
        "spread": timing.mentions(linked, now=now),
        "pace": timing.of_incident(incident),
        "signals": incident.came_from.all(),
        "topics": incident.topics.select_related("topic"),
        "now": now,
    }
    partial = request.headers.get("HX-Request") == "true"
    template = "watch/panel.html" if partial else "watch/panel_alone.html"
    return TemplateResponse(request, template, context)
