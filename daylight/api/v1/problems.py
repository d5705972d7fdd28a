"""Errors as RFC 9457 says: a problem document with a sentence for a person and a place for a program.

Every failure of the rooms below that a caller can cause is listed here once with its status; what is not listed
is our bug, is logged, and still answers with a problem document.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from daylight.incidents.failures import IncidentFailure, KeepsInTheDark, NotReady

log = logging.getLogger("daylight.api")

MEDIA_TYPE = "application/problem+json"


class Fault(Schema):
    """One thing wrong with what was sent: where it stands and what to do about it."""

    where: str
    says: str


class Problem(Schema):
    """What went wrong, for a person (`title`, `detail`) and for a program (`type`, `status`, `faults`)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    faults: list[Fault] = []


class Refused(Exception):
    """The request is understood and cannot be done as things stand: 409, or 422 when what was sent is at fault."""

    def __init__(self, detail: str, *, status: int = 409, where: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.faults = [Fault(where=where, says=detail)] if where else []


def answer(
    status: int, detail: str, *, faults: list[Fault] | None = None, headers: dict[str, str] | None = None
) -> HttpResponse:
    """A problem document with the standard title of its status."""
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, faults=faults or [])
    return JsonResponse(problem.model_dump(), status=status, content_type=MEDIA_TYPE, headers=headers)


def _sentence(error: dict[str, Any]) -> Fault:
    where = ".".join(str(part) for part in error.get("loc", ()) if part not in {"body", "query", "path", "payload"})
    message = str(error.get("msg", "is not valid")).removeprefix("Value error, ")
    return Fault(where=where or "body", says=message)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [_sentence(dict(item)) for item in error.errors]
    detail = f"{len(faults)} thing{'s are' if len(faults) > 1 else ' is'} wrong with what was sent: see faults."
    return answer(422, detail, faults=faults)


def _stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    detail = "Send a valid API key as 'Authorization: Bearer KEY'. An owner makes keys under Team → API keys."
    return answer(401, detail, headers={"WWW-Authenticate": "Bearer"})


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return answer(400, "The body is not JSON in UTF-8; check the brackets, quotes and commas.")
    return answer(error.status_code, str(error))


def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return answer(403, str(error) or "This key may not do that.")


def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return answer(404, "There is nothing at this address, or this key may not see it.")


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return answer(error.status, str(error), faults=error.faults)


def _not_ready(request: HttpRequest, error: NotReady) -> HttpResponse:
    return answer(422, str(error), faults=[Fault(where=part, says=str(error)) for part in error.parts])


def _dark(request: HttpRequest, error: KeepsInTheDark) -> HttpResponse:
    detail = "This would keep customers in the dark: mend what the faults name, or send your reason as `because`."
    return answer(422, detail, faults=[Fault(where=f"texts.{where}", says=says) for where, says in error.places])


def _not_now(request: HttpRequest, error: IncidentFailure) -> HttpResponse:
    return answer(409, str(error))


def _busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
    log.warning("The database did not answer %s %s in time: %s", request.method, request.path, error)
    detail = "The database is busy or away just now. Nothing was changed; send the same again in a few seconds."
    return answer(503, detail, headers={"Retry-After": "5"})


def _ours(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("The API failed on %s %s.", request.method, request.path)
    return answer(500, "This is our fault and has been logged. Nothing was changed by this request.")


ANSWERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    ValidationError: _invalid,
    AuthenticationError: _stranger,
    HttpError: _http,
    PermissionDenied: _forbidden,
    Http404: _missing,
    Refused: _refused,
    NotReady: _not_ready,
    KeepsInTheDark: _dark,
    IncidentFailure: _not_now,
    OperationalError: _busy,
    Exception: _ours,
}


def handle_problems_of(api: NinjaAPI) -> None:
    """Teach the API to answer every failure with a problem document."""
    for failure, say in ANSWERS.items():
        api.add_exception_handler(failure, say)
