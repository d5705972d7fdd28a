"""The peer: the same page and JSON by three queries and a template for each request, as an ORM-backed page does."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import django


def application() -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """A Django application with two addresses; granian calls this once per process."""
    django.setup()
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpRequest, HttpResponse, JsonResponse
    from django.urls import path, set_urlconf

    from daylight.accounts.models import Organisation
    from daylight.incidents.models import Component, Update
    from daylight.pages import reading, rendering
    from daylight.pages.models import Page

    known = reading.read(Page.main(datetime.now(UTC)), now=datetime.now(UTC))

    def asked() -> list[dict[str, str]]:
        Organisation.get()
        list(Update.objects.filter(state=Update.State.PUBLISHED).select_related("incident"))
        return [{"name": each.name, "state": each.state} for each in Component.objects.filter(is_public=True)]

    def page(request: HttpRequest) -> HttpResponse:
        asked()
        return HttpResponse(rendering.now_page(known))

    def as_json(request: HttpRequest) -> HttpResponse:
        return JsonResponse({"components": asked()})

    class Addresses:
        urlpatterns = [path("", page), path("status.json", as_json)]

    class Handler(WSGIHandler):
        def get_response(self, request: Any) -> Any:
            request.urlconf = Addresses
            set_urlconf(Addresses)  # type: ignore[arg-type]
            return super().get_response(request)

    return Handler()
