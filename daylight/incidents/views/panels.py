"""Panels that only show: the promise clock, who is affected, the timeline, facts kept back, the first minutes."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.incidents import beginning, promises, said, timeline
from daylight.incidents.models import Incident, RegisterRule
from daylight.incidents.views.finding import panel, the_incident

SHOWN = 60


@require_GET
@members_only(Act.READ)
def panel_clock(request: MemberRequest, public_id: str) -> HttpResponse:
    """The countdown to the next word: the biggest thing in the room."""
    incident, now = the_incident(request, public_id), clock.now()
    return panel(request, "incidents/panels/clock.html", incident, clock_facts(incident, request, now=now))


def clock_facts(incident: Incident, request: MemberRequest, **more: object) -> dict[str, object]:
    """What the clock shows."""
    promise, rhythm = incident.open_promise, incident.cadence
    has_spoken = incident.updates.published().exists()
    return {
        "promise": promise,
        "has_spoken": has_spoken,
        "due": promise.promised_for if promise else (None if has_spoken else incident.first_word_due_at),
        "since": promise.given_at if promise else incident.opened_at,
        "last_promise": incident.promises.order_by("-promised_for").first(),
        "every": said.span(rhythm.between, in_working_hours=rhythm.in_working_hours),
        "holding_left": promises.holding_left(incident),
        "can_hold": promise is not None and promises.can_hold(incident),
        "lead": incident.lead,
        "may_lead": request.member.may(Act.LEAD_INCIDENT),
        "may_write": request.member.may(Act.WRITE_UPDATE),
        "may_publish": request.member.may(Act.PUBLISH_UPDATE),
        **more,
    }


@require_GET
@members_only(Act.READ)
def panel_register(request: MemberRequest, public_id: str) -> HttpResponse:
    """Who is affected: how many, by which reason, in which version."""
    incident = the_incident(request, public_id)
    version = incident.register_versions.last()
    context = {
        "total": version.total if version else 0,
        "reasons": version.reasons if version else [],
        "version": version,
        "rules": RegisterRule.objects.standing(incident).count(),
        "may_lead": request.member.may(Act.LEAD_INCIDENT),
    }
    return panel(request, "incidents/panels/register.html", incident, context)


@require_GET
@members_only(Act.READ)
def panel_timeline(request: MemberRequest, public_id: str) -> HttpResponse:
    """Everything that happened, the latest first."""
    incident = the_incident(request, public_id)
    entries = timeline.of(incident)
    everything = "all" in request.GET
    context = {
        "entries": entries if everything else entries[:SHOWN],
        "more": 0 if everything else max(0, len(entries) - SHOWN),
        "checks": beginning.checks(incident) if incident.is_open else [],
        "facts_kept_back": incident.withheld_facts.filter(released_at__isnull=True).count(),
        "may_write": request.member.may(Act.WRITE_UPDATE),
    }
    return panel(request, "incidents/panels/timeline.html", incident, context)


@require_GET
@members_only(Act.READ)
def panel_beginning(request: MemberRequest, public_id: str) -> HttpResponse:
    """The first fifteen minutes, ticked off by facts."""
    incident = the_incident(request, public_id)
    found = beginning.checks(incident)
    steps = [
        {"check": check, "url": reverse(check.address, args=[public_id]) if check.address else ""} for check in found
    ]
    following = next((step for step, check in zip(steps, found, strict=True) if not check.is_done), None)
    context = {"steps": steps, "done": sum(check.is_done for check in found), "next": following}
    return panel(request, "incidents/panels/beginning.html", incident, context)


@require_GET
@members_only(Act.READ)
def panel_facts(request: MemberRequest, public_id: str) -> HttpResponse:
    """What we know and do not tell yet, and who answers for that."""
    incident = the_incident(request, public_id)
    context = {
        "facts": incident.withheld_facts.select_related("owner"),
        "now": clock.now(),
        "may_write": request.member.may(Act.WRITE_UPDATE),
    }
    return panel(request, "incidents/panels/facts.html", incident, context)
