"""What every view of the room begins and ends with: finding the incident, and answering with a panel or a page."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from daylight.accounts.asking import MemberRequest
from daylight.accounts.models import Organisation
from daylight.incidents.failures import IncidentFailure
from daylight.incidents.models import Incident


def the_incident(request: MemberRequest, public_id: str) -> Incident:
    """The incident of that public id that the asking member may see; else there is none."""
    return get_object_or_404(Incident.objects.for_member(request.member), public_id=public_id)


def typed(data: Mapping[str, Any], name: str) -> str:
    """What was posted under `name` outside of a form, without the one character that no database takes."""
    return str(data.get(name, "")).replace("\x00", "")


def our_zone() -> str:
    """The zone in which times are typed: the organisation's, which customers know it by."""
    return Organisation.get().time_zone


def panel(
    request: MemberRequest, template: str, incident: Incident, context: Mapping[str, Any], *, status: int = 200
) -> TemplateResponse:
    """A panel as a fragment for the incident room, or as a page of its own for whoever opens its address."""
    whole = {"incident": incident, "room": room_of(incident), **context}
    if is_partial(request):
        return TemplateResponse(request, template, whole, status=status)
    return TemplateResponse(request, "incidents/alone.html", {**whole, "panel": template}, status=status)


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def room_of(incident: Incident) -> str:
    """The address of the incident room, which the desk keeps."""
    return reverse("desk:incident", args=[incident.public_id])


def to_room(incident: Incident) -> HttpResponse:
    """Back to the incident room."""
    return redirect(room_of(incident))


def refuse(request: HttpRequest, problem: IncidentFailure | str) -> None:
    """Say at the top of the next page why something was not done."""
    messages.error(request, str(problem))


def say(request: HttpRequest, text: str) -> None:
    """Say at the top of the next page what was done."""
    messages.success(request, text)
