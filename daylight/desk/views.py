"""The screens of the desk."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.roles import Act
from daylight.core import clock
from daylight.desk import beginning, finding, panels, quiet, specimens, today
from daylight.desk.addresses import address_of
from daylight.desk.frame import THEME_COOKIE, THEMES
from daylight.desk.standing import standings
from daylight.incidents.models import Incident

A_YEAR = 60 * 60 * 24 * 365


@members_only()
def see_today(request: MemberRequest) -> HttpResponse:
    """What needs the crew now; with htmx only the list, which is asked for again and again."""
    now = clock.now()
    rows = standings(request.member)
    context = {
        "items": today.items(request.member, now=now, standings=rows),
        "quiet": quiet.facts(now),
        "beginning": beginning.of(request.member, now=now),
    }
    return render(request, "desk/today_list.html" if request.headers.get("HX-Request") else "desk/today.html", context)


@members_only()
def see_incident(request: MemberRequest, public_id: str) -> HttpResponse:
    """The incident room: everything about one incident on one screen.

    An act in a panel that ends with "back to the room" is followed by htmx inside the panel; the whole page is
    told to come here instead.
    """
    incident = get_object_or_404(Incident.objects.for_member(request.member), public_id=public_id)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": request.path})
    writes = incident.is_open and request.member.may(Act.WRITE_UPDATE)
    context = {
        "incident": incident,
        "lead": incident.lead,
        "take_the_lead": address_of("incidents:manage", public_id) if request.member.may(Act.LEAD_INCIDENT) else "",
        "placed": panels.place(request, public_id),
        "preview": address_of("reach:preview", public_id) if writes else "",
    }
    return render(request, "desk/incident.html", context)


@members_only()
def search(request: MemberRequest) -> HttpResponse:
    """Customers, incidents and commitments by what they are called."""
    words = request.GET.get("q", "").strip()
    context = {"words": words, "found": finding.find(words, member=request.member)}
    return render(request, "desk/found.html" if request.headers.get("HX-Request") else "desk/search.html", context)


@members_only()
def now(request: MemberRequest) -> HttpResponse:
    """The bar of open incidents, alone; asked for again every few seconds."""
    return render(request, "desk/frame/now_rows.html")


@members_only()
def keys(request: MemberRequest) -> HttpResponse:
    """The keyboard shortcuts, for those whose browser opens no dialog."""
    return render(request, "desk/keys.html")


@members_only()
def design(request: MemberRequest) -> HttpResponse:
    """Every element of the design system in every state."""
    return render(request, "desk/design.html", specimens.all_of_them(clock.now(), data=request.GET or None))


@require_POST
@members_only()
def appearance(request: MemberRequest) -> HttpResponse:
    """Remember light or dark, or forget it and follow the device."""
    there = request.POST.get("next", "")
    if not there.startswith("/") or not url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()}):
        there = "/desk/"
    answer = redirect(there)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        answer.set_cookie(
            THEME_COOKIE, theme, max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    else:
        answer.delete_cookie(THEME_COOKIE)
    return answer
