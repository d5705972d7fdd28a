"""Who is asking: the member behind a request, and the access rule of each page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from daylight.accounts.models import Member, Organisation
from daylight.accounts.roles import Act, Role

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class MemberRequest(HttpRequest):
    """A request of a signed-in member."""

    member: Member


class MemberMiddleware:
    """Puts the signed-in member on the request as `member`, or None for a stranger.

    Times are shown and read in the member's time zone. An owner who must have a second factor and has none is
    led to where one is set up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        member = request.user if isinstance(request.user, Member) and request.user.is_active else None
        request.member = member  # type: ignore[attr-defined]
        if member is None:
            return self._get_response(request)
        prefetch_related_objects([member], "grants")
        with timezone.override(zone_of(member)):
            if request.path.startswith("/desk/") and _lacks_a_second_factor(member):
                messages.warning(request, "Owners need a second way to prove who they are. Please set one up now.")
                return _sent_to(request, redirect("mfa_index"))
            return self._get_response(request)


def zone_of(member: Member) -> ZoneInfo:
    """The member's time zone; UTC when this machine does not know it any more."""
    try:
        return ZoneInfo(member.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def members_only(act: Act = Act.READ) -> Callable[[View], View]:
    """The access rule of a page for the crew: signed in, and allowed to do `act`."""

    def guard(view: View) -> View:
        @wraps(view)
        def answer(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.member is None:
                return _sent_to(request, redirect_to_login(request.get_full_path()))
            if not request.member.may(act):
                raise PermissionDenied(f"This needs a role that allows: {act.label}.")
            return view(request, *args, **kwargs)

        answer.access_rule = act  # type: ignore[attr-defined]
        return answer  # type: ignore[return-value]

    return guard


def signed_in(view: View) -> View:
    """The access rule of a page about the member alone, such as their profile: any role, or none."""

    @wraps(view)
    def answer(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.member is None:
            return _sent_to(request, redirect_to_login(request.get_full_path()))
        return view(request, *args, **kwargs)

    answer.access_rule = "signed in"  # type: ignore[attr-defined]
    return answer  # type: ignore[return-value]


def anyone(view: View) -> View:
    """The access rule of a page for the world: said aloud, so that no page is public by oversight."""
    view.access_rule = "anyone"  # type: ignore[attr-defined]
    return view


def _lacks_a_second_factor(member: Member) -> bool:
    return Role.OWNER in member.roles and Organisation.get().mfa_required and not is_mfa_enabled(member)


def _sent_to(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The redirect; for a fragment of a page, one that moves the whole page."""
    if request.headers.get("HX-Request") != "true":
        return answer
    return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
