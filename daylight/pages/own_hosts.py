"""Hosts of pages that have one of their own: answered without a restart, and for the public alone."""

from collections.abc import Callable, Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from daylight.pages.shelf import shelf

FOR_THE_CREW = ("/accounts/", "/desk/", "/api/v1/")
"""Below these nothing is for the public, whatever the access rule of a single address."""


class AnsweredHosts(list[str]):
    """What Django accepts as the host of a request: the installation's own, and those of pages as they are now."""

    def __iter__(self) -> Iterator[str]:
        """All of them."""
        yield from super().__iter__()
        yield from shelf().hosts()


class OwnHosts:
    """The middleware that keeps desk, sign-in and API off a page's own host: a brand's customers meet the brand.

    What it lets through is what its own access rule opens to anyone, so that a new screen is closed there by itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        """Nothing is here, unless it is for anyone."""
        if shelf().of_host(request.get_host()) is None:
            return
        if getattr(view, "access_rule", "") != "anyone" or request.path_info.startswith(FOR_THE_CREW):
            raise Http404
