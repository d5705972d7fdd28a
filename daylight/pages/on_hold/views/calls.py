"""Where telephone systems call: the message for a line by its own address, what it says it plays, the keys of callers.

What a line fetches comes from memory, so it goes on when the database is away; what we hear is then not written down.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from daylight.accounts.asking import anyone
from daylight.core import clock
from daylight.pages.models import Page, PhoneLine
from daylight.pages.on_hold import formats, lines, pressing
from daylight.pages.on_hold.formats import FOLDER, Where
from daylight.pages.on_hold.systems import SYSTEMS, Reply
from daylight.pages.places import MAIN, Place
from daylight.pages.serving import TYPES, Held
from daylight.pages.shelf import shelf
from daylight.reach.channels.inbound import NotGenuine
from daylight.reach.models import Provider
from daylight.reach.views.callbacks import inbound_request

SHEETS = {"twiml.xml": formats.twiml, "voicexml.vxml": formats.voicexml}
LARGEST = 64 * 1024
"""Bytes of one request."""

log = logging.getLogger("daylight.on_hold")


@dataclass(frozen=True)
class Playing:
    """The message of a page in a language, as it stands in memory now."""

    slug: str
    language: str
    told: dict[str, Any]

    def file(self, name: str, now: datetime) -> Held | None:
        """A file of the phone line in this language."""
        return _held(self.slug, self.language, name, now)


@anyone
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def line_file(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """A file of the message for one line, which is thereby heard of."""
    now = clock.now()
    line = _line(token)
    playing = _playing(line.page.slug if line else MAIN, request.GET.get("language", ""), now)
    root = line.address if line else str(playing.told["folder"])
    if name in SHEETS:
        body, kind = (
            SHEETS[name](_for_line(playing, root), _where(playing, line.address if line else "")),
            TYPES[f".{name.rpartition('.')[2]}"],
        )
    elif name == "message.json":
        body, kind = json.dumps(_for_line(playing, root), ensure_ascii=False).encode(), TYPES[".json"]
    else:
        held = playing.file(name, now)
        if held is None:
            raise Http404
        body, kind = held.body, dict(held.plain.headers)["Content-Type"]
    if line is not None and name.startswith(("message.", *SHEETS)):
        _note(line, playing, name, now)
    return HttpResponse(body, content_type=kind)


@anyone
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def heartbeat(request: HttpRequest, token: str) -> HttpResponse:
    """A line says which version it plays; it learns which one stands."""
    now = clock.now()
    line = _line(token)
    if line is None:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    playing = _playing(line.page.slug, given.get("language", ""), now)
    version = given.get("version", "")
    if version:
        lines.heard(line, version=version, language=playing.language, by="heartbeat", at=now)
    current = str(playing.told["version"])
    return HttpResponse(json.dumps({"version": current, "is_current": version == current}), content_type=TYPES[".json"])


@anyone
@csrf_exempt
@never_cache
@require_POST
def line_pressed(request: HttpRequest, token: str) -> HttpResponse:
    """A key of a caller on one line: 403 when the line did not seal it."""
    line = _line(token)
    if line is None:
        raise Http404
    return _pressed(request, page=line.page, line=line, root=line.address)


@anyone
@csrf_exempt
@never_cache
@require_POST
def pressed(request: HttpRequest) -> HttpResponse:
    """A key of a caller to whom Twilio plays the sheet of a page as the world can fetch it."""
    page = Page.objects.filter(slug=request.GET.get("page", MAIN)).first()
    if page is None or page.is_private:
        raise Http404
    return _pressed(request, page=page, line=None, root="")


def _pressed(request: HttpRequest, *, page: Page, line: PhoneLine | None, root: str) -> HttpResponse:
    now = clock.now()
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse("This is more than we take.\n", status=413, content_type=TYPES[".txt"])
    system = SYSTEMS[line.kind if line else PhoneLine.Kind.TWILIO]
    said = inbound_request(request, at=now)
    try:
        key = system.read(said, secrets=_secrets(line))
    except NotGenuine as problem:
        log.warning("A key on the phone line was not genuine: %s", problem)
        return HttpResponse("The signature is wrong.\n", status=403, content_type=TYPES[".txt"])
    playing = _playing(page.slug, said.parameter("language") or key.language, now)
    other = pressing.language_of(playing.told, key.digit)
    if other:
        there = _playing(page.slug, other, now)
        return _reply(system.elsewhere(other, _where(there, root)))
    country, counted = (line.country, str(line.pk)) if line else ("", f"page {page.pk}")
    says = pressing.press(
        playing.told, digit=key.digit, caller=key.caller, country=country, page=page, line=counted, at=now
    )
    return _reply(system.words(_for_line(playing, root) if root else playing.told, says, _where(playing, root)))


def _reply(reply: Reply) -> HttpResponse:
    return HttpResponse(reply.body, content_type=reply.content_type)


def _where(playing: Playing, root: str) -> Where:
    """Where a call goes on: at the line's own address, or at the page's for the world."""
    if not root:
        return Where(again=str(playing.told["folder"]), pressed="")
    return Where(again=root, pressed=f"{root}/pressed/{_call(playing)}", call=_call(playing))


def _secrets(line: PhoneLine | None) -> list[str]:
    """What may seal a key on this line: its own secret, and the tokens of our accounts at Twilio."""
    own = [str(line.secret)] if line is not None and line.secret else []
    if line is not None and line.kind != PhoneLine.Kind.TWILIO:
        return own
    rows = Provider.objects.filter(kind="twilio", is_active=True, settings__isnull=False)
    return [*own, *(str((row.settings or {}).get("auth_token", "")) for row in rows)]


def _line(token: str) -> PhoneLine | None:
    """The line of an address; None while nobody can look it up. Raises Http404 when there is none."""
    try:
        line = PhoneLine.objects.filter(token=token, retired_at__isnull=True).select_related("page").first()
    except DatabaseError:
        log.exception("The database cannot be asked; the line is given the message of the main page.")
        return None
    if line is None:
        raise Http404
    return line


def _note(line: PhoneLine, playing: Playing, name: str, now: datetime) -> None:
    """The message must not wait for what we write down about it."""
    try:
        lines.heard(line, version=str(playing.told["version"]), language=playing.language, by=name, at=now)
    except DatabaseError:
        log.exception("What line %s fetched was not written down.", line.pk)


def _playing(slug: str, language: str, now: datetime) -> Playing:
    """The message that stands. Raises Http404 while there is none."""
    held = _held(slug, language, "message.json", now)
    if held is None and language:
        language, held = "", _held(slug, "", "message.json", now)
    if held is None:
        raise Http404
    told = json.loads(held.body)
    return Playing(slug, str(told["language"]), told)


def _held(slug: str, language: str, name: str, now: datetime) -> Held | None:
    pages = shelf().pages(Place(slug))
    site = pages.site()
    if site is None or "/" in name:
        return None
    in_language = site.at(f"/{language}/{FOLDER}/{name}", now) if language.isalpha() else None
    if in_language is not None or not language:
        return in_language or site.at(f"/{FOLDER}/{name}", now)
    main = site.at(f"/{FOLDER}/message.json", now)
    is_main = main is not None and json.loads(main.body)["language"] == language
    return site.at(f"/{FOLDER}/{name}", now) if is_main else None


def _for_line(playing: Playing, root: str) -> dict[str, Any]:
    """The message with its sounds at the line's own address, so that a private page's line finds them too."""
    sounds: Mapping[str, Any] = playing.told["sounds"]
    call = _call(playing).replace("?", "&")
    moved = {
        part: {
            **of,
            "files": {
                ending: {**file, "url": f"{root}/{part}.{ending}?v={file['sha256'][:12]}{call}"}
                for ending, file in of["files"].items()
            },
        }
        for part, of in sounds.items()
    }
    return {**playing.told, "sounds": moved}


def _call(playing: Playing) -> str:
    """What keeps a call in its language."""
    return f"?language={playing.language}"
