"""Pages that only some may read: the crew, and whoever was given the page's secret link.

The link names the page and which of its links it is; a new one ends all before it. It is exchanged for a cookie at
once, so that it stands in no address that is copied, and in no referrer.
"""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core import clock, links
from daylight.pages import speaking
from daylight.pages.front import find, respond
from daylight.pages.models import Page
from daylight.pages.places import Place
from daylight.pages.shelf import shelf

PURPOSE = "page"
KEY = "key"
"""The parameter of the secret link."""

COOKIE_AGE = timedelta(days=180)


def secret_link(page: Page) -> str:
    """The address that lets somebody read a private page without signing in."""
    return f"{page.url}/?{urlencode({KEY: _token(page)})}"


class PrivatePages:
    """The middleware that answers for private pages: the front passes their readers on to Django."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer for a private page, or pass on."""
        place, path = shelf().find(request.get_host(), request.path_info)
        if not place.is_private or request.method not in {"GET", "HEAD"}:
            return self._get_response(request)
        site = shelf().pages(place).site()
        answer = find(site, path, clock.now()) if site else None
        if answer is None:
            return self._get_response(request)
        turned = turned_away(request, place)
        if turned is not None:
            return turned
        accepts, known = request.headers.get("Accept-Encoding", ""), request.headers.get("If-None-Match", "")
        status, headers, body = respond(*answer, accepts=accepts, known=known)
        response = HttpResponse(body, status=int(status[:3]), headers=dict(headers))
        if "Content-Type" not in dict(headers):
            del response.headers["Content-Type"]
        return kept_private(response)


def turned_away(request: HttpRequest, place: Place) -> HttpResponse | None:
    """What whoever asks for a private page gets instead: the way in with a link that fits; None for its readers."""
    page = Page.objects.filter(slug=place.slug).first()
    if page is not None and _fits(page, request.GET.get(KEY, "")):
        return _let_in(request, page)
    return None if may_read(request, page) else closed(request, page, host=place.host)


def may_read(request: HttpRequest, page: Page | None) -> bool:
    """Whether a private page is for whoever asks: a member who may read, or a holder of its newest link."""
    member = getattr(request, "member", None)
    if isinstance(member, Member) and member.may(Act.READ):
        return True
    return page is not None and _fits(page, request.COOKIES.get(_cookie(page.slug), ""))


def _fits(page: Page, token: str) -> bool:
    """Whether a token is the page's newest one."""
    try:
        return bool(token) and links.read(PURPOSE, token) == _named(page)
    except links.LinkRefused:
        return False


def _let_in(request: HttpRequest, page: Page) -> HttpResponse:
    response = redirect(request.path)
    response.set_cookie(
        _cookie(page.slug),
        _token(page),
        max_age=int(COOKIE_AGE.total_seconds()),
        path=f"{page.root}/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return kept_private(response)


def closed(request: HttpRequest, page: Page | None, *, host: str) -> HttpResponse:
    """The same answer for every address of the page, there or not; and the way in for the crew."""
    sign_in = "" if host else f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    _, within = shelf().find(request.get_host(), request.path_info)
    with translation.override(speaking.named(within) or (page.language if page else Page.Language.ENGLISH)):
        return kept_private(render(request, "pages/closed.html", {"sign_in": sign_in}, status=403))


def kept_private(response: HttpResponse) -> HttpResponse:
    """The response, which nobody on the way may keep or index."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Vary"] = "Cookie"
    return response


def _token(page: Page) -> str:
    return links.sign(PURPOSE, _named(page))


def _named(page: Page) -> str:
    """The page and which of its links: a page that is made again under an old slug has none of the old links."""
    return f"{page.public_id}-{page.links_from}"


def _cookie(slug: str) -> str:
    return f"reader-{slug}"
