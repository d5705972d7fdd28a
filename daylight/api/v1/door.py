"""The door of the API: who may come in, what they may do, how failures are answered, and its OpenAPI description."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.decorators import decorate_view
from ninja.security import HttpBearer

from daylight import __version__
from daylight.accounts import keys
from daylight.accounts.models import ApiKey
from daylight.accounts.roles import Act
from daylight.api.v1 import problems
from daylight.api.v1.repeats import HEADER, once
from daylight.core import clock, limits

ALLOWANCE = limits.Limit("api", times=1200, per=timedelta(minutes=1))
"""Requests of one key: enough for a nightly upload one by one, too few to hurt others."""

INTAKE = limits.Limit("api-intake", times=12_000, per=timedelta(minutes=1), share=50)
"""The same where customers' words are handed in: a flood of complaints is when they must not be turned away."""

Operation = TypeVar("Operation", bound=Callable[..., Any])


class KeyRequest(HttpRequest):
    """A request that came with a valid API key."""

    auth: ApiKey


class ApiKeyAuth(HttpBearer):
    """Lets in whoever sends a living API key as a bearer token."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        """The key behind the token, or None for a stranger; looked up once a request."""
        if not hasattr(request, "api_key"):
            try:
                found: ApiKey | None = keys.key_for(token, clock.now())
            except keys.KeyRefused:
                found = None
            request.api_key = found  # type: ignore[attr-defined]
        key: ApiKey | None = request.api_key  # type: ignore[attr-defined]
        return key


_auth = ApiKeyAuth()


class Door(NinjaAPI):
    """django-ninja with our problem documents in its description."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        """The OpenAPI 3.1 description; problems carry their own media type."""
        schema = super().get_openapi_schema(*args, **kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    content = response.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content[problems.MEDIA_TYPE] = content.pop("application/json")
        return schema


api = Door(
    title="Daylight",
    version=__version__,
    urls_namespace="api-v1",
    description=(
        "Customers, commitments, incidents, registers, updates and deliveries of one Daylight installation. "
        "Authenticate with an API key as a bearer token. Errors are problem documents (RFC 9457). Lists are paged by "
        f"cursor. Requests that make something may carry an {HEADER}: then they are done once, however often sent."
    ),
    auth=_auth,
    openapi_url="/openapi.json",
    docs_url=None,
)
problems.handle_problems_of(api)

_READ_PROBLEMS = (400, 401, 403, 404, 422, 429, 503)
_WRITE_PROBLEMS = (*_READ_PROBLEMS, 409)


def reading(model: Any) -> dict[int, Any]:
    """The responses of an operation that reads: the thing, or a problem."""
    return {200: model} | dict.fromkeys(_READ_PROBLEMS, problems.Problem)


def writing(model: Any, *, status: int = 200) -> dict[int, Any]:
    """The responses of an operation that changes something: the thing as it is then, or a problem."""
    return {status: model} | dict.fromkeys(_WRITE_PROBLEMS, problems.Problem)


def needs(act: Act) -> Callable[[Operation], Operation]:
    """The access rule of an operation: its key must carry the scope `act`."""

    def guard(operation: Operation) -> Operation:
        def check(run: Callable[..., Any]) -> Callable[..., Any]:
            def checked(request: KeyRequest, **kwargs: Any) -> Any:
                try:
                    key = _auth(request)
                    if key is None:
                        return run(request, **kwargs)  # The door itself answers strangers.
                    limits.take(INTAKE if act is Act.HAND_IN else ALLOWANCE, str(key.pk), at=clock.now())
                except limits.TooMany as refused:
                    seconds = max(1, round(refused.wait.total_seconds()))
                    return problems.answer(429, str(refused), headers={"Retry-After": str(seconds)})
                except OperationalError as busy:
                    return api.on_exception(request, busy)
                if not key.may(act):
                    return api.on_exception(request, PermissionDenied(f"This needs a key with the scope {act.value}."))
                changes = request.method in {"POST", "PATCH", "PUT"}
                return once(run)(request, **kwargs) if changes else run(request, **kwargs)

            return checked

        operation.access_rule = act  # type: ignore[attr-defined]
        return decorate_view(check)(operation)

    return guard
