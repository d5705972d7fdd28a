"""The page behind a one-time sign-in link."""

from datetime import timedelta

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from daylight.accounts import signing_in
from daylight.accounts.asking import anyone
from daylight.accounts.models import Member
from daylight.core import clock, limits

LINK_TRIES = limits.Limit("sign-in link", times=20, per=timedelta(minutes=10))
BACKEND = "django.contrib.auth.backends.ModelBackend"


@anyone
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """A page with one button; only pressing it signs in, so that scanners of links use nothing up."""
    now = clock.now()
    try:
        limits.take(LINK_TRIES, limits.caller(request), at=now)
        if request.method != "POST":
            member = signing_in.member_behind(token, at=now)
            return render(request, "accounts/sign_in_link.html", {"who": member})
        member = signing_in.use(token, at=now)
    except limits.TooMany as problem:
        return render(request, "accounts/too_many.html", {"wait": limits.in_words(problem.wait)}, status=429)
    except signing_in.LinkNotValid:
        return render(request, "accounts/link_not_valid.html", status=410)
    login(request, member, backend=BACKEND)
    return redirect("accounts:welcome" if is_new(member) else "/desk/")


def is_new(member: Member) -> bool:
    """Whether this is the first owner who has not given an address yet."""
    return member.email == signing_in.FIRST_OWNER_EMAIL
