"""Stands before Django and answers for the public page from memory; everything else goes on to Django.

GET and HEAD only, no cookies, no rows. An address below /incidents/ and /history/ that is not held is answered with
the same 404 whether it never was, is private or is an exercise.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from daylight.core import clock
from daylight.pages.folder import PageFolder
from daylight.pages.standing import Headers, Held, StandingPages

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

OURS = ("/incidents/", "/history/", "/assets/")
"""Folders that are the front's alone."""

_REFUSES_GZIP = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")


class PublicFront:
    """A WSGI application around another."""

    def __init__(self, application: Application, *, pages: StandingPages | None = None) -> None:
        self._application = application
        self._pages = pages or StandingPages(PageFolder.main())

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer from memory, or pass on."""
        method = environ["REQUEST_METHOD"]
        if method in {"GET", "HEAD"}:
            answer = find(self._pages, environ.get("PATH_INFO", "/"), clock.now())
            if answer is not None:
                status, headers, body = respond(
                    *answer,
                    accepts=environ.get("HTTP_ACCEPT_ENCODING", ""),
                    known=environ.get("HTTP_IF_NONE_MATCH", ""),
                )
                start_response(status, list(headers))
                return [body] if method == "GET" and body else []
        return self._application(environ, start_response)


def find(pages: StandingPages, path: str, now: datetime) -> tuple[Held, bool] | None:
    """What answers for an address, and whether it is there; None when this is not ours to answer."""
    site = pages.site()
    if site is None:
        return None
    held = site.at(path, now)
    if held is not None:
        return held, True
    is_ours = path.startswith(OURS) and (path.endswith("/") or path.startswith("/assets/"))
    if is_ours and site.not_found is not None:
        return site.not_found, False
    return None


def respond(held: Held, is_there: bool, *, accepts: str, known: str) -> tuple[str, Headers, bytes]:
    """Status line, headers and body for what is held, given what the reader accepts and already has."""
    is_compressed = "gzip" in accepts and not _REFUSES_GZIP.search(accepts)
    etag = held.compressed_etag if is_compressed else held.etag
    if is_there and known and (known == "*" or etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}):
        return "304 Not Modified", (*held.unchanged_headers, ("ETag", etag)), b""
    status = "200 OK" if is_there else "404 Not Found"
    if is_compressed:
        return status, held.compressed_headers, held.compressed
    return status, held.headers, held.body
