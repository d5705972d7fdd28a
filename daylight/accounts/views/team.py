"""The crew: who is in it, as what, and who is invited."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from daylight.accounts import audit, inviting
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.forms.team import InviteForm, RolesForm
from daylight.accounts.models import Invitation, LastOwner, Member
from daylight.accounts.roles import Act
from daylight.accounts.views.once import keep_for_once, shown_once
from daylight.core import clock, limits

LAST_OWNER = (
    "{name} is the only owner. Make somebody else owner first, so that there is always one who can let people in."
)
INVITATIONS = limits.Limit("invitations", times=50, per=timedelta(hours=1))


@members_only(Act.MANAGE_MEMBERS)
@never_cache
def team(request: MemberRequest) -> HttpResponse:
    """Everybody, and every invitation that waits."""
    now = clock.now()
    return render(
        request,
        "accounts/team.html",
        {
            "members": Member.objects.prefetch_related("grants").order_by("-is_active", "name", "pk"),
            "invitations": Invitation.objects.pending().select_related("invited_by").order_by("-invited_at"),
            "fresh": shown_once(request, "invitation"),
            "now": now,
        },
    )


@members_only(Act.MANAGE_MEMBERS)
def invite(request: MemberRequest) -> HttpResponse:
    """Invite somebody by e-mail; the link is shown once for handing it over by other means."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        try:
            limits.take(INVITATIONS, str(request.member.pk), at=now)
            said = form.cleaned_data
            invitation, link = inviting.invite(
                email=said["email"], name=said["name"], roles=said["roles"], by=request.member, at=now
            )
        except limits.TooMany as problem:
            form.add_error(None, str(problem))
        except inviting.AlreadyMember:
            form.add_error("email", "Somebody joined with this address just now.")
        else:
            left = inviting.post(invitation, link)
            keep_for_once(request, "invitation", {"email": invitation.email, "link": link, "left": left})
            return redirect("accounts:team")
    return render(request, "accounts/invite.html", {"form": form}, status=400 if form.errors else 200)


@members_only(Act.MANAGE_MEMBERS)
@require_POST
def withdraw(request: MemberRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        inviting.withdraw(invitation, by=request.member, at=clock.now())
        messages.success(request, f"The invitation to {invitation.email} is withdrawn; its link opens nothing now.")
    except inviting.InvitationEnded:
        messages.warning(request, f"The invitation to {invitation.email} had ended already.")
    return redirect("accounts:team")


@members_only(Act.MANAGE_MEMBERS)
def member(request: MemberRequest, pk: int) -> HttpResponse:
    """One member: roles, and letting in or not."""
    who = get_object_or_404(Member.objects.prefetch_related("grants"), pk=pk)
    form = RolesForm(request.POST or None, initial={"roles": [role.value for role in who.roles]})
    if request.method == "POST" and form.is_valid():
        now, before = clock.now(), who.roles_in_words
        try:
            who.set_roles(form.cleaned_data["roles"], by=request.member, at=now)
        except LastOwner:
            form.add_error("roles", LAST_OWNER.format(name=who.name))
        else:
            audit.record(
                at=now,
                actor=request.member.name,
                act="member.roles",
                subject=who.email,
                before=before,
                after=who.roles_in_words,
            )
            messages.success(request, f"{who.name} is now: {who.roles_in_words.lower() or 'without a role'}.")
            return redirect("accounts:team")
    return render(request, "accounts/member.html", {"who": who, "form": form}, status=400 if form.errors else 200)


@members_only(Act.MANAGE_MEMBERS)
@require_POST
def deactivate(request: MemberRequest, pk: int) -> HttpResponse:
    """Let a member in no more."""
    who = get_object_or_404(Member, pk=pk)
    try:
        who.deactivate()
    except LastOwner:
        messages.error(request, LAST_OWNER.format(name=who.name))
        return redirect("accounts:member", pk=pk)
    audit.record(at=clock.now(), actor=request.member.name, act="member.deactivate", subject=who.email)
    messages.success(request, f"{who.name} is signed out and cannot sign in any more. What they did stays.")
    return redirect("accounts:team")


@members_only(Act.MANAGE_MEMBERS)
@require_POST
def reactivate(request: MemberRequest, pk: int) -> HttpResponse:
    """Let a member in again."""
    who = get_object_or_404(Member, pk=pk)
    who.reactivate()
    audit.record(at=clock.now(), actor=request.member.name, act="member.reactivate", subject=who.email)
    messages.success(request, f"{who.name} can sign in again, with the roles they had.")
    return redirect("accounts:team")
