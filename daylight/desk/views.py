"""The screens of the desk."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from daylight.accounts.asking import MemberRequest, members_only
from daylight.desk.frame import THEME_COOKIE, THEMES

A_YEAR = 60 * 60 * 24 * 365


@members_only()
def today(request: MemberRequest) -> HttpResponse:
    """What needs the crew now."""
    return render(request, "desk/today.html")


@members_only()
def search(request: MemberRequest) -> HttpResponse:
    """Customers, incidents and commitments by what they are called."""
    return render(request, "desk/found.html" if request.headers.get("HX-Request") else "desk/search.html")


@members_only()
def now(request: MemberRequest) -> HttpResponse:
    """The bar of open incidents, alone; asked for again every few seconds."""
    return render(request, "desk/frame/now_rows.html")


@members_only()
def keys(request: MemberRequest) -> HttpResponse:
    """The keyboard shortcuts, for those whose browser opens no dialog."""
    return render(request, "desk/keys.html")


@require_POST
@members_only()
def appearance(request: MemberRequest) -> HttpResponse:
    """Remember light or dark, or forget it and follow the device."""
    there = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()}):
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
