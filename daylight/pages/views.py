"""What Django answers when nothing stands before it: the same bytes, rendered once if nothing was yet."""

from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from daylight.accounts.asking import anyone
from daylight.core import clock
from daylight.pages import private, publishing, speaking
from daylight.pages.front import find, respond
from daylight.pages.places import Place
from daylight.pages.serving import CONTENT_POLICY
from daylight.pages.shelf import shelf
from daylight.reach import words


@anyone
@require_safe
def public(request: HttpRequest, **_: str) -> HttpResponse:
    """A page, an incident's page, a month of history, the JSON; all as they stand in the folder.

    Of a private page only what is not there comes this far, or what was never rendered yet: the same is asked again.
    """
    moved = shelf().moved(request.get_host(), request.path_info)
    if moved is not None:
        return _on_its_own_host(request, *moved)
    place, path = shelf().find(request.get_host(), request.path_info)
    if not place.is_private:
        return _as_it_stands(request, place, path)
    return private.turned_away(request, place) or private.kept_private(_as_it_stands(request, place, path))


def _as_it_stands(request: HttpRequest, place: Place, path: str) -> HttpResponse:
    now = clock.now()
    pages = shelf().pages(place)
    pages.look()
    if pages.site() is None:
        try:
            publishing.refresh(now)
        except DatabaseError:
            return _preparing(request, path)
        pages.look()
    site = pages.site()
    if site is None:
        return _preparing(request, path)
    answer = find(site, path, now)
    if answer is None:
        raise Http404
    accepts = request.headers.get("Accept-Encoding", "")
    status, headers, body = respond(*answer, accepts=accepts, known=request.headers.get("If-None-Match", ""))
    response = HttpResponse(body, status=int(status[:3]), headers=dict(headers))
    if "Content-Type" not in dict(headers):
        del response.headers["Content-Type"]
    return response


def _on_its_own_host(request: HttpRequest, place: Place, path: str) -> HttpResponse:
    """The way from where a page stood, and where messages that were sent still lead, to where it stands now."""
    scheme, _, _ = settings.SITE_URL.partition("://")
    asked = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{scheme}://{place.host}{quote(path)}{'?' if asked else ''}{asked}")


def _preparing(request: HttpRequest, path: str) -> HttpResponse:
    """Nothing stands and nothing can be rendered: a calm word, without asking anything of a database."""
    language = speaking.named(path) or words.preferred(request.headers.get("Accept-Language", ""))
    headers = {
        "Retry-After": "2",
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
        "Content-Security-Policy": CONTENT_POLICY,
    }
    with translation.override(language):
        return HttpResponse(render_to_string("pages/preparing.html"), status=503, headers=headers)
