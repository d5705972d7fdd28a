"""Who is asking: the member behind a request, and the access rule of each page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from daylight.accounts.models import Member
from daylight.accounts.roles import Act

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class MemberRequest(HttpRequest):
    """A request of a signed-in member."""

    member: Member


class MemberMiddleware:
    """Puts the signed-in member on the request as `member`, or None for a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        request.member = request.user if isinstance(request.user, Member) else None  # type: ignore[attr-defined]
        return self._get_response(request)


def members_only(act: Act = Act.READ) -> Callable[[View], View]:
    """The access rule of a page for the crew: signed in, and allowed to do `act`."""

    def guard(view: View) -> View:
        @wraps(view)
        def answer(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.member is None:
                return redirect_to_login(request.get_full_path())
            if not request.member.may(act):
                raise PermissionDenied(f"This needs a role that allows: {act.label}.")
            return view(request, *args, **kwargs)

        answer.access_rule = act  # type: ignore[attr-defined]
        return answer  # type: ignore[return-value]

    return guard


def anyone(view: View) -> View:
    """The access rule of a page for the world: said aloud, so that no page is public by oversight."""
    view.access_rule = "anyone"  # type: ignore[attr-defined]
    return view
