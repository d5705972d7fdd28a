"""The crew's screen of where an incident stands, and its panel in the incident room."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock, waking
from daylight.incidents.models import Incident
from daylight.pages import publishing
from daylight.pages.models import Page
from daylight.pages.placing import standing


@require_GET
@members_only()
def on_pages(request: MemberRequest, public_id: str) -> HttpResponse:
    """Each page, whether the incident stands there and why; for those who lead, how to change it.

    In the incident room it is a panel, which only tells.
    """
    incident = _incident(request, public_id)
    is_panel = request.headers.get("HX-Request") == "true"
    context = {
        "incident": incident,
        "rows": standing.on_pages(incident, clock.now()),
        "is_told": incident.updates.published().exists(),
        "may_place": request.member.may(Act.LEAD_INCIDENT),
    }
    return render(request, f"pages/{'incident_panel' if is_panel else 'incident_pages'}.html", context)


@require_POST
@members_only(Act.LEAD_INCIDENT)
def place(request: MemberRequest, public_id: str, slug: str) -> HttpResponse:
    """Show it there, take it off, or leave it to the rule."""
    incident, page, now = _incident(request, public_id), get_object_or_404(Page, slug=slug), clock.now()
    act = request.POST.get("act", "")
    if act not in {"show", "take-off", "leave-to-rule"}:
        messages.error(request, "Nothing was changed: press one of the buttons.")
        return redirect("pages:incident", public_id)
    with transaction.atomic():
        if act == "leave-to-rule":
            standing.leave_to_rule(incident, page)
        else:
            standing.place(incident, page, is_shown=act == "show", by=request.member, at=now)
        details = {"page": page.slug, "word": act}
        waking.wake(publishing.CHANGED)
        audit.record(at=now, actor=request.member.name, act="page.place", subject=incident.public_id, **details)
    messages.success(request, f"Done. {page} shows it so within a second.")
    return redirect("pages:incident", public_id)


def _incident(request: MemberRequest, public_id: str) -> Incident:
    return get_object_or_404(Incident.objects.for_member(request.member), public_id=public_id)
