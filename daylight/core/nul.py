"""The character that PostgreSQL keeps in no text: whoever sends it gets a sentence instead of our fault."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.defaults import bad_request


class NoNulMiddleware:
    """Answers 400 where the database refused the NUL character in an address or in what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The drivers' own words for it; any other fault goes on as a fault."""
        if isinstance(exception, ValueError | DatabaseError) and "NUL (0x00)" in str(exception):
            return bad_request(request, BadRequest("Leave out the NUL character."))
        return None
