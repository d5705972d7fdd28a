"""Keys for programs."""

from datetime import timedelta

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from daylight.accounts import audit
from daylight.accounts import keys as making
from daylight.accounts.asking import MemberRequest, members_only
from daylight.accounts.forms.keys import KeyForm
from daylight.accounts.models import ApiKey
from daylight.accounts.roles import Act
from daylight.accounts.views.once import keep_for_once, shown_once
from daylight.core import clock


@members_only(Act.MANAGE_MEMBERS)
@never_cache
def keys(request: MemberRequest) -> HttpResponse:
    """Every key, and a new one's token once."""
    rows = ApiKey.objects.select_related("made_by").order_by("revoked_at", "-made_at")
    told = {"keys": rows, "fresh": shown_once(request, "key"), "now": clock.now()}
    return render(request, "accounts/keys.html", told)


@members_only(Act.MANAGE_MEMBERS)
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def make(request: MemberRequest) -> HttpResponse:
    """A new key, with no more rights than its maker has."""
    form = KeyForm(request.POST or None, member=request.member)
    if request.method == "POST" and form.is_valid():
        now, said = clock.now(), form.cleaned_data
        ends = now + timedelta(days=int(said["days"])) if said["days"] else None
        key, token = making.make_key(
            name=said["name"], scopes=said["scopes"], by=request.member, at=now, expires_at=ends
        )
        audit.record(at=now, actor=request.member.name, act="key.make", subject=key.name, scopes=key.scopes)
        keep_for_once(request, "key", {"name": key.name, "token": token})
        return redirect("accounts:keys")
    return render(request, "accounts/key_new.html", {"form": form}, status=400 if form.errors else 200)


@members_only(Act.MANAGE_MEMBERS)
@require_POST
def revoke(request: MemberRequest, pk: int) -> HttpResponse:
    """The key opens nothing any more."""
    key, now = get_object_or_404(ApiKey, pk=pk), clock.now()
    if key.revoked_at is None:
        key.revoke(at=now)
        audit.record(at=now, actor=request.member.name, act="key.revoke", subject=key.name)
        messages.success(request, f"The key “{key.name}” opens nothing any more.")
    return redirect("accounts:keys")
