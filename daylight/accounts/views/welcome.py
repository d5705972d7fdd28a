"""The first screen of the first owner."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.forms.fields import zones
from daylight.accounts.forms.welcome import WelcomeForm
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.core import clock


@members_only(Act.MANAGE_MEMBERS)
def welcome(request: MemberRequest) -> HttpResponse:
    """Ask the first owner who they are; it can be skipped and is in the settings later."""
    organisation = Organisation.get()
    initial = {"time_zone": organisation.time_zone if organisation.time_zone != "UTC" else ""}
    form = WelcomeForm(request.POST or None, member=request.member, initial=initial)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, request.member)
        audit.record(
            at=clock.now(),
            actor=request.member.name,
            act="organisation.named",
            subject=form.cleaned_data["organisation"],
        )
        return redirect("/desk/")
    return render(
        request, "accounts/welcome.html", {"form": form, "zones": zones()}, status=400 if form.errors else 200
    )
