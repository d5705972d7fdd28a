"""The incident room is made of panels that other rooms serve; here they are listed, and composed on first load."""

import copy
import logging
from dataclasses import dataclass

from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import resolve
from django.utils.safestring import SafeString, mark_safe
from django_htmx.middleware import HtmxDetails

from daylight.desk.addresses import address_of

log = logging.getLogger("daylight.desk")


@dataclass(frozen=True)
class Panel:
    """One panel: its address by name, its name for people, and after how many seconds it is asked for again."""

    key: str
    address: str
    label: str
    every: int | None = None


PANELS: tuple[Panel, ...] = (
    Panel("beginning", "incidents:panel-beginning", "The first fifteen minutes", every=10),
    Panel("clock", "incidents:panel-clock", "Next word", every=5),
    Panel("regimes", "regimes:panel-incident", "What the law asks", every=20),
    Panel("register", "incidents:panel-register", "Who is affected", every=10),
    Panel("told", "reach:panel-told", "Told", every=3),
    Panel("choices", "choices:panel-choices", "What customers chose", every=15),
    Panel("composer", "incidents:panel-composer", "Write an update"),
    Panel("facts", "incidents:panel-facts", "Known and not told yet", every=30),
    Panel("pages", "pages:incident", "On which pages", every=30),
    Panel("complaints", "watch:panel-incident", "What customers say", every=15),
    Panel("said", "listen:panel-incident", "Conversations", every=10),
    Panel("timeline", "incidents:panel-timeline", "Timeline", every=10),
)


@dataclass(frozen=True)
class Placed:
    """A panel on the page: where it is refreshed from, and its first content, or None when it failed to come."""

    panel: Panel
    url: str
    content: SafeString | None


def place(request: HttpRequest, public_id: str) -> dict[str, Placed]:
    """Every panel that a room serves, with its content as it is now."""
    get_token(request)  # so that the forms of all panels and the cookie of the answer agree on one secret
    placed = {}
    for panel in PANELS:
        url = address_of(panel.address, public_id)
        if url:
            placed[panel.key] = Placed(panel, url, _content(request, url))
    return placed


def _content(request: HttpRequest, url: str) -> SafeString | None:
    """What the panel's own view answers; a panel that fails leaves a hole, never a broken room."""
    inner = copy.copy(request)
    inner.method, inner.path, inner.path_info = "GET", url, url
    inner.GET, inner.POST = QueryDict(), QueryDict()
    inner.META = {**request.META, "HTTP_HX_REQUEST": "true", "REQUEST_METHOD": "GET", "PATH_INFO": url}
    inner.__dict__.pop("headers", None)
    inner.htmx = HtmxDetails(inner)  # type: ignore[attr-defined]
    match = resolve(url)
    try:
        answer = match.func(inner, *match.args, **match.kwargs)
        if isinstance(answer, TemplateResponse):
            answer.render()
    except Exception:  # One broken panel must not take the others with it; the page says which and offers to try again.
        log.exception("Panel %s failed", url)
        return None
    if answer.status_code != 200:
        return None
    html: str = answer.content.decode()
    return mark_safe(html)  # noqa: S308  # Rendered by our own view just now.
