"""The page that a request of a customer belongs to, where the address itself is the same for all pages."""

from django.http import Http404, HttpRequest

from daylight.core import clock
from daylight.pages.models import Page
from daylight.pages.places import MAIN
from daylight.pages.private import may_read
from daylight.pages.shelf import shelf

NAMED = "page"
"""The parameter with a page's slug, for pages that stand below the installation's own address."""


def page_of(request: HttpRequest) -> Page:
    """The page whose own host was asked, else the one named by `?page=` or a field of that name, else the main one.

    Raises Http404 where there is no such page, or the reader has no right to read it: the two look the same.
    """
    place = shelf().of_host(request.get_host())
    named = request.POST.get(NAMED) or request.GET.get(NAMED) or MAIN
    slug = place.slug if place is not None else named
    page = Page.main(clock.now()) if slug == MAIN else _named(slug)
    if page.is_private and not may_read(request, page):
        raise Http404
    return page


def _named(slug: str) -> Page:
    page = Page.objects.filter(slug=slug).first() if "\0" not in slug else None
    if page is None:
        raise Http404
    return page
