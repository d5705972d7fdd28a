"""The public form, the same in a frame on anybody's page, the line for the firm's own people, and the writer's page.

No account, no script, no cookie. Words are never turned away for an address that cannot be read, a file that is too
large or a form that lay open too long; and whoever is too many at once keeps their words and hears where else to turn.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_http_methods, require_safe

from daylight.accounts.asking import anyone
from daylight.accounts.models import Organisation
from daylight.core import clock
from daylight.core.limits import Limit, TooMany, caller, network_of, take
from daylight.core.links import LinkRefused
from daylight.listen import accepting
from daylight.listen.public_pages import ASKED, for_the_world
from daylight.listen.said import Said
from daylight.listen.sources.base import Source
from daylight.listen.sources.form import keys, knowing, talking, uploads
from daylight.listen.sources.form.given import FORM, INSIDE, LONGEST, Given

OF_A_NETWORK = Limit("say.network", times=300, per=timedelta(hours=1))
"""So many may come at once from one network: in a crisis thousands of phones share the address of their carrier."""

SCRIPT = Path(__file__).with_name("embed.js")

View = Callable[..., HttpResponse]


def in_a_frame(view: View) -> Callable[..., HttpResponseBase]:
    """A page that anybody may show in a page of theirs."""
    return csp_replace({"frame-ancestors": ["*"]})(xframe_options_exempt(view))


@for_the_world
@require_http_methods(ASKED)
def say(request: HttpRequest) -> HttpResponse:
    """The form; and what was written there is kept, whoever it is."""
    return _say(request, FORM, "listen/form/say.html", "listen-form:conversation")


@for_the_world
@in_a_frame
@require_http_methods(ASKED)
def embedded(request: HttpRequest) -> HttpResponse:
    """The same form for a frame in another page."""
    return _say(request, FORM, "listen/form/embed.html", "listen-form:done")


@for_the_world
@require_http_methods(ASKED)
def inside(request: HttpRequest) -> HttpResponse:
    """The line on which people of the firm say what they see, without their name."""
    return _say(request, INSIDE, "listen/form/inside.html", "listen-form:conversation")


@for_the_world
@in_a_frame
@require_safe
def done(request: HttpRequest, token: str) -> HttpResponse:
    """In a frame: we have it, and the way to the page on which they read our answer."""
    return _conversation(request, token, "listen/form/done.html")


@for_the_world
@require_http_methods(ASKED)
def conversation(request: HttpRequest, token: str) -> HttpResponse:
    """What they said and what we answered; there they write more, however long it is ago."""
    return _conversation(request, token, "listen/form/conversation.html")


@anyone
@require_safe
@cache_control(public=True, max_age=300)
def script(request: HttpRequest) -> HttpResponse:
    """The script that puts the form into another page, where its tag stands."""
    return HttpResponse(SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")


def _say(request: HttpRequest, source: Source, template: str, afterwards: str) -> HttpResponse:
    now, posted = clock.now(), request.method == "POST"
    given, fault, status = _given(request, at=now) if posted else (Given({}), "", 200)
    carried = given["from"] or request.GET.get("from", "")
    known = knowing.by_link(carried) if source is FORM else None
    if not posted or fault:
        context = {"fault": fault, "given": given.fields, "known": known, "carried": carried if known else ""}
        return _page(request, template, context | {"about": request.GET.get("incident", "")}, at=now, status=status)
    language = translation.get_language()
    given = given.nameless() if source is INSIDE else given
    said = given.said(source, known=known, page=_page_name(request), language=language, at=now)
    accepting.accept([said], at=now)
    return _see(request, afterwards, said, given)


def _conversation(request: HttpRequest, token: str, template: str) -> HttpResponse:
    now, posted = clock.now(), request.method == "POST"
    try:
        opened = keys.read_link(token)
        talk = talking.read(opened, language=translation.get_language(), at=now)
    except LinkRefused:
        return _page(request, "listen/form/gone.html", {}, at=now, status=404)
    given, fault, status = _given(request, at=now) if posted else (Given({}), "", 200)
    if posted and not fault:
        said = _more(given, opened, talk, at=now)
        accepting.accept([said], at=now)
        return _see(request, "listen-form:conversation", said, given, token=token)
    waiting = _still_waiting(request, opened, talk)
    context = {"talk": talk, "token": token, "waiting": waiting, "fault": fault, "given": given.fields}
    context["left_out"] = request.GET.get("left_out", "").isdecimal()
    return _page(request, template, context, at=now, status=status)


def _more(given: Given, opened: keys.Opened, talk: talking.Talk, *, at: datetime) -> Said:
    """What is written further on the page of a conversation: it goes on with that one, whatever was filled in."""
    key = opened.key or keys.key_of(given["once"])
    said = given.nameless().said(FORM, known=None, page="", language="", at=at)
    name = keys.name_of(key, f"{given['once']}\n{given['words']}", [str(file.name) for file in given.files])
    return talking.going_on(said, talk, name=name)


def _given(request: HttpRequest, *, at: datetime) -> tuple[Given, str, int]:
    """What was filled in, what is wrong with it, and the status that says so."""
    bounded = uploads.Bounded(request)
    request.upload_handlers = [bounded, MemoryFileUploadHandler(request), TemporaryFileUploadHandler(request)]
    try:
        posted, files = request.POST, request.FILES.getlist(uploads.FIELD)
    except RequestDataTooBig:
        return Given({}), "long", 413
    given = Given.read(posted, bounded.kept(files), bounded.left_out)
    try:
        take(OF_A_NETWORK, network_of(caller(request)), at=at)
    except TooMany:
        return given, "many", 429
    return (given, "empty", 422) if given.is_empty else (given, "", 200)


def _see(request: HttpRequest, name: str, said: Said, given: Given, *, token: str = "") -> HttpResponse:
    """To the writer's page at an address of its own, so that loading it again says nothing twice."""
    before = re.split(r"/(?:say|conversations)/", request.path_info)[0]
    left_out = f"?left_out={len(given.left_out)}" if given.left_out else ""
    where = before + reverse(name, args=[token or keys.link_to(said.external_id)])
    new = f"{'&' if left_out else '?'}new={keys.link_to(said.external_id)}" if token else ""
    return HttpResponseRedirect(f"{where}{left_out}{new}", status=303)


def _still_waiting(request: HttpRequest, opened: keys.Opened, talk: talking.Talk) -> talking.Line | None:
    """What they wrote a moment ago on this page, while it is not read yet."""
    try:
        new = keys.read_link(request.GET.get("new", ""))
    except LinkRefused:
        return None
    return talking.waiting(talk, new.name) if new.key == opened.key or opened.public_id else None


def _page_name(request: HttpRequest) -> str:
    """The public page on which somebody stood, by its name in the address or its host; empty on the main one."""
    parts = request.path_info.split("/")
    if parts[1] == "pages":
        return parts[2]
    host = request.get_host()
    return "" if settings.SITE_URL.endswith(f"//{host}") else host


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, at: datetime, status: int) -> HttpResponse:
    organisation = Organisation.get()
    shared = {
        "now": at,
        "once": context.get("given", {}).get("once") or keys.new_form(),
        "longest": LONGEST,
        "most_files": uploads.MOST,
        "largest_file": uploads.LARGEST // 1024 // 1024,
        "organisation": organisation,
        "language": translation.get_language(),
    }
    return render(request, template, {**shared, **context}, status=status)
