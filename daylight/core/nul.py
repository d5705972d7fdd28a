"""The character that PostgreSQL keeps in no text: whoever sends it gets a sentence instead of our fault."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.defaults import bad_request


class NoNulMiddleware:
    """Answers 400 where an address holds the NUL character, or where the database refused it in what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return _refused(request)
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The drivers' own words for it; any other fault goes on as a fault."""
        return _refused(request) if isinstance(exception, ValueError | DatabaseError) and _is_nul(exception) else None


def _is_nul(exception: Exception) -> bool:
    return "NUL (0x00)" in str(exception)


def _refused(request: HttpRequest) -> HttpResponse:
    return bad_request(request, BadRequest("Leave out the NUL character."))
