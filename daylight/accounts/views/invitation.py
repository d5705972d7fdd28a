"""The page on which an invited person joins."""

from datetime import timedelta

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from daylight.accounts import inviting
from daylight.accounts.asking import anyone
from daylight.accounts.forms.fields import zones
from daylight.accounts.forms.team import AcceptForm
from daylight.accounts.models import Organisation
from daylight.accounts.views.links import BACKEND
from daylight.core import clock, limits

INVITATION_TRIES = limits.Limit("invitation", times=30, per=timedelta(minutes=10))


@anyone
@never_cache
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Say who you are, choose a password, and be in."""
    now, organisation = clock.now(), Organisation.get()
    try:
        limits.take(INVITATION_TRIES, limits.caller(request), at=now)
        invitation = inviting.behind(token, at=now)
        form = AcceptForm(
            request.POST or None,
            email=invitation.email,
            initial={"name": invitation.name, "time_zone": organisation.time_zone},
        )
        if request.method == "POST" and form.is_valid():
            member = inviting.accept(token, at=now, **form.cleaned_data)
            login(request, member, backend=BACKEND)
            return redirect("/desk/")
    except limits.TooMany as problem:
        return render(request, "accounts/too_many.html", {"wait": limits.in_words(problem.wait)}, status=429)
    except inviting.InvitationEnded:
        return render(request, "accounts/invitation_ended.html", status=410)
    told = {"form": form, "invitation": invitation, "organisation": organisation, "zones": zones()}
    return render(request, "accounts/accept.html", told, status=400 if form.errors else 200)
