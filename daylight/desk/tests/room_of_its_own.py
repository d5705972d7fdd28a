"""Addresses for tests of the incident room: a panel that answers, one that fails, one that refuses."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import include, path

from daylight.accounts.asking import MemberRequest


def well(request: MemberRequest, public_id: str) -> HttpResponse:
    """Says who asks, by which method, and whether only a part is wanted."""
    return HttpResponse(f"well {request.member} {request.method} {request.headers['HX-Request']} {public_id}")


def late(request: MemberRequest, public_id: str) -> TemplateResponse:
    """Renders when it is asked to."""
    return TemplateResponse(request, "desk/keys_list.html")


def broken(request: MemberRequest, public_id: str) -> HttpResponse:
    """Fails."""
    raise ZeroDivisionError


def refused(request: MemberRequest, public_id: str) -> HttpResponse:
    """Refuses."""
    raise PermissionDenied


panels = [
    path("<str:public_id>/well/", well, name="well"),
    path("<str:public_id>/late/", late, name="late"),
    path("<str:public_id>/broken/", broken, name="broken"),
    path("<str:public_id>/refused/", refused, name="refused"),
]
urlpatterns = [path("panels/", include((panels, "panels"))), path("", include("daylight.config.urls"))]
