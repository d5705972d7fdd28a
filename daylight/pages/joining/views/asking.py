"""Subscribing on a public page: ask, be asked back at the address, say yes there.

No account, no script, no cookie. Nothing ever changes on GET, because mail scanners open every link; and no answer
depends on whether an address is known, because nothing is looked up while somebody waits.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from daylight.accounts.asking import anyone
from daylight.core import clock
from daylight.core.limits import TooMany
from daylight.core.links import LinkRefused
from daylight.pages import private, wrapping
from daylight.pages.joining import doors, where
from daylight.pages.joining.forms import AddressForm, SubscribeForm
from daylight.pages.joining.where import Place
from daylight.reach import signing_up, subscribers, subscribing
from daylight.reach.channels.base import Channel
from daylight.reach.models import Subscriber
from daylight.reach.subscribers import NothingWaits, Wish

View = Callable[..., HttpResponse]


def on_page(view: View) -> View:
    """A view of a page, in its language; nobody keeps, indexes or passes on where it was."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        place = where.find(request.get_host(), request.path_info, now=clock.now())
        with translation.override(place.site.language):
            response = view(request, place, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return anyone(answer)


def for_readers(view: View) -> View:
    """Of a private page only for those who may read it."""

    @wraps(view)
    def answer(request: HttpRequest, place: Place, **kwargs: Any) -> HttpResponse:
        if place.page.is_private and not private.may_read(request, place.page):
            return private.closed(request, place.page, host=place.page.host)
        return view(request, place, **kwargs)

    return answer


@on_page
@for_readers
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest, place: Place) -> HttpResponse:
    """The form; and what was filled in is written down, whoever it is."""
    channel = _channel(request)
    offered = where.choices(place.components())
    incident = place.incident(request.GET.get("incident", "") or request.POST.get("only", ""))
    initial = {"opened": doors.opened(place.now), "language": place.site.language}
    form = SubscribeForm(request.POST or None, channel=channel, offered=offered, initial=initial)
    context = {"form": form, "offered": offered, "incident": incident, "ways": signing_up.offered(), "by": channel.name}
    context["headline"] = where.headline(incident) if incident else ""
    if request.method != "POST":
        return _page(request, place, "subscribe", context)
    problem = _problem(request, form, place)
    if problem:
        return _page(request, place, "subscribe", {**context, "problem": problem}, status=problem.status)
    if not form.is_of_a_program:
        only = [f"{subscribing.INCIDENT}-{incident.pk}"] if incident and form.cleaned_data["only"] else []
        about = only or form.cleaned_data["about"] or place.everything()
        language = form.cleaned_data["language"] or place.site.language
        wish = Wish(place.page.slug, channel.name, form.cleaned_data["address"], about, language)
        signing_up.ask(wish, at=place.now)
    return _asked(place, channel)


@on_page
@for_readers
@require_http_methods(["GET", "HEAD", "POST"])
def send_link(request: HttpRequest, place: Place) -> HttpResponse:
    """Send the link to their choices, or the confirmation again, to whoever has it; the same answer for everybody."""
    channel = _channel(request)
    form = AddressForm(request.POST or None, channel=channel, initial={"opened": doors.opened(place.now)})
    context = {"form": form, "ways": signing_up.offered(), "by": channel.name}
    if request.method != "POST":
        return _page(request, place, "send_link", context)
    problem = _problem(request, form, place)
    if problem:
        return _page(request, place, "send_link", {**context, "problem": problem}, status=problem.status)
    if not form.is_of_a_program:
        signing_up.ask_for_link(Wish(place.page.slug, channel.name, form.cleaned_data["address"]), at=place.now)
    return _asked(place, channel)


@on_page
@require_safe
def asked(request: HttpRequest, place: Place) -> HttpResponse:
    """We wrote to the address, if we may: look there."""
    return _page(request, place, "asked", {"by": _channel(request).name})


@on_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, place: Place, token: str) -> HttpResponse:
    """Asks on GET, whoever opens the link; on POST it is confirmed."""
    try:
        row = subscribers.by_token(token)
        if request.method != "POST":
            asked_on = where.of(row.page, now=place.now)
            if asked_on.page != place.page:
                return HttpResponseRedirect(f"{asked_on.site.url}/subscribe/confirm/{token}/")
            return _confirming(request, place, row, token)
        secret = row.secret
        point = subscribers.confirm(row, at=place.now)
    except (LinkRefused, NothingWaits):
        return _page(request, place, "gone", {}, status=404)
    return _page(request, place, "confirmed", {"row": row, "choose": subscribers.choosing_url(point), "secret": secret})


def _confirming(request: HttpRequest, place: Place, row: Subscriber, token: str) -> HttpResponse:
    """What waits for a yes, or that it was said already."""
    if row.waiting_since is None:
        return _page(request, place, "confirmed", {"row": row})
    about = subscribers.in_words(row.asked, everything="")
    return _page(request, place, "confirm", {"row": row, "about": [said for said in about if said], "token": token})


class _Problem(str):
    """Why the form comes back, as templates name it, and the status it comes with."""

    status = 422


def _problem(request: HttpRequest, form: AddressForm, place: Place) -> _Problem | None:
    """What must be mended before anything is written down; it never depends on whom we know."""
    if not form.is_valid():
        return _Problem("wrong")
    try:
        doors.check_pace(form.cleaned_data["opened"], at=place.now)
        doors.let_in(request, at=place.now)
    except doors.TooQuick:
        return _Problem("quick")
    except TooMany:
        problem = _Problem("many")
        problem.status = 429
        return problem
    return None


def _channel(request: HttpRequest) -> Channel:
    """The way that was chosen among those offered, by default the first. Raises Http404 where none is."""
    offered = signing_up.offered()
    wanted = request.POST.get("by") or request.GET.get("by", "")
    chosen = next((channel for channel in offered if channel.name == wanted), None) or next(iter(offered), None)
    if chosen is None:
        raise Http404
    return chosen


def _asked(place: Place, channel: Channel) -> HttpResponse:
    """The same for everybody, at an address of its own, so that loading it again asks nothing twice."""
    return HttpResponseRedirect(f"{place.site.base}/subscribe/asked/?by={channel.name}", status=303)


def _page(request: HttpRequest, place: Place, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    own = f"/{request.path_info.removeprefix(place.site.base).lstrip('/')}"
    around = wrapping.around(place.site, place.now, path=own)
    return render(request, f"pages/joining/{name}.html", {**around, **context}, status=status)
