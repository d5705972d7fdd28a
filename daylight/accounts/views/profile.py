"""What a member says about themselves, and how to alarm them."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST

from daylight.accounts import audit
from daylight.accounts.asking import MemberRequest, signed_in
from daylight.accounts.email_address import EmailTaken, change_email
from daylight.accounts.forms.fields import zones
from daylight.accounts.forms.profile import EmailForm, ProfileForm, StaffContactForm
from daylight.accounts.models import StaffContact
from daylight.core import clock


@signed_in
def me(request: MemberRequest) -> HttpResponse:
    """My name, my time, and the ways to reach me."""
    member = request.member
    form = ProfileForm(request.POST or None, instance=member)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your profile is saved.")
        return redirect("accounts:me")
    if form.errors:
        member.refresh_from_db()
    return render(request, "accounts/me.html", _told(request, form=form), status=400 if form.errors else 200)


@signed_in
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def email(request: MemberRequest) -> HttpResponse:
    """Sign in with another address from now on."""
    member, before = request.member, request.member.email
    form = EmailForm(request.POST or None, member=member)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                change_email(member, form.cleaned_data["email"])
                audit.record(at=clock.now(), actor=member.name, act="member.email", subject=member.email, before=before)
        except EmailTaken:
            form.add_error("email", "Another member has this address.")
        else:
            messages.success(request, f"From now on you sign in with {member.email}.")
            return redirect("accounts:me")
    return render(request, "accounts/email.html", {"form": form}, status=400 if form.errors else 200)


@signed_in
@require_POST
def add_contact(request: MemberRequest) -> HttpResponse:
    """One more way to alarm me."""
    form = StaffContactForm(request.POST, member=request.member)
    if form.is_valid():
        form.save()
        messages.success(request, "Added. Alarms try your ways in this order.")
        return redirect("accounts:me")
    told = _told(request, form=ProfileForm(instance=request.member), contact_form=form)
    return render(request, "accounts/me.html", told, status=400)


@signed_in
@require_POST
def remove_contact(request: MemberRequest, pk: int) -> HttpResponse:
    """Alarm me no more this way."""
    get_object_or_404(StaffContact, pk=pk, member=request.member).delete()
    messages.success(request, "Taken off your list.")
    return redirect("accounts:me")


@signed_in
@require_POST
def first_contact(request: MemberRequest, pk: int) -> HttpResponse:
    """Try this way first."""
    chosen = get_object_or_404(StaffContact, pk=pk, member=request.member)
    others = [contact for contact in request.member.staff_contacts.all() if contact.pk != chosen.pk]
    with transaction.atomic():
        for position, contact in enumerate([chosen, *others]):
            StaffContact.objects.filter(pk=contact.pk).update(position=position)
    return redirect("accounts:me")


def _told(request: MemberRequest, **more: object) -> dict[str, object]:
    member = request.member
    return {
        "contacts": [(contact, _test_address(contact)) for contact in member.staff_contacts.all()],
        "contact_form": StaffContactForm(member=member),
        "has_second_factor": is_mfa_enabled(member),
        "has_password": member.has_usable_password(),
        "zones": zones(),
    } | more


def _test_address(contact: StaffContact) -> str:
    """Where a test alarm is asked for; nothing while the room that sends alarms does not offer it."""
    try:
        return reverse("reach:test-staff-contact", args=[contact.pk])
    except NoReverseMatch:
        return ""
