"""The settings of the organisation."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.forms.fields import zones
from daylight.accounts.forms.organisation import OrganisationForm
from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.core import clock


@members_only(Act.SET_UP)
def organisation(request: MemberRequest) -> HttpResponse:
    """Who speaks to the customers, and by which rules."""
    form = OrganisationForm(request.POST or None, instance=Organisation.get())
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved = form.save()
            audit.record(
                at=clock.now(),
                actor=request.member.name,
                act="organisation.change",
                subject=saved.name,
                changed=sorted(form.changed_data),
            )
        messages.success(request, "The settings are saved.")
        return redirect("accounts:organisation")
    told = {"form": form, "zones": zones()}
    return render(request, "accounts/organisation.html", told, status=400 if form.errors else 200)
