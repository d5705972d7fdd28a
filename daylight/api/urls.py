"""Addresses of the API: /api/v1/…, its description at /api/v1/openapi.json."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path

from daylight.accounts.asking import anyone
from daylight.api.v1 import (
    choices,
    conversations,
    customers,
    deliveries,
    incidents,
    marketing,
    messages,
    problems,
    proof,
    register,
    updates,
)
from daylight.api.v1.door import api

for router in (
    customers.router,
    customers.commitments,
    incidents.router,
    incidents.components,
    register.router,
    updates.router,
    deliveries.router,
    proof.router,
    choices.router,
    messages.router,
    marketing.router,
    conversations.router,
):
    api.add_router("", router)


def _said_as_a_problem(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, whose "method not allowed" is a problem document like every other failure."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        allowed = response.headers.get("Allow", "")
        return problems.answer(
            405, f"This address answers to {allowed}, not to {request.method}.", headers={"Allow": allowed}
        )

    answer.access_rule = "API key"  # type: ignore[attr-defined]
    return answer


@anyone
def nothing_here(request: HttpRequest) -> HttpResponse:
    """The answer under /api/ to an address that does not exist."""
    return problems.answer(404, "There is nothing at this address; /api/v1/openapi.json lists all there is.")


_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    if isinstance(_pattern, URLPattern):
        _pattern.callback = _said_as_a_problem(_pattern.callback)

urlpatterns = [
    path("v1/", (_patterns, _app, _namespace)),
    re_path(r"", nothing_here),
]
