"""Pages of this room for anybody: in the language of the reader, kept by nobody, indexed by nobody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from daylight.accounts.asking import anyone
from daylight.core import clock
from daylight.listen.models import Conversation
from daylight.reach.words import LANGUAGES, known, preferred

ASKED = ("GET", "HEAD", "POST")


def for_the_world(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for anybody, in the language of its address or of the browser; nobody keeps or indexes where it was."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        named = next((part for part in request.path_info.split("/")[:4] if part in LANGUAGES), "")
        language = named or preferred(request.headers.get("Accept-Language", ""))
        with translation.override(language):
            response = view(request, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return anyone(answer)


def question_page(
    request: HttpRequest, template: str, conversation: Conversation | None, context: dict[str, Any]
) -> HttpResponse:
    """A page that asks the writer of a conversation something, in their language; None: its link leads nowhere."""
    theirs = known(conversation.language) if conversation and conversation.language else translation.get_language()
    with translation.override(theirs):
        shared = {"language": theirs, "now": clock.now()}
        return render(request, template, shared | context, status=200 if conversation else 404)
