"""Stands before Django and answers for the public pages from memory; everything else goes on to Django.

GET and HEAD only, no cookies, no rows. An address below /incidents/ and /history/ that is not held is answered with
the same 404 whether it never was, is private or is an exercise. A private page is Django's: it asks who is reading.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from daylight.core import clock
from daylight.pages.serving import Form, Headers, Held
from daylight.pages.shelf import Shelf, shelf
from daylight.pages.standing import Site

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_OURS = re.compile(r"/(?:[a-z]{2}(?:-[a-z]{2,4})?/)?(?:(?:incidents|history)/(?:.*/)?|assets/.*)")
"""Folders that are the front's alone, in any language."""

_REFUSED = {
    "gzip": re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)"),
    "br": re.compile(r"br\s*;\s*q=0(?:\.0*)?\s*(?:,|$)"),
}


class PublicFront:
    """A WSGI application around another."""

    def __init__(self, application: Application, *, pages: Shelf | None = None) -> None:
        self._application = application
        self._shelf = pages or shelf()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer from memory, or pass on."""
        method = environ["REQUEST_METHOD"]
        if method in {"GET", "HEAD"}:
            place, path = self._shelf.find(environ.get("HTTP_HOST", ""), environ.get("PATH_INFO", "/"))
            site = None if place.is_private else self._shelf.pages(place).site()
            answer = find(site, path, clock.now()) if site else None
            if answer is not None:
                status, headers, body = respond(
                    *answer,
                    accepts=environ.get("HTTP_ACCEPT_ENCODING", ""),
                    known=environ.get("HTTP_IF_NONE_MATCH", ""),
                )
                start_response(status, list(headers))
                return [body] if method == "GET" and body else []
        return self._application(environ, start_response)


def find(site: Site, path: str, now: datetime) -> tuple[Held, bool] | None:
    """What answers for an address, and whether it is there; None when this is not ours to answer."""
    held = site.at(path, now)
    if held is not None:
        return held, True
    if _OURS.fullmatch(path):
        not_found = site.not_found(path)
        return (not_found, False) if not_found is not None else None
    return None


def respond(held: Held, is_there: bool, *, accepts: str, known: str) -> tuple[str, Headers, bytes]:
    """Status line, headers and body for what is held, given what the reader accepts and already has."""
    form = _form(held, accepts)
    if (
        is_there
        and known
        and (known == "*" or form.etag in {tag.strip().removeprefix("W/") for tag in known.split(",")})
    ):
        return "304 Not Modified", (*held.unchanged_headers, ("ETag", form.etag)), b""
    return "200 OK" if is_there else "404 Not Found", form.headers, form.body


def _form(held: Held, accepts: str) -> Form:
    """The smallest form that the reader takes."""
    if held.brotli is not None and "br" in accepts and not _REFUSED["br"].search(accepts):
        return held.brotli
    if held.gzip is not None and "gzip" in accepts and not _REFUSED["gzip"].search(accepts):
        return held.gzip
    return held.plain
