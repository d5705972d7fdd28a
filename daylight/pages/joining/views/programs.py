"""`POST /api/v2/subscribers.json`, as programs know it from Statuspage.

Nothing ever changes on GET (an old client asks so), and no answer tells whom we know: the name of a subscriber is made
of the page and the address by our key, so the same question always gets the same name.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from daylight.accounts.asking import anyone
from daylight.core import clock
from daylight.core.limits import TooMany
from daylight.pages import private
from daylight.pages.joining import doors, where
from daylight.pages.joining.given import Given, NotTaken
from daylight.pages.joining.where import Place
from daylight.reach import signing_up
from daylight.reach.statuspage import forms
from daylight.reach.subscribers import Wish

Json = dict[str, Any]
View = Callable[..., HttpResponse]

FROM_ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
    "X-Robots-Tag": "noindex",
}
WE_ASKED = "If we may write to this address, we asked it back: nothing is sent before its reader says yes."
MODES = {"mattermost": "integration_partner", "discord": "integration_partner"}
"""Their words for channels that they do not have."""

ADDRESS = {"email": "email", "sms": "phone_number"}
"""Their field for an address, by channel; all others are endpoints."""


def for_programs(view: View) -> View:
    """An address for programs of anywhere, on one page; who asks too often is told to wait."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        place = where.find(request.get_host(), request.path_info, now=clock.now())
        if place.page.is_private and not private.may_read(request, place.page):
            response: HttpResponse = _refused("Could not authenticate", 401)
        elif request.method == "OPTIONS":
            response = HttpResponse(status=204)
        else:
            response = _answered(request, place, view, kwargs)
        for name, value in FROM_ANYWHERE.items():
            response[name] = value
        return response

    return anyone(answer)


def _answered(request: HttpRequest, place: Place, view: View, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        return view(request, place, **kwargs)
    except NotTaken as problem:
        return _refused(str(problem), 422)
    except TooMany as problem:
        response = _refused("Too many sign-ups from your network just now.", 429)
        response["Retry-After"] = str(int(problem.wait.total_seconds()) + 1)
        return response


@for_programs
def subscribers(request: HttpRequest, place: Place) -> HttpResponse:
    """POST asks to be told; anything else says what may be asked for."""
    can_select = bool(place.components())
    if request.method != "POST":
        return JsonResponse(
            {"page": _page(place), "can_select_components": can_select, "message": "Subscribe by POST."}
        )
    wish = Given.read(request).wish(place)
    doors.let_in(request, at=place.now)
    signing_up.ask(wish, at=place.now)
    row = _subscriber(wish, place)
    about: Json = {"page": _page(place), "can_select_components": can_select, "mode": row["mode"]}
    if wish.channel in ADDRESS:
        about[ADDRESS[wish.channel]] = wish.address
    return JsonResponse({"subscriber": row, **about, "message": WE_ASKED}, status=201)


@for_programs
def subscriber(request: HttpRequest, place: Place, public_id: str) -> HttpResponse:
    """Tells nothing of anybody. DELETE sends the link that ends it to the address: only its reader may end it."""
    if request.method != "DELETE":
        return _refused("The status of a subscriber is told to the page's owner alone.", 404)
    return _ask_again(request, place, public_id)


@for_programs
def resend_confirmation(request: HttpRequest, place: Place, public_id: str) -> HttpResponse:
    """POST asks the address for its yes once more."""
    if request.method != "POST":
        return _refused("Ask by POST.", 405)
    return _ask_again(request, place, public_id)


def _ask_again(request: HttpRequest, place: Place, public_id: str) -> HttpResponse:
    doors.let_in(request, at=place.now)
    signing_up.ask_again(place.page.slug, public_id, at=place.now)
    return JsonResponse({"message": WE_ASKED}, status=202)


def _subscriber(wish: Wish, place: Place) -> Json:
    moment = forms.Writer(page_id=place.site.public_id, zone=place.site.zone).moment
    return {
        "created_at": moment(place.now),
        "skip_confirmation_notification": False,
        "quarantined_at": None,
        "id": wish.public_id,
        "mode": MODES.get(wish.channel, wish.channel),
        "purge_at": None,
        ADDRESS.get(wish.channel, "endpoint"): wish.address,
    }


def _page(place: Place) -> Json:
    site = place.site
    moment = forms.Writer(page_id=site.public_id, zone=site.zone).moment
    return {
        "id": site.public_id,
        "name": site.title,
        "url": site.url,
        "time_zone": site.time_zone,
        "updated_at": moment(place.now),
    }


def _refused(message: str, status: int) -> JsonResponse:
    return JsonResponse({"message": message, "error": message}, status=status)
